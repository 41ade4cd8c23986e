"""Payloads of synthetic creators in the providers' shapes, old and new."""

from collections.abc import Callable
from typing import Any

from infra.local.sandbox.creators import (
    PLACES,
    PROFILE_CATEGORIES,
    SyntheticCreator,
    SyntheticPost,
    creator,
    post,
    related,
)

FIRST_PAGE = 12
CAROUSEL_LENGTH = 3


def image_url(base: str, kind: str, name: str) -> str:
    return f"{base}/images/{kind}/{name}.jpg"


def decodo_data(owner: SyntheticCreator, base: str, foreign: SyntheticCreator | None = None) -> dict[str, Any]:
    """Return the value of `content.data`. Posts of `foreign` are among the others."""
    posts = _with_foreign(owner, [post(owner, n) for n in range(min(FIRST_PAGE, owner.posts_count))], foreign)
    has_next = owner.posts_count > FIRST_PAGE
    page_info = {"has_next_page": has_next, "end_cursor": str(FIRST_PAGE) if has_next else None}
    user: dict[str, Any] = {
        "id": str(owner.pk),
        "username": owner.username,
        "full_name": owner.full_name,
        "biography": f"{owner.topic.capitalize()} every day · {owner.full_name} · {owner.username}@mail.example",
        "is_private": owner.is_private,
        "is_verified": owner.is_verified,
        "is_business_account": owner.is_business,
        "is_professional_account": owner.is_business,
        "business_email": f"{owner.username}@mail.example" if owner.is_business and owner.pk % 2 else None,
        "category_name": PROFILE_CATEGORIES[owner.topic] if owner.is_business else None,
        "external_url": f"https://{owner.username.replace('_', '-')}.example" if owner.is_business else None,
        "bio_links": [{"url": f"https://links.example/{owner.username}", "title": "Shop"}] if owner.is_business else [],
        "profile_pic_url_hd": image_url(base, "profile", owner.account),
        "edge_followed_by": {"count": owner.followers},
        "edge_follow": {"count": owner.following},
        "edge_chaining" if owner.new_shape else "edge_related_profiles": {
            "edges": [
                {"node": {**_account(c, base), "edge_followed_by": {"count": c.followers}}} for c in related(owner)[:20]
            ]
        },
        "edge_owner_to_timeline_media": {"count": owner.posts_count},
    }
    visible = [] if owner.is_private else posts
    if owner.new_shape:
        connection = {"edges": [{"node": _new_post(*listed, base)} for listed in visible], "page_info": page_info}
        return {"user": user, "xdt_api__v1__feed__user_timeline_graphql_connection": connection}
    user["edge_owner_to_timeline_media"] |= {
        "edges": [{"node": _old_post(*listed, base)} for listed in visible],
        "page_info": page_info,
    }
    return {"user": user}


def flat_profile(owner: SyntheticCreator, base: str) -> dict[str, Any]:
    """Return the answer of the second profile provider: the user, for some under `data`, without posts."""
    user = {
        "pk": str(owner.pk),
        "username": owner.username,
        "full_name": owner.full_name,
        "biography": f"{owner.topic.capitalize()} every day · {owner.full_name} · {owner.username}@mail.example",
        "follower_count": owner.followers,
        "following_count": owner.following,
        "media_count": owner.posts_count,
        "is_private": owner.is_private,
        "is_verified": owner.is_verified,
        "is_business": owner.is_business,
        "account_type": 2 if owner.is_business else 1,
        "category": PROFILE_CATEGORIES[owner.topic] if owner.is_business else "",
        "bio_links": [{"url": f"https://links.example/{owner.username}", "title": "Shop"}] if owner.is_business else [],
        "hd_profile_pic_url_info": {"url": image_url(base, "profile", owner.account)},
    }
    return user if owner.pk % 2 else {"data": user}


def reels_page(
    owner: SyntheticCreator, token: str, base: str, foreign: SyntheticCreator | None = None
) -> dict[str, Any]:
    """Return one page of reels; the token is the number of the next post."""
    page, following = _page(owner, token, lambda p: p.is_reel)
    reels = [{"node": {"media": _reel(*listed, base)}} for listed in _with_foreign(owner, page, foreign)]
    return {"reels": reels, "pagination_token": following}


def posts_page(
    owner: SyntheticCreator, token: str, base: str, foreign: SyntheticCreator | None = None
) -> dict[str, Any]:
    """Return one page of posts of every kind, with views instead of plays."""
    page, following = _page(owner, token, lambda _: True)
    posts = [{"node": _timeline_post(*listed, base)} for listed in _with_foreign(owner, page, foreign)]
    return {"posts": posts, "pagination_token": following}


def _page(
    owner: SyntheticCreator, token: str, wanted: Callable[[SyntheticPost], bool]
) -> tuple[list[SyntheticPost], str | None]:
    """Return the wanted posts of a page, and the token of the next one."""
    number = int(token) if token.isdigit() else 0
    page: list[SyntheticPost] = []
    while number < owner.posts_count and len(page) < FIRST_PAGE:
        candidate = post(owner, number)
        number += 1
        if wanted(candidate) and not owner.is_private:
            page.append(candidate)
    return page, str(number) if number < owner.posts_count else None


def _with_foreign(
    owner: SyntheticCreator, posts: list[SyntheticPost], foreign: SyntheticCreator | None
) -> list[tuple[SyntheticCreator, SyntheticPost]]:
    """Return the posts with their creators; posts of `foreign` are the first and the last one."""
    listed = [(owner, p) for p in posts]
    return [(foreign, post(foreign, 0)), *listed, (foreign, post(foreign, 1))] if foreign else listed


