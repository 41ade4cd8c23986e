"""`make bench ARGS=payloads`: recorded answers through the parsers, and whether anything that they hold is lost.

`REALDATA` names a folder with a subfolder `payloads` of JSON files of any shape. A value counts as given if one of its
keys stands anywhere in the recorded post, whatever the path; it counts as kept if the parsed post has it.
"""

import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from creator_search.adapters.upstreams.instagram import parse_profile, parse_related
from creator_search.adapters.upstreams.posts import parse_posts
from creator_search.domain.errors import CreatorSearchError
from creator_search.domain.fetched_posts import Owner
from creator_search.domain.posts import Post
from creator_search.domain.profiles import FetchedProfile
from rich.console import Console

T = TypeVar("T")
Given = Callable[[dict[str, Any]], bool]


def run() -> None:
    out = Console(soft_wrap=True, highlight=False)
    folder = os.environ.get("REALDATA")
    if not folder:
        out.print("payloads: REALDATA is not set; it names the folder with the recorded answers")
        return
    for file in sorted((Path(folder) / "payloads").glob("*.json")):
        recorded = json.loads(file.read_text())
        found = Findings()
        for node in _find(recorded, _is_post):
            found.read_post(node)
        for user in _find(recorded, _is_user):
            found.read_user(user)
        for related in _find(recorded, _is_list_of_accounts):
            found.read_related(related)
        out.print(
            f"[bold]{file.stem}[/bold]: {found.parsed} of {found.objects} objects parsed", *found.failures, sep="; "
        )
        for name, given in sorted(found.given.items()):
            lost = given - found.kept[name]
            out.print(f"  {name}: {found.kept[name]} of {given}" + (f" [red]({lost} lost)[/red]" if lost else ""))


@dataclass
class Findings:
    """What the recorded objects of one file give, and what their parsed forms keep."""

    objects: int = 0
    parsed: int = 0
    given: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    def read_post(self, node: dict[str, Any]) -> None:
        names = [next(_values(node.get(key), frozenset({"username"})), "") for key in ("owner", "user")]
        parsed = self._parsed(lambda: parse_posts([node], Owner(names[0] or names[1])).posts[0])
        self._compare(parsed, {name for name, is_given in POST_FIELDS.items() if is_given(node)})
        self._compare_owner(node)

    def _compare_owner(self, node: dict[str, Any]) -> None:
        """The id of the owner is kept if the post is left out of those of an account with another id."""
        if any(node.get(key, {}).get(name) for key in ("owner", "user") for name in ("id", "pk")):
            self.given["owner"] += 1
            self.kept["owner"] += bool(parse_posts([{**node, "coauthor_producers": None}], Owner("", "1")).foreign)

    def read_user(self, user: dict[str, Any]) -> None:
        parsed = self._parsed(lambda: parse_profile({"user": user}, str(user.get("username", "")).lower(), ""))
        self._compare(parsed, {name for name, keys in USER_FIELDS.items() if any(user.get(key) for key in keys)})

    def read_related(self, entries: dict[str, Any]) -> None:
        nodes = [edge["node"] for edge in entries["edges"]]
        parsed = self._parsed(lambda: parse_related(nodes, excluding=""))
        self.given["related"] += len(nodes)
        self.kept["related"] += len(parsed or ())

    def _parsed(self, parse: Callable[[], T]) -> T | None:
        self.objects += 1
        try:
            found = parse()
        except CreatorSearchError as error:
            self.failures.append(error.message)
            return None
        self.parsed += 1
        return found

    def _compare(self, parsed: Post | FetchedProfile | None, given: set[str]) -> None:
        self.given.update(given)
        self.kept.update(name for name in given if parsed and getattr(parsed, name) not in (None, (), ""))


