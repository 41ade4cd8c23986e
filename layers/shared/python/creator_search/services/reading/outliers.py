"""Reads the outliers of all stored creators."""

from dataclasses import replace

from creator_search.domain.outliers import Outlier, OutlierPage, OutlierPosition, OutlierQuery
from creator_search.domain.profiles import Profile
from creator_search.services.ports import OutlierStore, ProfileStore


class OutlierReader:
    def __init__(self, outliers: OutlierStore, profiles: ProfileStore) -> None:
        self._outliers = outliers
        self._profiles = profiles

    def read_page(self, query: OutlierQuery, limit: int, after: OutlierPosition | None) -> OutlierPage:
        """Return a page of outliers, without those of creators whose posts may not be shown now, or whose username now
        belongs to another account: a page may be short although there are more. Raises StoreUnavailable.
        """
        page = self._outliers.list_outliers(query, limit, after)
        if not page.outliers:
            return page
        profiles = self._profiles.load_profiles([found.username for found in page.outliers])
        return replace(
            page, outliers=tuple(found for found in page.outliers if _is_shown(found, profiles.get(found.username)))
        )


def _is_shown(found: Outlier, profile: Profile | None) -> bool:
    return profile is not None and profile.history_key == found.key and profile.public.shows_posts
