"""Whose history is whose, when names change hands: the services over fakes against a model of the platform."""

from collections.abc import Callable

import pytest
from creator_search.domain.accounts import HistoryKey
from creator_search.domain.documents import DocumentName
from creator_search.domain.errors import ProfileErased, ProfileMoved, ProfileNotFound
from creator_search.domain.messages import ErasureMessage
from creator_search.domain.upstream_errors import UpstreamPayloadInvalid, WrongAccount
from creator_search.services.erasure import AcceptedErasure
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.fakes import NEVER
from tests.platform_model import ACTIONS, NAMES, QUESTIONS, Replay

names = st.sampled_from(NAMES)


class Histories(RuleBasedStateMachine):
    """Renames, swaps, recycled names, private and erased accounts, and wrong answers, in any order. After each step
    everything stored is compared with what the platform answered."""

    @initialize(known=st.lists(names, unique=True))
    def start(self, known: list[str]) -> None:
        self.replay = Replay()
        for name in known:
            self.replay.step("register", name, name, "build")

    @rule(action=st.sampled_from(ACTIONS), name=names, other=names, then=st.sampled_from(QUESTIONS))
    def do(self, action: str, name: str, other: str, then: str) -> None:
        self.replay.step(action, name, other, then)


TestHistories = Histories.TestCase
TestHistories.settings = settings(
    max_examples=300, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
)


@pytest.fixture
def replay() -> Replay:
    return Replay()


def body(replay: Replay, username: str) -> str:
    found = replay.world.documents.load_document(username, DocumentName.PROFILE)
    return found.body if found else ""


def test_a_renamed_account_keeps_its_history_and_its_old_name_redirects(replay: Replay) -> None:
    account = replay.register("ada")
    replay.build("ada")
    replay.rename("ada", "ben")
    replay.build("ben")
    stored = replay.world.profiles.load_profile("ben")
    assert stored and stored.account and stored.account.former_usernames == ("ada",)
    assert (stored.account.id, stored.history_key) == (account, "ada")
    assert replay.world.profiles.load_profile("ada") is None
    with pytest.raises(ProfileMoved) as moved:
        replay.fetch("ada")
    assert moved.value.new_username == "ben"
    replay.check()


def test_an_old_name_is_asked_for_again_after_a_day(replay: Replay) -> None:
    replay.register("ada")
    replay.build("ada")
    replay.rename("ada", "ben")
    replay.build("ben")
    replay.world.clock.advance(hours=25)
    other = replay.register("ada")
    replay.fetch("ada")
    stored = replay.world.profiles.load_profile("ada")
    assert stored and stored.account and stored.account.id == other
    assert stored.history_key == f"id-{other}"
    replay.check()


def test_an_old_name_that_nobody_has_still_redirects_after_a_day(replay: Replay) -> None:
    replay.register("ada")
    replay.build("ada")
    replay.rename("ada", "ben")
    replay.build("ben")
    replay.world.clock.advance(hours=25)
    with pytest.raises(ProfileMoved):
        replay.fetch("ada")


def test_a_recycled_name_starts_a_new_history_and_the_old_one_stays_under_its_id(replay: Replay) -> None:
    first = replay.register("ada")
    replay.build("ada")
    replay.close("ada")
    second = replay.register("ada")
    replay.build("ada")
    stored = replay.world.profiles.load_profile("ada")
    assert stored and stored.account and stored.account.id == second
    old = replay.world.profiles.load_profile(f"id-{first}")
    assert old and old.history_key == "ada" and not old.holds_username
    shown = replay.world.container.creators.read_account(first, replay.until)
    assert first in shown.document.body and "another account has it now" in shown.document.body
    assert first not in body(replay, "ada")
    replay.check()


def test_a_read_by_id_follows_an_account_that_the_upstream_names_otherwise(replay: Replay) -> None:
    account = replay.register("ada")
    replay.world.container.account_registry.assign("ada", account, replay.world.clock())
    replay.rename("ada", "ben")
    replay.answers["ada"] = WrongAccount("ada", "ben", account)
    found = replay.world.container.creators.read_account(account, replay.until)
    assert '"username":"ben"' in found.document.body and account in found.document.body


def test_a_read_by_id_never_shows_the_account_that_has_the_username_now(replay: Replay) -> None:
    account = replay.register("ada")
    replay.world.container.account_registry.assign("ada", account, replay.world.clock())
    replay.close("ada")
    replay.register("ada")
    with pytest.raises(ProfileNotFound):
        replay.world.container.creators.read_account(account, replay.until)


def test_accounts_that_swap_their_names_keep_their_histories(replay: Replay) -> None:
    first, second = replay.register("ada"), replay.register("ben")
    replay.build("ada")
    replay.build("ben")
    replay.swap("ada", "ben")
    replay.build("ada")
    replay.build("ben")
    ada, ben = (replay.world.profiles.load_profile(name) for name in ("ada", "ben"))
    assert ada and ada.account and (ada.account.id, ada.history_key) == (second, "ben")
    assert ben and ben.account and (ben.account.id, ben.history_key) == (first, "ada")
    replay.check()


