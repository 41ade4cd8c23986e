"""Reading the comments of the newest posts: which are read, and what a failure costs."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from creator_search.config import Config
from creator_search.domain.accounts import Account, HistoryKey
from creator_search.domain.comments import FetchedComment, FetchedComments, PostComments
from creator_search.domain.errors import GaveUp, StoreUnavailable
from creator_search.domain.jobs import JobMessage, Priority
from creator_search.domain.messages import CommentsMessage, ErasureMessage
from creator_search.domain.posts import PostAnalysis, Sentiment
from creator_search.domain.upstream_errors import (
    UpstreamError,
    UpstreamMisconfigured,
    UpstreamNotConfigured,
    UpstreamPayloadInvalid,
    UpstreamQuotaExhausted,
    UpstreamRejected,
    UpstreamThrottled,
)
from creator_search.services.comments import CommentsOutcome

from tests.fakes import NEVER, START, World, dying_at, fetched_profile, post, stored_profile
from tests.fakes.values import erased
from tests.unit.services.worker import WorkerWorld

ADA = HistoryKey("ada")
NEWEST = [f"p{n}" for n in range(6)]
TWO = FetchedComments((FetchedComment(text="wow @ben", username="cleo"), FetchedComment(text="hm", account_id="4")))


class CommentsWorld(World):
    """Stores ada with ten posts, p0 the newest; every post has two comments upstream."""

    def __init__(self, **config: int) -> None:
        super().__init__(Config(**config))  # type: ignore[arg-type]
        self.profiles.save_profile(stored_profile(), fence=1, over=None)
        self.posts.save_posts(HistoryKey("ada"), [post(f"p{n}", taken_at=START - timedelta(days=n)) for n in range(10)])
        self.comment_source.answers = {"": TWO}

    def read(self, message: CommentsMessage | None = None, seconds: float = 112) -> CommentsOutcome:
        deadline = self.clock() + timedelta(seconds=seconds)
        return self.container.comment_reader.read(message or CommentsMessage(username="ada"), deadline)

    @property
    def last(self) -> CommentsMessage:
        return [task for task, _ in self.tasks.sent if isinstance(task, CommentsMessage)][-1]

    def read_rest(self) -> CommentsOutcome:
        """Deliver the message sent last, after its delay."""
        self.clock.advance(seconds=self.tasks.comments[-1][2])
        return self.read(self.last)

    @property
    def stored(self) -> dict[str, PostComments]:
        return {found.shortcode: found for found in self.comments.load_comments(ADA)}

    def analyze(self) -> None:
        """Store a positive sentiment for every comment."""
        found = PostAnalysis(engine="rules", version="v", analyzed_at=START, sentiment=Sentiment.POSITIVE)
        for read in self.stored.values():
            analyses = {comment.text: found for comment in read.comments}
            self.comments.set_comment_analyses(ADA, read.with_analyses(analyses, "v"))


@pytest.fixture
def world() -> CommentsWorld:
    return CommentsWorld()


def test_the_comments_of_the_newest_posts_are_stored_without_names(world: CommentsWorld) -> None:
    assert world.read() == CommentsOutcome(6)
    assert world.comment_source.calls == NEWEST
    assert list(world.stored) == NEWEST
    assert {found.read_at for found in world.stored.values()} == {START}
    first, second = world.stored["p0"].comments
    assert (first.text, second.text) == ("wow @user", "hm")
    assert first.commenter and second.commenter and first.commenter != second.commenter
    assert [found.comments[0].commenter for found in world.stored.values()] == [first.commenter] * 6
    assert world.tasks.analyses == [("ada", 0, 0)] and world.tasks.comments == []


@pytest.mark.parametrize(("number", "read"), [(1, ["p0"]), (12, [f"p{n}" for n in range(10)])])
def test_the_number_of_posts_is_a_setting(number: int, read: list[str]) -> None:
    world = CommentsWorld(commented_posts=number)
    world.read()
    assert world.comment_source.calls == read


def test_a_message_that_is_delivered_again_calls_no_upstream_and_stores_the_same(world: CommentsWorld) -> None:
    world.read()
    world.analyze()
    before = dict(world.comments.rows[ADA])
    world.clock.advance(hours=23, minutes=59)
    assert world.read() == CommentsOutcome(0)
    assert world.comments.rows[ADA] == before
    assert len(world.comment_source.calls) == 6 and len(world.tasks.analyses) == 1


def test_comments_are_read_again_after_a_day_and_keep_the_analyses_of_the_same_texts(world: CommentsWorld) -> None:
    world.read()
    world.analyze()
    world.clock.advance(hours=24)
    new = FetchedComment(text="new", username="dana")
    world.comment_source.answers = {"": FetchedComments((new, *TWO.comments))}
    assert world.read() == CommentsOutcome(6)
    sentiments = [comment.sentiment for comment in world.stored["p0"].comments]
    assert sentiments == [None, Sentiment.POSITIVE, Sentiment.POSITIVE]
    assert world.stored["p0"].due_texts("v") == ["new"]
    assert world.stored["p0"].due_texts("v2") == ["new", "wow @user", "hm"]


def test_posts_that_are_known_to_have_no_comments_are_not_asked_for(world: CommentsWorld) -> None:
    world.posts.save_posts(
        HistoryKey("ada"), [post("p0", comments=0), post("p1", taken_at=START - timedelta(days=1), comments=3)]
    )
    world.read()
    assert world.comment_source.calls == NEWEST[1:]


def test_the_creators_own_comments_are_left_out(world: CommentsWorld) -> None:
    own = (FetchedComment(text="thank you!", username="Ada"), FetchedComment(text="mine", username="ada"))
    world.comment_source.answers = {"": FetchedComments((*own, *TWO.comments))}
    world.read()
    assert [comment.text for comment in world.stored["p0"].comments] == ["wow @user", "hm"]


def test_the_creators_own_comments_are_recognised_by_the_id_of_the_account(world: CommentsWorld) -> None:
    account = Account(id="7", first_seen_at=START)
    world.profiles.rows["ada"] = (stored_profile(account=account), 1)
    own = (FetchedComment(text="thank you!", account_id="7"), FetchedComment(text="mine", account_id="7", username="x"))
    former = FetchedComment(text="of another account", account_id="8", username="ada")
    world.comment_source.answers = {"": FetchedComments((*own, former))}
    world.read()
    assert [comment.text for comment in world.stored["p0"].comments] == ["of another account"]


def test_fields_that_the_upstream_did_not_give_are_stored(world: CommentsWorld) -> None:
    world.comment_source.answers = {"": TWO, "p1": FetchedComments(TWO.comments, ("created_at",))}
    world.read()
    assert [found.missing for found in world.stored.values()][:3] == [(), ("created_at",), ()]


@pytest.mark.parametrize("change", ["private", "erased"])
def test_nothing_is_read_of_a_private_or_erased_creator(world: CommentsWorld, change: str) -> None:
    if change == "private":
        world.profiles.save_profile(stored_profile(is_private=True), fence=2, over=None)
    else:
        erased(world.profiles, "ada")
    assert world.read() == CommentsOutcome(0)
    assert world.comment_source.calls == [] and world.tasks.sent == [] and world.stored == {}


def test_nothing_is_stored_of_a_creator_who_is_erased_during_a_call(world: CommentsWorld) -> None:
    def erase() -> None:
        if len(world.comment_source.calls) == 3:
            erased(world.profiles, "ada")

    world.comment_source.on_call = erase
    world.read()
    assert world.stored == {} and len(world.comment_source.calls) == 3 and world.tasks.comments == []


def test_nothing_is_stored_of_an_account_whose_username_gets_another_one_during_a_call(world: CommentsWorld) -> None:
    other = stored_profile(history_key=HistoryKey("id-8"))
    world.comment_source.on_call = lambda: world.profiles.rows.update(ada=(other, 1))
    assert world.read() == CommentsOutcome(0)
    assert world.comments.rows == {} and len(world.comment_source.calls) == 1


def test_without_a_key_nothing_is_read_and_nothing_repeated(world: CommentsWorld) -> None:
    world.comment_source.answers = {"": UpstreamNotConfigured("no comments provider is configured")}
    assert world.read() == CommentsOutcome(0)
    assert world.tasks.sent == [] and world.failures.logged == []


@pytest.mark.parametrize("error", [UpstreamError(), UpstreamPayloadInvalid("comments")])
def test_a_post_that_fails_costs_only_itself(world: CommentsWorld, error: UpstreamError) -> None:
    world.comment_source.answers["p2"] = error
    assert world.read() == CommentsOutcome(5, is_finished=False)
    assert list(world.stored) == ["p0", "p1", "p3", "p4", "p5"]
    assert [logged for _, logged in world.failures.logged] == [error]
    assert world.tasks.comments == [("ada", 1, 120)]
    world.comment_source.answers["p2"] = TWO
    assert world.read_rest() == CommentsOutcome(1)
    assert world.comment_source.calls == [*NEWEST, "p2"] and list(world.stored) == NEWEST


def test_after_three_retries_the_reason_is_given(world: CommentsWorld) -> None:
    world.comment_source.answers |= {"p2": UpstreamError(), "p4": UpstreamError()}
    world.read()
    world.read_rest()
    world.read_rest()
    assert world.tasks.comments == [("ada", 1, 120), ("ada", 2, 240), ("ada", 3, 480)]
    with pytest.raises(GaveUp, match="comments of 2 of 2 posts were not read: The upstream API is not available"):
        world.read_rest()
    assert len(world.tasks.comments) == 3 and len(world.comment_source.calls) == 6 + 3 * 2


@pytest.mark.parametrize("error", [UpstreamRejected(), UpstreamMisconfigured()])
def test_a_provider_that_refuses_every_post_is_asked_for_one(world: CommentsWorld, error: UpstreamError) -> None:
    world.comment_source.answers["p1"] = error
    assert world.read() == CommentsOutcome(1, is_finished=False)
    assert world.comment_source.calls == ["p0", "p1"] and world.tasks.comments == [("ada", 1, 120)]


@pytest.mark.parametrize("error", [UpstreamThrottled(), UpstreamQuotaExhausted()])
def test_a_limit_puts_the_rest_off_without_counting_as_a_failure(world: CommentsWorld, error: UpstreamError) -> None:
    world.comment_source.answers["p1"] = error
    assert world.read() == CommentsOutcome(1, is_finished=False)
    for _ in range(20):
        assert world.read_rest() == CommentsOutcome(0, is_finished=False)
    assert set(world.tasks.comments) == {("ada", 0, 900)} and world.failures.logged == []
    world.comment_source.answers["p1"] = TWO
    assert world.read_rest() == CommentsOutcome(5)
    assert list(world.stored) == NEWEST


def test_what_is_put_off_for_a_day_is_given_up_with_the_reason(world: CommentsWorld) -> None:
    world.comment_source.answers = {"": UpstreamThrottled()}
    world.read()
    requested = world.last.requested_at
    for _ in range(95):
        world.read_rest()
    assert world.last.requested_at == requested == START
    with pytest.raises(GaveUp, match="comments of 6 of 6 posts were not read: The upstream API is busy"):
        world.read_rest()


def test_a_worker_without_time_left_leaves_the_rest_to_the_next_message(world: CommentsWorld) -> None:
    world.comment_source.on_call = lambda: world.clock.advance(seconds=30)
    assert world.read() == CommentsOutcome(4, is_finished=False)
    assert world.tasks.comments == [("ada", 0, 0)]
    assert world.read_rest() == CommentsOutcome(2)
    assert world.comment_source.calls == NEWEST


@pytest.mark.parametrize("step", range(1, 8))
def test_a_crash_at_any_write_leaves_all_comments_read_once_and_their_analysis_requested(
    world: CommentsWorld, step: int
) -> None:
    with dying_at(step, (world.comments, "save_comments"), (world.tasks, "send_task")):
        world.read()
    world.restart()
    world.read()
    assert list(world.stored) == NEWEST and ("ada", 0, 0) in world.tasks.analyses
    assert len(world.comment_source.calls) == (6 if step == 7 else 7)


def test_a_store_that_is_down_fails_the_delivery(world: CommentsWorld) -> None:
    world.profiles.down = True
    with pytest.raises(StoreUnavailable):
        world.read()
    assert world.comment_source.calls == []


def test_an_erased_creators_comments_are_deleted(world: CommentsWorld) -> None:
    world.read()
    world.container.profile_eraser.erase(ErasureMessage(username="ada", is_last=True), NEVER)
    assert world.stored == {}


# The job that precedes it


def built(configure: Callable[[WorkerWorld], None] = lambda _: None, **config: int) -> WorkerWorld:
    world = WorkerWorld()
    world.profile_source.answers = [fetched_profile(posts=(post("p0"),))]
    configure(world)
    world.restart(config=Config(**config))  # type: ignore[arg-type]
    world.container.requests.submit("ada", "frontend")
    world.work_last()
    return world


def test_a_full_build_requests_the_comments_and_reads_none_itself() -> None:
    world = built()
    assert world.tasks.comments == [("ada", 0, 0)] and world.comment_source.calls == []
    [message] = [task for task, _ in world.tasks.sent if isinstance(task, CommentsMessage)]
    assert message.requested_at == START


def test_no_comments_are_requested_where_they_are_turned_off_or_the_creator_is_private() -> None:
    assert built(commented_posts=0).tasks.comments == []

    def private(world: WorkerWorld) -> None:
        world.profile_source.answers = [fetched_profile(is_private=True)]

    assert built(private).tasks.comments == []


def test_a_secondary_profile_requests_no_comments() -> None:
    world = WorkerWorld()
    world.work(JobMessage("ada"), Priority.LOW)
    assert world.tasks.comments == []