def _reel(owner: SyntheticCreator, p: SyntheticPost, base: str) -> dict[str, Any]:
    fields = _new_post(owner, p, base)
    if owner.undated_reels:
        del fields["taken_at"], fields["caption"]
    return fields


def _timeline_post(owner: SyntheticCreator, p: SyntheticPost, base: str) -> dict[str, Any]:
    fields = _new_post(owner, p, base)
    fields |= {"__typename": "XDTMediaDict", "view_count": p.views, "owner": fields["user"]}
    if p.kind == "GraphSidecar":
        fields["product_type"] = "carousel_container"
    del fields["play_count"]
    return fields


def similar(owner: SyntheticCreator, base: str) -> Any:
    """Return similar accounts in one of the three shapes that the provider uses."""
    accounts = [{"pk": str(c.pk), **_account(c, base)} for c in related(owner)]
    if owner.pk % 3 == 0:
        return accounts
    if owner.pk % 3 == 1:
        return {"data": accounts}
    return {str(n): account for n, account in enumerate(accounts)}


def _account(other: SyntheticCreator, base: str) -> dict[str, Any]:
    return {
        "username": other.username,
        "full_name": other.full_name,
        "profile_pic_url": image_url(base, "profile", other.account),
        "is_verified": other.is_verified,
        "is_private": other.is_private,
    }


def _old_post(owner: SyntheticCreator, p: SyntheticPost, base: str) -> dict[str, Any]:
    author, co_authors = _authors(owner, p)
    return {
        "__typename": p.kind,
        "shortcode": p.shortcode,
        "taken_at_timestamp": p.taken_at,
        "display_url": image_url(base, "post", p.shortcode),
        "edge_media_preview_like": {"count": p.likes},
        "edge_media_to_comment": {"count": p.comments},
        "edge_media_to_caption": {"edges": [{"node": {"text": p.caption}}] if p.caption else []},
        "is_video": p.kind == "GraphVideo",
        "video_view_count": p.views,
        "product_type": "clips" if p.is_reel else None,
        "pinned_for_users": [{"id": "1"}] if p.pinned else [],
        "video_duration": p.seconds,
        "accessibility_caption": _alt_text(p),
        "location": {"id": _place_id(p.place), "has_public_page": True, "name": p.place} if p.place else None,
        "edge_media_to_tagged_user": {"edges": [{"node": {"user": {"username": name}}} for name in p.tagged]},
        "owner": {"id": str(author.pk), "username": author.username},
        "coauthor_producers": [{"id": str(c.pk), "username": c.username} for c in co_authors],
        "edge_media_to_sponsor_user": {"edges": [{"node": {"sponsor": {"username": p.sponsor}}}] if p.sponsor else []},
        "edge_sidecar_to_children": {"edges": [{"node": {}}] * CAROUSEL_LENGTH} if p.kind == "GraphSidecar" else None,
        "clips_music_attribution_info": {"song_name": p.song[0], "artist_name": p.song[1]} if p.song else None,
    }


def _authors(owner: SyntheticCreator, p: SyntheticPost) -> tuple[SyntheticCreator, list[SyntheticCreator]]:
    """Return the owner of a post, and its co-authors."""
    if p.co_author is None:
        return owner, []
    other = creator(p.co_author)
    return (other, [owner]) if p.is_of_co_author else (owner, [other])


def _alt_text(p: SyntheticPost) -> str | None:
    return None if p.is_reel else "May be a synthetic image."


def _place_id(place: str) -> str:
    return str(PLACES.index(place) + 1)


def _new_post(owner: SyntheticCreator, p: SyntheticPost, base: str) -> dict[str, Any]:
    author, co_authors = _authors(owner, p)
    cover = {"candidates": [{"url": image_url(base, "post", p.shortcode), "width": 320}]}
    is_carousel = p.kind == "GraphSidecar"
    return {
        "pk": str(p.number),
        "id": f"{p.number}_{author.pk}",
        "code": p.shortcode,
        "media_type": {"GraphImage": 1, "GraphVideo": 2, "GraphSidecar": 8}[p.kind],
        "product_type": "clips" if p.is_reel else "feed",
        "taken_at": p.taken_at,
        "caption": {"text": p.caption} if p.caption else None,
        "like_count": 3 if p.likes < 0 else p.likes,
        "like_and_view_counts_disabled": p.likes < 0,
        "comment_count": p.comments,
        "play_count": p.plays or 0,
        "image_versions2": None if is_carousel else cover,
        "carousel_media_count": CAROUSEL_LENGTH if is_carousel else None,
        "carousel_media": [{"image_versions2": cover}] * CAROUSEL_LENGTH if is_carousel else None,
        "timeline_pinned_user_ids": ["1"] if p.pinned else [],
        "video_duration": p.seconds,
        "reshare_count": p.shares,
        "accessibility_caption": _alt_text(p),
        "location": {"pk": int(_place_id(p.place)), "name": p.place} if p.place else None,
        "usertags": {"in": [{"user": {"username": name}} for name in p.tagged]} if p.tagged else None,
        "user": {"pk": str(author.pk), "username": author.username},
        "coauthor_producers": [{"pk": c.pk, "username": c.username} for c in co_authors] or None,
        "is_paid_partnership": p.sponsor is not None,
        "sponsor_tags": [{"sponsor": {"username": p.sponsor}}] if p.sponsor else None,
        "clips_metadata": {"music_info": {"music_asset_info": {"title": p.song[0], "display_artist": p.song[1]}}}
        if p.song
        else None,
    }
