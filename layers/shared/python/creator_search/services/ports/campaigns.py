"""Ports of what callers own: campaigns and lists. `subject` is the caller; nothing of another caller is ever found.

`add_…` returns ABSENT, storing nothing, if the campaign or list does not exist or is being deleted.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from creator_search.domain.campaigns import Campaign, CampaignCreator, CampaignPost
from creator_search.domain.listing import Listed
from creator_search.domain.lists import CreatorList, ListEntry
from creator_search.domain.owned import Placed


class CampaignStore(Protocol):
    def count_campaigns(self, subject: str) -> int: ...

    def create_campaign(self, subject: str, campaign: Campaign) -> None: ...

    def list_campaigns(self, subject: str, limit: int, after: str | None) -> Listed[Campaign]:
        """Return the newest campaigns first. `after` is that of the preceding page."""

    def load_campaign(self, subject: str, campaign_id: str) -> Campaign | None: ...

    def replace_campaign(self, subject: str, campaign: Campaign) -> bool:
        """Replace the preceding version; return False if another version is stored, or none."""

    def delete_campaign(self, subject: str, campaign_id: str, version: int | None) -> bool:
        """Delete the campaign with its creators and posts, or finish a deletion that failed half-way: from its start on
        the campaign is not found. Return False if there is none, or if another version than this one is stored."""

    def list_creators(self, subject: str, campaign_id: str) -> Sequence[CampaignCreator]:
        """Return all creators of the campaign by username."""

    def list_posts(self, subject: str, campaign_id: str) -> Sequence[CampaignPost]:
        """Return all posts that were added by hand, by shortcode."""

    def add_creators(self, subject: str, campaign_id: str, creators: Sequence[CampaignCreator]) -> Mapping[str, Placed]:
        """Add distinct creators that are not known; return one result per username."""

    def remove_creators(self, subject: str, campaign_id: str, usernames: Sequence[str]) -> None: ...

    def put_post(self, subject: str, campaign_id: str, post: CampaignPost) -> Placed:
        """Add the post, or replace that with the same shortcode."""

    def remove_posts(self, subject: str, campaign_id: str, shortcodes: Sequence[str]) -> None: ...


class ListStore(Protocol):
    def count_lists(self, subject: str) -> int: ...

    def create_list(self, subject: str, created: CreatorList) -> None: ...

    def list_lists(self, subject: str, limit: int, after: str | None) -> Listed[CreatorList]:
        """Return the newest lists first."""

    def load_list(self, subject: str, list_id: str) -> CreatorList | None: ...

    def replace_list(self, subject: str, changed: CreatorList) -> bool:
        """Replace the preceding version; return False if another version is stored, or none."""

    def delete_list(self, subject: str, list_id: str, version: int | None) -> bool:
        """As CampaignStore.delete_campaign."""

    def page_entries(self, subject: str, list_id: str, limit: int, after: str | None) -> Listed[ListEntry]:
        """Return entries by username."""

    def list_entries(self, subject: str, list_id: str) -> Sequence[ListEntry]:
        """Return all entries by username."""

    def add_entries(self, subject: str, list_id: str, entries: Sequence[ListEntry]) -> Mapping[str, Placed]:
        """Add distinct entries that are not known; return one result per username."""

    def load_entry(self, subject: str, list_id: str, username: str) -> ListEntry | None: ...

    def put_entry(self, subject: str, list_id: str, entry: ListEntry) -> Placed:
        """Add the entry, or replace that with the same username."""

    def remove_entries(self, subject: str, list_id: str, usernames: Sequence[str]) -> None: ...
