"""The sandbox, read by the real clients: names that change hands, wrong answers, posts of others, growth."""

from collections.abc import Iterator
from typing import cast

import pytest
from creator_search.adapters.breakers import NoBreaker
from creator_search.adapters.upstreams.decodo import DecodoSource
from creator_search.adapters.upstreams.endpoint import UpstreamEndpoint
from creator_search.adapters.upstreams.http import HttpClient, HttpUpstream
from creator_search.adapters.upstreams.rapidapi import RapidApiSource
from creator_search.domain.errors import ProfileNotFound
from creator_search.domain.fetched_posts import Owner
from creator_search.domain.posts import ViewsKind
from creator_search.domain.upstream_errors import WrongAccount
from creator_search.services.pipeline.gather import PostGatherer
from fastapi.testclient import TestClient

from infra.local.sandbox import creators
from infra.local.sandbox.app import DECODO_TOKEN, RAPIDAPI_KEY, create_app
from infra.local.sandbox.creators import SyntheticCreator, SyntheticPost, creator, post
from tests.fakes import FakeClock
from tests.unit.adapters.provider import DEADLINE

ADA, BEN = creator("ada"), creator("ben")
NAMED_ADA = Owner("ada", str(ADA.pk))


class Sandbox:
    """The sandbox, and clients of it."""

    def __init__(self, http: TestClient) -> None:
        self.http = http
        self.clock = FakeClock()
        upstream = HttpUpstream(lambda: cast("HttpClient", http), timeout_seconds=30, clock=self.clock)
        endpoint = UpstreamEndpoint(NoBreaker(), clock=self.clock, sleep=self.clock.sleep)
        self.decodo = DecodoSource(
            upstream, base_url="http://testserver/decodo", key=lambda: DECODO_TOKEN, endpoint=endpoint
        )
        self.rapidapi = RapidApiSource(
            upstream,
            base_url="http://testserver/rapidapi",
            host="",
            key=lambda: RAPIDAPI_KEY,
            endpoints=lambda _: endpoint,
        )

    def give(self, username: str, account: str | None) -> None:
        self.http.post("/_names", json={"username": username, "account": account}).raise_for_status()

    def fault(self, where: str, kind: str) -> None:
        self.http.post("/_faults", json={"where": where, "kind": kind, "times": 0}).raise_for_status()

    def ids(self, username: str) -> set[str | None]:
        """The id of the account that has the name, according to each provider."""
        sources = (self.decodo, self.rapidapi)
        return {source.fetch_profile(username, DEADLINE).account_id for source in sources}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with TestClient(create_app()) as http:
        yield Sandbox(http)


def test_both_providers_give_the_same_profile(sandbox: Sandbox) -> None:
    first, second = (source.fetch_profile("ada", DEADLINE) for source in (sandbox.decodo, sandbox.rapidapi))
    assert (first.source, second.source) == ("decodo", "rapidapi")
    for name in ("account_id", "followers", "following", "posts_count", "full_name", "is_private", "source_image_url"):
        assert getattr(first, name) == getattr(second, name), name


def test_an_account_takes_its_id_and_its_posts_to_another_name(sandbox: Sandbox) -> None:
    sandbox.give("ada.new", "ada")
    sandbox.give("ada", None)
    assert sandbox.ids("ada.new") == {str(ADA.pk)}
    found = sandbox.decodo.fetch_profile("ada.new", DEADLINE)
    assert {p.shortcode for p in found.posts} == {post(ADA, n).shortcode for n in range(12)}
    for source in (sandbox.decodo, sandbox.rapidapi):
        with pytest.raises(ProfileNotFound):
            source.fetch_profile("ada", DEADLINE)
    sandbox.http.delete("/_names").raise_for_status()
    assert sandbox.ids("ada") == {str(ADA.pk)}


def test_two_accounts_swap_their_names(sandbox: Sandbox) -> None:
    sandbox.give("ada", "ben")
    sandbox.give("ben", "ada")
    assert (sandbox.ids("ada"), sandbox.ids("ben")) == ({str(BEN.pk)}, {str(ADA.pk)})


