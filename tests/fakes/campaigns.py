"""The accounts table: campaigns and lists with their parts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from creator_search.domain.campaigns import Campaign, CampaignCreator, CampaignPost
from creator_search.domain.listing import Listed
from creator_search.domain.lists import CreatorList, ListEntry
from creator_search.domain.owned import Placed

W = TypeVar("W", Campaign, CreatorList)
P = TypeVar("P")


@dataclass
class _Wholes(Generic[W]):
    rows: dict[tuple[str, str], W] = field(default_factory=dict)

    def _page(self, subject: str, limit: int, after: str | None) -> Listed[W]:
        ids = sorted((id_ for owner, id_ in self.rows if owner == subject), reverse=True)
        left = [id_ for id_ in ids if after is None or id_ < after]
        shown = left[:limit]
        return Listed([self.rows[subject, id_] for id_ in shown], shown[-1] if len(left) > limit else None)

    def _replace(self, subject: str, changed: W) -> bool:
        stored = self.rows.get((subject, changed.id))
        if stored is None or stored.version != changed.version - 1:
            return False
        self.rows[subject, changed.id] = changed
        return True

    def _delete(self, subject: str, id_: str, version: int | None) -> bool:
        stored = self.rows.get((subject, id_))
        if stored is None or version not in (None, stored.version):
            return False
        del self.rows[subject, id_]
        return True

    def _add(self, subject: str, id_: str, parts: dict[str, P], new: Mapping[str, P]) -> Mapping[str, Placed]:
        if (subject, id_) not in self.rows:
            return dict.fromkeys(new, Placed.ABSENT)
        placed = {key: Placed.KNOWN if key in parts else Placed.ADDED for key in new}
        for key, value in new.items():
            parts.setdefault(key, value)
        return placed


@dataclass
class FakeCampaignStore(_Wholes[Campaign]):
    creators: dict[str, dict[str, CampaignCreator]] = field(default_factory=dict)
    posts: dict[str, dict[str, CampaignPost]] = field(default_factory=dict)

    def count_campaigns(self, subject: str) -> int:
        return sum(owner == subject for owner, _ in self.rows)

    def create_campaign(self, subject: str, campaign: Campaign) -> None:
        self.rows[subject, campaign.id] = campaign

    def list_campaigns(self, subject: str, limit: int, after: str | None) -> Listed[Campaign]:
        return self._page(subject, limit, after)

    def load_campaign(self, subject: str, campaign_id: str) -> Campaign | None:
        return self.rows.get((subject, campaign_id))

    def replace_campaign(self, subject: str, campaign: Campaign) -> bool:
        return self._replace(subject, campaign)

    def delete_campaign(self, subject: str, campaign_id: str, version: int | None) -> bool:
        if not self._delete(subject, campaign_id, version):
            return False
        self.creators.pop(campaign_id, None)
        self.posts.pop(campaign_id, None)
        return True

    def list_creators(self, subject: str, campaign_id: str) -> Sequence[CampaignCreator]:
        return [found for _, found in sorted(self._of(self.creators, subject, campaign_id).items())]

    def list_posts(self, subject: str, campaign_id: str) -> Sequence[CampaignPost]:
        return [found for _, found in sorted(self._of(self.posts, subject, campaign_id).items())]

    def add_creators(self, subject: str, campaign_id: str, creators: Sequence[CampaignCreator]) -> Mapping[str, Placed]:
        parts = self._of(self.creators, subject, campaign_id)
        return self._add(subject, campaign_id, parts, {c.username: c for c in creators})

    def remove_creators(self, subject: str, campaign_id: str, usernames: Sequence[str]) -> None:
        for username in usernames:
            self._of(self.creators, subject, campaign_id).pop(username, None)

    def put_post(self, subject: str, campaign_id: str, post: CampaignPost) -> Placed:
        parts = self._of(self.posts, subject, campaign_id)
        placed = self._add(subject, campaign_id, parts, {post.shortcode: post})[post.shortcode]
        if placed is Placed.KNOWN:
            parts[post.shortcode] = post
        return placed

    def remove_posts(self, subject: str, campaign_id: str, shortcodes: Sequence[str]) -> None:
        for shortcode in shortcodes:
            self._of(self.posts, subject, campaign_id).pop(shortcode, None)

    def _of(self, parts: dict[str, dict[str, P]], subject: str, campaign_id: str) -> dict[str, P]:
        """Return the parts of a campaign; those of another caller's are not kept."""
        return parts.setdefault(campaign_id, {}) if (subject, campaign_id) in self.rows else {}


@dataclass
class FakeListStore(_Wholes[CreatorList]):
    entries: dict[str, dict[str, ListEntry]] = field(default_factory=dict)

    def count_lists(self, subject: str) -> int:
        return sum(owner == subject for owner, _ in self.rows)

    def create_list(self, subject: str, created: CreatorList) -> None:
        self.rows[subject, created.id] = created

    def list_lists(self, subject: str, limit: int, after: str | None) -> Listed[CreatorList]:
        return self._page(subject, limit, after)

    def load_list(self, subject: str, list_id: str) -> CreatorList | None:
        return self.rows.get((subject, list_id))

    def replace_list(self, subject: str, changed: CreatorList) -> bool:
        return self._replace(subject, changed)

    def delete_list(self, subject: str, list_id: str, version: int | None) -> bool:
        if not self._delete(subject, list_id, version):
            return False
        self.entries.pop(list_id, None)
        return True

    def page_entries(self, subject: str, list_id: str, limit: int, after: str | None) -> Listed[ListEntry]:
        left = [e for e in self.list_entries(subject, list_id) if after is None or e.username > after]
        shown = left[:limit]
        return Listed(shown, shown[-1].username if len(left) > limit else None)

    def list_entries(self, subject: str, list_id: str) -> Sequence[ListEntry]:
        return [found for _, found in sorted(self._of(subject, list_id).items())]

    def add_entries(self, subject: str, list_id: str, entries: Sequence[ListEntry]) -> Mapping[str, Placed]:
        return self._add(subject, list_id, self._of(subject, list_id), {e.username: e for e in entries})

    def load_entry(self, subject: str, list_id: str, username: str) -> ListEntry | None:
        return self._of(subject, list_id).get(username)

    def put_entry(self, subject: str, list_id: str, entry: ListEntry) -> Placed:
        placed = self.add_entries(subject, list_id, [entry])[entry.username]
        if placed is Placed.KNOWN:
            self._of(subject, list_id)[entry.username] = entry
        return placed

    def remove_entries(self, subject: str, list_id: str, usernames: Sequence[str]) -> None:
        for username in usernames:
            self._of(subject, list_id).pop(username, None)

    def _of(self, subject: str, list_id: str) -> dict[str, ListEntry]:
        return self.entries.setdefault(list_id, {}) if (subject, list_id) in self.rows else {}