def test_an_answer_about_the_same_account_under_another_name_is_a_rename(replay: Replay) -> None:
    account = replay.register("ada")
    replay.build("ada")
    replay.rename("ada", "ben")
    replay.build_from_a_wrong_answer("ada", "ben", echoes=False)
    stored = replay.world.profiles.load_profile("ben")
    assert stored and stored.account and stored.account.id == account
    job = replay.world.jobs.load_job("ada")
    assert job and job.error_message == "The profile ada is now ben"
    assert [message.username for _, message in replay.world.queue.sent][-1] == "ben"
    replay.check()


def test_an_answer_about_another_account_changes_nothing(replay: Replay) -> None:
    replay.register("ada")
    replay.register("ben")
    replay.build("ada")
    before = replay.world.profiles.load_profile("ada")
    replay.build_from_a_wrong_answer("ada", "ben", echoes=False)
    assert replay.world.profiles.load_profile("ada") == before
    assert replay.world.profiles.load_profile("ben") is None


def test_an_answer_without_id_is_refused_where_an_id_is_known(replay: Replay) -> None:
    replay.register("ada")
    replay.build("ada")
    with pytest.raises(UpstreamPayloadInvalid, match=r"user\.id"):
        replay.world.container.account_registry.assign("ada", None, replay.world.clock())


def test_a_creator_that_is_stored_without_id_gets_the_first_one_seen(replay: Replay) -> None:
    replay.register("ada")
    replay.build_without_id("ada")
    created = replay.world.profiles.rows["ada"][0].created_at
    replay.world.clock.advance(hours=1)
    replay.build("ada")
    stored = replay.world.profiles.load_profile("ada")
    assert stored and stored.account and stored.account.first_seen_at == created
    assert stored.history_key == "ada"


def test_erasing_an_account_erases_all_its_names_and_nothing_of_their_new_holders(replay: Replay) -> None:
    account = replay.register("ada")
    replay.build("ada")
    replay.rename("ada", "ben")
    replay.build("ben")
    other = replay.register("ada")
    replay.world.clock.advance(hours=25)
    replay.build("ada")
    replay.erase("ben")
    assert replay.world.profiles.load_profile("ben") is None
    assert replay.world.posts.count_posts(replay.key(account)) == 0
    kept = replay.world.profiles.load_profile("ada")
    assert kept and kept.account and kept.account.id == other
    assert replay.world.tombstones.names == {"ben", f"id-{account}"}
    replay.rename("ben", "cleo")
    with pytest.raises(ProfileNotFound):
        replay.fetch("cleo")
    replay.check()


def test_an_account_whose_name_another_one_has_is_erased_by_its_id(replay: Replay) -> None:
    first = replay.register("ada")
    replay.build("ada")
    replay.recycle("ada")
    second = replay.register("ada")
    replay.build("ada")
    document = body(replay, "ada")
    replay.erase_former("ada")
    with pytest.raises(ProfileNotFound):
        replay.world.container.creators.read_account(first, replay.until)
    assert replay.world.profiles.load_profile(f"id-{first}") is None
    assert replay.world.posts.count_posts(HistoryKey("ada")) == 0
    assert replay.world.tombstones.names == {f"id-{first}"}
    kept = replay.world.profiles.load_profile("ada")
    assert kept and kept.account and kept.account.id == second
    assert replay.world.posts.count_posts(replay.key(second)) == 1 and body(replay, "ada") == document
    replay.check()


def test_erasing_by_id_erases_the_same_as_erasing_by_username(replay: Replay) -> None:
    account = replay.register("ada")
    replay.build("ada")
    replay.rename("ada", "ben")
    replay.build("ben")
    erasures = replay.world.container.erasure_requests
    assert erasures.request_erasure_of_account(account) == erasures.request_erasure("ben")
    [by_id, by_name] = [task for task, _ in replay.world.tasks.sent if isinstance(task, ErasureMessage)]
    assert by_id == by_name and set(by_id.usernames) == {"ada", "ben"}


def test_an_account_that_is_not_stored_is_refused_after_its_erasure(replay: Replay) -> None:
    account = replay.register("ada")
    accepted = replay.world.container.erasure_requests.request_erasure_of_account(account)
    assert accepted == AcceptedErasure(None, account)
    [message] = [task for task, _ in replay.world.tasks.sent if isinstance(task, ErasureMessage)]
    assert replay.world.container.profile_eraser.erase(message, NEVER).items == 0
    with pytest.raises(ProfileErased):
        replay.fetch("ada")
    assert replay.world.profiles.rows == {}


@pytest.mark.parametrize("ask", [Replay.build, Replay.read], ids=["job", "read"])
def test_a_wrong_account_is_never_absence(replay: Replay, ask: Callable[[Replay, str], None]) -> None:
    replay.answers["ada"] = WrongAccount("ada", "ben", "1")
    ask(replay, "ada")
    assert not replay.world.absences.is_absent("ada")
