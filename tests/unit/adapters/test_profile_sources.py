"""Profiles from RapidAPI in all shapes, and which provider is asked when another fails."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from creator_search.adapters.upstreams.profiles import PreferredProfileSource
from creator_search.domain.contacts import Contact, ContactSource
from creator_search.domain.errors import ProfileNotFound
from creator_search.domain.profiles import FetchedProfile
from creator_search.domain.upstream_errors import (
    UpstreamBreakerOpen,
    UpstreamError,
    UpstreamMisconfigured,
    UpstreamNotConfigured,
    UpstreamPayloadInvalid,
    UpstreamQuotaExhausted,
    UpstreamRejected,
    WrongAccount,
)

from tests.fakes import START, FakeClock, FakeUpstream, fetched_profile
from tests.unit.adapters.provider import BASE, DEADLINE, Provider, ok

USER: dict[str, Any] = {
    "username": "ada",
    "pk": "17",
    "full_name": "Ada",
    "follower_count": 1000,
    "following_count": 10,
    "media_count": 50,
    "is_private": False,
    "is_business": True,
    "account_type": 2,
    "public_email": "ada@mail.example",
    "category": "Art",
    "hd_profile_pic_url_info": {"url": "https://i.test/large.jpg"},
    "profile_pic_url": "https://i.test/small.jpg",
}


def fetch(*answers: httpx.Response) -> FetchedProfile:
    return Provider(*answers).rapidapi().fetch_profile("ada", DEADLINE)


@pytest.mark.parametrize("body", [USER, {"data": USER}, {"user": USER}, {"data": {"user": USER}, "status": "ok"}])
def test_a_flat_profile_is_read_wherever_the_answer_has_it(body: dict[str, Any]) -> None:
    upstream = Provider(ok(body))
    found = upstream.rapidapi().fetch_profile("ada", DEADLINE)
    assert (found.followers, found.following, found.posts_count) == (1000, 10, 50)
    assert (found.account_id, found.source, found.full_name, found.category) == ("17", "rapidapi", "Ada", "Art")
    assert found.contact == Contact("ada@mail.example", ContactSource.BUSINESS)
    assert found.source_image_url == "https://i.test/large.jpg"
    assert (found.posts, found.complete_since) == ((), None)
    [request] = upstream.requests
    assert (request.method, str(request.url)) == ("POST", f"{BASE}/ig_get_fb_profile.php")
    assert dict(httpx.QueryParams(request.content.decode())) == {"username_or_url": "ada", "data": "basic"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({**USER, "follower_count": None}, "edge_followed_by.count"),
        ({**USER, "is_private": None}, "is_private"),
        ({**USER, "is_private": "perhaps"}, "is_private"),
        ({}, "data"),
        ({"data": {}}, "data"),
        ([], "data"),
    ],
)
def test_a_missing_field_is_named(body: Any, field: str) -> None:
    """A profile of which is not known whether it is private could show what its owner hides."""
    with pytest.raises(UpstreamPayloadInvalid, match=field):
        fetch(ok(body))


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"error": "User not found"}, ProfileNotFound),
        ({"error": "data not found. Please try again later."}, UpstreamError),
        ({**USER, "username": "ben", "pk": 99}, WrongAccount),
    ],
)
def test_each_failure_has_its_error(body: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        fetch(ok(body))


def ask(*sources: FakeUpstream) -> FetchedProfile:
    return PreferredProfileSource(sources, FakeClock()).fetch_profile("ada", DEADLINE)


ANSWER = fetched_profile(source="rapidapi")
NO_KEY = UpstreamNotConfigured("no key")


@pytest.mark.parametrize(
    "failure",
    [UpstreamError(), UpstreamQuotaExhausted(), WrongAccount("ada", "ben", "99"), UpstreamPayloadInvalid("x")],
)
def test_the_second_provider_is_asked_when_the_first_fails(failure: UpstreamError) -> None:
    first, second = FakeUpstream([failure]), FakeUpstream([ANSWER])
    assert ask(first, second) is ANSWER
    assert (first.calls, second.calls) == (["ada"], ["ada"])


def test_a_profile_that_does_not_exist_is_not_asked_for_again() -> None:
    second = FakeUpstream([ANSWER])
    with pytest.raises(ProfileNotFound):
        ask(FakeUpstream([ProfileNotFound("ada")]), second)
    assert second.calls == []


@pytest.mark.parametrize(
    ("first", "second", "raised"),
    [
        (UpstreamPayloadInvalid("x"), UpstreamError(), UpstreamPayloadInvalid),
        (UpstreamQuotaExhausted(), UpstreamError(), UpstreamError),
        (UpstreamQuotaExhausted(), UpstreamBreakerOpen(retry_in=timedelta(seconds=9)), UpstreamBreakerOpen),
        (UpstreamBreakerOpen(retry_in=timedelta(seconds=9)), UpstreamQuotaExhausted(), UpstreamBreakerOpen),
        (UpstreamBreakerOpen(retry_in=timedelta(seconds=9)), UpstreamRejected(), UpstreamBreakerOpen),
        (UpstreamMisconfigured(), UpstreamBreakerOpen(retry_in=timedelta(seconds=9)), UpstreamBreakerOpen),
        (UpstreamRejected(), UpstreamError(), UpstreamError),
    ],
)
def test_when_all_providers_fail_the_error_is_the_one_that_may_pass_soonest(
    first: UpstreamError, second: UpstreamError, raised: type[UpstreamError]
) -> None:
    with pytest.raises(UpstreamError) as error:
        ask(FakeUpstream([first]), FakeUpstream([second]))
    assert type(error.value) is raised


def test_a_provider_without_a_key_is_passed_over_and_its_error_is_only_raised_if_none_has_one() -> None:
    without_key = FakeUpstream([ANSWER], not_configured=NO_KEY)
    assert ask(without_key, FakeUpstream([ANSWER])) is ANSWER
    with pytest.raises(UpstreamQuotaExhausted):
        ask(without_key, FakeUpstream([UpstreamQuotaExhausted()]))
    with pytest.raises(UpstreamError, match="not available"):
        ask(FakeUpstream([UpstreamError()]), without_key)
    with pytest.raises(UpstreamNotConfigured, match="No profile provider is configured"):
        ask(without_key, without_key)


class Slow(FakeUpstream):
    """A provider that takes all the time that it is given, and fails."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__([UpstreamError()])
        self.clock = clock

    def fetch_profile(self, username: str, deadline: datetime) -> FetchedProfile:
        self.clock.time = deadline
        return super().fetch_profile(username, deadline)


def test_a_slow_provider_leaves_half_of_the_time_to_the_next_one() -> None:
    clock = FakeClock()
    first, second = Slow(clock), Slow(clock)
    second.on_call = lambda: asked_at.append(clock())
    asked_at: list[datetime] = []
    first.on_call = lambda: asked_at.append(clock())
    with pytest.raises(UpstreamError):
        PreferredProfileSource([first, second], clock).fetch_profile("ada", START + timedelta(seconds=20))
    assert asked_at == [START + timedelta(seconds=10), START + timedelta(seconds=20)]