def test_an_answer_of_a_wrong_account_names_the_other_one(sandbox: Sandbox) -> None:
    for where, source in (("decodo", sandbox.decodo), ("profile", sandbox.rapidapi)):
        sandbox.fault(where, "wrong_account")
        with pytest.raises(WrongAccount) as raised:
            source.fetch_profile("ada", DEADLINE)
        assert (raised.value.username, raised.value.account_id) == ("other.ada", str(creator("other.ada").pk))
    for where, fetch in (("posts", sandbox.rapidapi.fetch_posts), ("reels", sandbox.rapidapi.fetch_reels)):
        sandbox.fault(where, "wrong_account")
        found = fetch(NAMED_ADA, 20, DEADLINE)
        assert found.foreign and all(p.co_authors for p in found.posts)


@pytest.mark.parametrize("where", ["posts", "reels"])
def test_posts_of_another_account_among_those_of_the_creator_are_left_out(sandbox: Sandbox, where: str) -> None:
    fetch = sandbox.rapidapi.fetch_posts if where == "posts" else sandbox.rapidapi.fetch_reels
    expected = fetch(NAMED_ADA, 12, DEADLINE).posts
    sandbox.fault(where, "foreign_reels")
    found = fetch(NAMED_ADA, 12, DEADLINE)
    assert found.posts == expected and len(expected) == 12
    assert found.foreign == {post(creator("other.ada"), n).shortcode for n in (0, 1)}


def test_posts_of_another_account_in_the_profile_are_noted(sandbox: Sandbox) -> None:
    sandbox.fault("decodo", "foreign_reels")
    found = sandbox.decodo.fetch_profile("ada", DEADLINE)
    assert len(found.posts) == 12 and found.notes == ("posts: 2 name another owner, left out",)


def test_the_gathered_posts_have_no_gap_and_the_plays_of_every_reel(sandbox: Sandbox) -> None:
    fetched = sandbox.decodo.fetch_profile("ada", DEADLINE)
    gatherer = PostGatherer(sandbox.rapidapi, sandbox.rapidapi, sandbox.clock, posts_limit=60, reels_limit=60)
    found = gatherer.gather(fetched, DEADLINE)
    expected = [post(ADA, n) for n in range(60)]
    assert [p.shortcode for p in found.posts][:60] == [p.shortcode for p in expected]
    assert found.complete_since == found.posts[59].taken_at
    assert found.notes == ()
    by_code = {p.shortcode: p for p in found.posts}
    reels = [p for p in expected if p.is_reel]
    assert {by_code[p.shortcode].views for p in reels} == {p.plays for p in reels}
    assert {by_code[p.shortcode].views_kind for p in reels} == {ViewsKind.PLAYS}


def of_co_authors(owner: SyntheticCreator) -> list[SyntheticPost]:
    return [p for p in (post(owner, n) for n in range(owner.posts_count)) if p.co_author and p.is_of_co_author]


def test_posts_of_a_co_author_are_kept_and_name_the_owner(sandbox: Sandbox) -> None:
    [owner, *_] = (c for c in map(creator, map("creator.{}".format, range(50))) if of_co_authors(c))
    found = sandbox.rapidapi.fetch_posts(Owner(owner.username, str(owner.pk)), 400, DEADLINE)
    authors = {p.shortcode: p.co_authors for p in found.posts}
    assert [authors[p.shortcode] for p in of_co_authors(owner)] == [(p.co_author,) for p in of_co_authors(owner)]


def test_counts_grow_with_the_age_of_a_post_and_nothing_else_of_it_changes(
    monkeypatch: pytest.MonkeyPatch, sandbox_time: int
) -> None:
    first = {p.shortcode: p for p in (post(ADA, n) for n in range(30))}
    monkeypatch.setattr(creators, "clock", lambda: sandbox_time + 36 * 3600)
    later = {p.shortcode: p for p in (post(ADA, n) for n in range(30))}
    seen = [(first[code], later[code]) for code in first.keys() & later.keys()]
    assert len(seen) > 25
    for before, after in seen:
        assert (before.caption, before.taken_at, before.kind) == (after.caption, after.taken_at, after.kind)
        assert (before.views or 0) <= (after.views or 0) and before.comments <= after.comments
        assert (before.likes < 0) == (after.likes < 0) and before.likes <= after.likes
    youngest = max((pair for pair in seen if pair[0].likes >= 0), key=lambda pair: pair[0].taken_at)
    assert youngest[0].likes < youngest[1].likes