def _find(value: Any, wanted: Given) -> Iterator[dict[str, Any]]:
    """Yield the outermost objects that are wanted."""
    if isinstance(value, dict):
        if wanted(value):
            yield value
            if wanted is _is_post:
                return
        for part in value.values():
            yield from _find(part, wanted)
    elif isinstance(value, list):
        for part in value:
            yield from _find(part, wanted)


def _is_post(node: dict[str, Any]) -> bool:
    return bool(node.get("shortcode") or node.get("code")) and not POST_KEYS.isdisjoint(node)


def _is_user(node: dict[str, Any]) -> bool:
    return "biography" in node and ("edge_followed_by" in node or "follower_count" in node)


def _is_list_of_accounts(node: dict[str, Any]) -> bool:
    edges = node.get("edges")
    return isinstance(edges, list) and bool(edges) and {"username", "full_name"} <= edges[0].get("node", {}).keys()


def _values(value: Any, keys: frozenset[str]) -> Iterator[Any]:
    """Yield what stands under these keys anywhere in the value, except in comments."""
    if isinstance(value, dict):
        for key, part in value.items():
            if key in keys:
                yield part
            if "comment" not in key:
                yield from _values(part, keys)
    elif isinstance(value, list):
        for part in value:
            yield from _values(part, keys)


def _holds(*keys: str) -> Given:
    return lambda node: any(value not in (None, "", [], {}, -1) for value in _values(node, frozenset(keys)))


def _names(*keys: str) -> Given:
    return lambda node: any(
        name for value in _values(node, frozenset(keys)) for name in _values(value, frozenset({"username"}))
    )


def _is_moving(node: dict[str, Any]) -> bool:
    return bool(node.get("is_video") or node.get("media_type") == 2)


def _likes(node: dict[str, Any]) -> bool:
    return not node.get("like_and_view_counts_disabled") and _holds("like_count", "edge_media_preview_like")(node)


POST_KEYS = frozenset({"taken_at", "taken_at_timestamp", "media_type", "__typename", "like_count", "play_count"})
"""An object with a shortcode and one of these is a post: reels may have no time."""
POST_FIELDS: dict[str, Given] = {
    "taken_at": _holds("taken_at", "taken_at_timestamp", "shortcode", "code"),
    "caption": lambda node: any(
        _holds("text")({"": value}) for value in _values(node, frozenset({"caption", "edge_media_to_caption"}))
    ),
    "likes": _likes,
    "comments": _holds("comment_count", "edge_media_to_comment"),
    "views": lambda node: _is_moving(node) and _holds("play_count", "video_view_count", "view_count")(node),
    "source_image_url": _holds("display_url", "thumbnail_src", "candidates"),
    "duration_seconds": lambda node: bool(node.get("video_duration")),
    "location": lambda node: any(_holds("name")({"": value}) for value in _values(node, frozenset({"location"}))),
    "tagged_users": _names("usertags", "edge_media_to_tagged_user"),
    "co_authors": _names("coauthor_producers"),
    "sponsors": _names("sponsor_tags", "edge_media_to_sponsor_user"),
    "music": _holds("music_asset_info", "original_audio_title", "song_name"),
    "carousel_count": _holds("carousel_media", "edge_sidecar_to_children"),
    "shares": _holds("reshare_count", "share_count"),
    "alt_text": _holds("accessibility_caption"),
}
"""What a recorded post gives, by field of the parsed one."""
USER_FIELDS = {
    "account_id": ("id", "pk"),
    "full_name": ("full_name",),
    "biography": ("biography",),
    "followers": ("edge_followed_by", "follower_count"),
    "following": ("edge_follow", "following_count"),
    "posts_count": ("edge_owner_to_timeline_media", "media_count"),
    "external_url": ("external_url",),
    "category": ("category_name", "category"),
    "links": ("bio_links",),
    "source_image_url": ("profile_pic_url", "profile_pic_url_hd"),
    "is_professional": ("is_professional_account", "account_type"),
    "contact": ("business_email", "public_email"),
}
"""Keys of a recorded user, by field of the parsed one."""
