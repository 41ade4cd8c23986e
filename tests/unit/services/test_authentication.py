"""Credentials of requests."""

from datetime import timedelta

import pytest
from creator_search.domain.caller_errors import Forbidden, Unauthenticated
from creator_search.domain.callers import Caller, CallerKind
from creator_search.domain.errors import Conflict, NotFound, StoreUnavailable
from creator_search.services.api_keys import ApiKeys
from creator_search.services.authentication import TRUSTED_FOR, Authenticator

from tests.fakes import World

ALICE = Caller(subject="alice", kind=CallerKind.USER)


@pytest.fixture
def world() -> World:
    found = World()
    found.tokens.callers = {"good": ALICE}
    return found


@pytest.fixture
def authenticator(world: World) -> Authenticator:
    return world.container.authenticator


@pytest.fixture
def keys(world: World) -> ApiKeys:
    return world.container.api_keys


def test_a_bearer_token_identifies_its_caller_and_is_trusted_for_30_seconds(
    world: World, authenticator: Authenticator
) -> None:
    for value in ("Bearer good", "bearer good", "BEARER  good "):
        assert authenticator.authenticate([value], []) == ALICE
    assert len(world.tokens.verified) == 3
    del world.tokens.callers["good"]
    world.clock.advance(seconds=TRUSTED_FOR.total_seconds() - 1)
    assert authenticator.authenticate(["Bearer good"], []) == ALICE
    world.clock.advance(seconds=1)
    with pytest.raises(Unauthenticated):
        authenticator.authenticate(["Bearer good"], [])


@pytest.mark.parametrize(
    ("authorization", "api_keys"),
    [
        ([], []),
        ([""], []),
        (["Bearer"], []),
        (["Bearer "], []),
        (["good"], []),
        (["Basic good"], []),
        (["Bearer bad"], []),
        ([], [""]),
        ([], ["cs_"]),
        ([], ["cs_a_"]),
        ([], ["cs_a_b_c"]),
        ([], ["cs_../x_y"]),
        ([], ["cs_a_b\n"]),
        ([], ["cs_" + "a" * 65 + "_b"]),
        ([], ["cs_unknown_secret"]),
        ([], ["x"]),
        (["Bearer good", "Bearer good"], []),
        (["Bearer good"], ["cs_unknown_secret"]),
    ],
)
def test_a_credential_that_is_missing_malformed_refused_or_one_of_two_is_refused(
    authenticator: Authenticator, authorization: list[str], api_keys: list[str]
) -> None:
    with pytest.raises(Unauthenticated):
        authenticator.authenticate(authorization, api_keys)


def test_a_key_acts_for_its_owner_without_the_scope_admin(
    world: World, authenticator: Authenticator, keys: ApiKeys
) -> None:
    key, text = keys.create(ALICE, "reports", None)
    assert text.startswith(f"cs_{key.id}_")
    caller = authenticator.authenticate([], [text])
    assert (caller.subject, caller.kind, caller.is_admin, caller.key_id) == ("alice", CallerKind.API_KEY, False, key.id)
    for wrong in (text[:-1], text + "x", text.swapcase(), f"cs_{key.id}_x"):
        with pytest.raises(Unauthenticated):
            authenticator.authenticate([], [wrong])
    [listed] = world.api_keys.list_keys("alice", 10, None).rows
    assert listed.last_used_at == world.clock()


def test_a_deleted_key_and_an_expired_one_stop_working_within_a_minute(
    world: World, authenticator: Authenticator, keys: ApiKeys
) -> None:
    deleted, text = keys.create(ALICE, "deleted", None)
    _, short = keys.create(ALICE, "short", timedelta(days=1))
    assert authenticator.authenticate([], [text]).subject == "alice"
    keys.delete(ALICE, deleted.id)
    world.clock.advance(seconds=30)
    with pytest.raises(Unauthenticated):
        authenticator.authenticate([], [text])
    world.clock.advance(hours=23)
    assert authenticator.authenticate([], [short]).subject == "alice"
    world.clock.advance(hours=1)
    with pytest.raises(Unauthenticated):
        authenticator.authenticate([], [short])


def test_a_key_cannot_make_keys_and_only_its_owner_can_delete_it(keys: ApiKeys) -> None:
    key, _ = keys.create(ALICE, "one", None)
    with pytest.raises(Forbidden):
        keys.create(Caller(subject="alice", kind=CallerKind.API_KEY, key_id=key.id), "two", None)
    texts = set()
    for owner, id_ in (("bob", key.id), ("alice", "absent"), ("alice", "../x"), ("alice", "a" * 2000)):
        with pytest.raises(NotFound) as refused:
            keys.delete(Caller(subject=owner, kind=CallerKind.USER), id_)
        texts.add(refused.value.message)
    assert len(texts) == 1
    keys.delete(ALICE, key.id)


def test_a_caller_has_at_most_fifty_keys(keys: ApiKeys) -> None:
    for number in range(50):
        keys.create(ALICE, str(number), None)
    with pytest.raises(Conflict, match="There are already 50 API keys"):
        keys.create(ALICE, "51", None)


def test_a_key_works_while_its_use_cannot_be_recorded(world: World, keys: ApiKeys) -> None:
    class NotWritable(type(world.api_keys)):  # type: ignore[misc]
        def set_last_used(self, *_: object) -> None:
            raise StoreUnavailable

    world.restart(api_key_store=NotWritable(world.clock))
    _, text = world.container.api_keys.create(ALICE, "one", None)
    assert world.container.authenticator.authenticate([], [text]).subject == "alice"


def test_no_more_than_ten_thousand_credentials_are_kept(world: World, authenticator: Authenticator) -> None:
    world.tokens.callers = {str(number): ALICE for number in range(10_001)}
    for number in range(10_001):
        authenticator.authenticate([f"Bearer {number}"], [])
    before = len(world.tokens.verified)
    assert authenticator.authenticate(["Bearer 10000"], []) == ALICE
    assert len(world.tokens.verified) == before
