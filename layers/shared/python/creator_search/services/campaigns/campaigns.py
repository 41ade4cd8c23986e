"""Campaigns of a caller: creating, reading, changing and deleting them, and their creators and posts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from creator_search.domain.caller_errors import PreconditionFailed
from creator_search.domain.campaigns import (
    MAX_CAMPAIGN_CREATORS,
    MAX_CAMPAIGN_POSTS,
    MAX_CAMPAIGNS,
    Campaign,
    CampaignCreator,
    CampaignPost,
    checked_fields,
)
from creator_search.domain.clock import Clock
from creator_search.domain.errors import Conflict, NotFound
from creator_search.domain.listing import Listed
from creator_search.domain.owned import Placed, check_version, is_owned_id, sortable_id
from creator_search.services.at_most import add_at_most
from creator_search.services.campaigns.erased import require_not_erased
from creator_search.services.campaigns.lists import CreatorLists
from creator_search.services.campaigns.placed import added_of, require_present
from creator_search.services.ports import CampaignStore, NewId, Tombstones

ABSENT = "The campaign does not exist"
CHANGED = "The campaign has changed since this version"
_TOO_MANY = f"A caller has at most {MAX_CAMPAIGNS} campaigns"
_TOO_MANY_CREATORS = f"A campaign has at most {MAX_CAMPAIGN_CREATORS} creators"
_TOO_MANY_POSTS = f"A campaign has at most {MAX_CAMPAIGN_POSTS} posts that are added by hand"


@dataclass(frozen=True, slots=True)
class CampaignParts:
    campaign: Campaign
    creators: Sequence[CampaignCreator]
    posts: Sequence[CampaignPost]


class Campaigns:
    """Every method raises NotFound for an id that is malformed, absent or another caller's, and StoreUnavailable."""

    def __init__(
        self, campaigns: CampaignStore, lists: CreatorLists, tombstones: Tombstones, clock: Clock, new_id: NewId
    ) -> None:
        self._campaigns = campaigns
        self._lists = lists
        self._tombstones = tombstones
        self._clock = clock
        self._new_id = new_id

    def create(self, subject: str, given: Mapping[str, Any]) -> Campaign:
        """Raises InvalidParameter, and Conflict if the caller has too many campaigns."""
        fields, now = checked_fields(given), self._clock()
        if self._campaigns.count_campaigns(subject) >= MAX_CAMPAIGNS:
            raise Conflict(_TOO_MANY)
        id_ = sortable_id(now, self._new_id())
        campaign = Campaign(id=id_, version=1, created_at=now, updated_at=now, fields=fields)
        add_at_most(
            MAX_CAMPAIGNS,
            lambda: self._campaigns.count_campaigns(subject),
            _TOO_MANY,
            add=lambda: self._campaigns.create_campaign(subject, campaign),
            take_back=lambda _: self._campaigns.delete_campaign(subject, id_, None),
        )
        return campaign

    def list_page(self, subject: str, limit: int, after: str | None) -> Listed[Campaign]:
        return self._campaigns.list_campaigns(subject, limit, after)

    def read(self, subject: str, campaign_id: str) -> Campaign:
        found = self._campaigns.load_campaign(subject, campaign_id) if is_owned_id(campaign_id) else None
        if found is None:
            raise NotFound(ABSENT)
        return found

    def read_parts(self, subject: str, campaign_id: str) -> CampaignParts:
        campaign = self.read(subject, campaign_id)
        creators = self._campaigns.list_creators(subject, campaign_id)
        return CampaignParts(campaign, creators, self._campaigns.list_posts(subject, campaign_id))

    def change(self, subject: str, campaign_id: str, given: Mapping[str, Any], if_match: str | None) -> Campaign:
        """Change the given fields of the version in `if_match`. Raises InvalidParameter, PreconditionRequired and
        PreconditionFailed."""
        stored = self.read(subject, campaign_id)
        check_version(if_match, stored.version, CHANGED)
        changed = stored.changed(given, self._clock())
        if not self._campaigns.replace_campaign(subject, changed):
            raise PreconditionFailed(CHANGED)
        return changed

    def delete(self, subject: str, campaign_id: str, if_match: str | None) -> None:
        """Delete the campaign with its parts. With `if_match`, raises PreconditionFailed."""
        version = None
        if if_match is not None and is_owned_id(campaign_id):
            stored = self._campaigns.load_campaign(subject, campaign_id)
            if stored:
                check_version(if_match, stored.version, CHANGED)
                version = stored.version
        if not is_owned_id(campaign_id) or not self._campaigns.delete_campaign(subject, campaign_id, version):
            raise PreconditionFailed(CHANGED) if version is not None else NotFound(ABSENT)

    def add_creator(self, subject: str, campaign_id: str, username: str) -> Placed:
        """Add a creator. Raises Conflict, ProfileErased."""
        self.read(subject, campaign_id)
        require_not_erased(self._tombstones, username)
        return self.add_creators(subject, campaign_id, [username])[username]

    def add_creators(self, subject: str, campaign_id: str, usernames: Sequence[str]) -> Mapping[str, Placed]:
        """Add creators, all or, if they would be too many, none. Raises Conflict."""
        self.read(subject, campaign_id)
        known = {found.username for found in self._campaigns.list_creators(subject, campaign_id)}
        if len(known | set(usernames)) > max(MAX_CAMPAIGN_CREATORS, len(known)):
            raise Conflict(_TOO_MANY_CREATORS)
        now = self._clock()
        new = [CampaignCreator(name, now) for name in dict.fromkeys(usernames) if name not in known]
        if not new:
            return dict.fromkeys(usernames, Placed.KNOWN)
        placed = add_at_most(
            MAX_CAMPAIGN_CREATORS,
            lambda: len(self._campaigns.list_creators(subject, campaign_id)),
            _TOO_MANY_CREATORS,
            add=lambda: require_present(self._campaigns.add_creators(subject, campaign_id, new), ABSENT),
            take_back=lambda placed: self._campaigns.remove_creators(subject, campaign_id, added_of(placed)),
        )
        return {**dict.fromkeys(usernames, Placed.KNOWN), **placed}

    def add_list(self, subject: str, campaign_id: str, list_id: str) -> Mapping[str, Placed]:
        """Add the creators that are in the list now. Raises Conflict."""
        self.read(subject, campaign_id)
        _, entries = self._lists.read_all(subject, list_id)
        return self.add_creators(subject, campaign_id, [entry.username for entry in entries])

    def remove_creator(self, subject: str, campaign_id: str, username: str) -> None:
        self.read(subject, campaign_id)
        self._campaigns.remove_creators(subject, campaign_id, [username])

    def put_post(self, subject: str, campaign_id: str, shortcode: str, username: str) -> Placed:
        """Add a post by hand. Raises Conflict, ProfileErased."""
        self.read(subject, campaign_id)
        require_not_erased(self._tombstones, username)
        known = {found.shortcode: found for found in self._campaigns.list_posts(subject, campaign_id)}
        if shortcode in known and known[shortcode].username == username:
            return Placed.KNOWN
        if shortcode not in known and len(known) >= MAX_CAMPAIGN_POSTS:
            raise Conflict(_TOO_MANY_POSTS)
        post = CampaignPost(shortcode, username, self._clock())

        def put() -> Mapping[str, Placed]:
            return require_present({shortcode: self._campaigns.put_post(subject, campaign_id, post)}, ABSENT)

        if shortcode in known:
            return put()[shortcode]
        return add_at_most(
            MAX_CAMPAIGN_POSTS,
            lambda: len(self._campaigns.list_posts(subject, campaign_id)),
            _TOO_MANY_POSTS,
            add=put,
            take_back=lambda placed: self._campaigns.remove_posts(subject, campaign_id, added_of(placed)),
        )[shortcode]

    def remove_post(self, subject: str, campaign_id: str, shortcode: str) -> None:
        self.read(subject, campaign_id)
        self._campaigns.remove_posts(subject, campaign_id, [shortcode])
