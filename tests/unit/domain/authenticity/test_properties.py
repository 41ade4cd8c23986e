"""Properties of the signals that hold for any creator."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from creator_search.domain.analytics.distribution import Distribution
from creator_search.domain.analytics.growth import Snapshot
from creator_search.domain.analytics.measured import Figure, TierMeasurement
from creator_search.domain.analytics.report import Evidence
from creator_search.domain.authenticity.comments import comments_without_words, repeated_comments
from creator_search.domain.authenticity.explanations import Circumstances
from creator_search.domain.authenticity.followers import follower_spikes
from creator_search.domain.authenticity.pods import commenter_pods, longest_common_subsequence
from creator_search.domain.authenticity.posts import ComparedPosts
from creator_search.domain.authenticity.report import OF_POSTS, authenticity_signals
from creator_search.domain.authenticity.signals import Signal
from creator_search.domain.comments import Comment, PostComments
from creator_search.domain.posts import MediaType, Post
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import to_jsonable_python

from tests.fakes import START, stored_profile
from tests.unit.domain.authenticity.recompute import VALUES

TODAY = START.date()
NOTHING = Circumstances()
counts = st.none() | st.integers(0, 10**7)
changes = st.lists(st.integers(-300, 300), min_size=28, max_size=90)
posts = st.lists(
    st.builds(
        Post,
        shortcode=st.uuids().map(str),
        media_type=st.sampled_from(MediaType),
        taken_at=st.integers(0, 100).map(lambda days: START - timedelta(days=days)),
        caption=st.sampled_from(["", "giveaway", "so cute and so much fun"]),
        likes=counts,
        comments=counts,
    ),
    max_size=15,
)
texts = st.sampled_from(["🔥", "@user", "so nice", "what a wonderful day", "Where is this place?", ""]) | st.text(
    max_size=30
)
comments = st.builds(Comment, text=texts, commenter=st.none() | st.integers(0, 25).map(str))
snapshots = st.lists(
    st.builds(
        Snapshot,
        day=st.integers(0, 120).map(lambda days: TODAY - timedelta(days=days)),
        followers=st.integers(0, 10**8),
    ),
    max_size=100,
    unique_by=lambda snapshot: snapshot.day,
)
tiers = st.lists(st.floats(0, 1000), min_size=25, max_size=60).map(
    lambda values: TierMeasurement(
        "micro",
        TODAY,
        {figure: Distribution.of(values) for figure in (Figure.ENGAGEMENT_RATE, Figure.LIKES_PER_COMMENT)},
    )
)


def daily(moves: list[int], start: int = 100_000) -> list[Snapshot]:
    """A snapshot a day, the last one today."""
    first, found = TODAY - timedelta(days=len(moves)), [start]
    for move in moves:
        found.append(found[-1] + move)
    return [Snapshot(day=first + timedelta(days=n), followers=followers) for n, followers in enumerate(found)]


def read(post: Post, *listed: Comment) -> PostComments:
    return PostComments(shortcode=post.shortcode, taken_at=post.taken_at, read_at=START, comments=listed)


@st.composite
def creators(draw: st.DrawFn) -> Evidence:
    listed = draw(posts)
    commented = [read(post, *draw(st.lists(comments, max_size=40))) for post in listed[:6]]
    profile = stored_profile(followers=draw(st.integers(0, 10**8)), is_private=draw(st.booleans()))
    return Evidence(
        profile=profile.public,
        posts=listed,
        snapshots=draw(snapshots),
        days=90,
        now=START,
        measurement=draw(st.none() | tiers),
        comments=commented,
    )


def compared(listed: list[Post], followers: int = 1000, tier: TierMeasurement | None = None) -> ComparedPosts:
    return ComparedPosts(listed, followers, tier, Circumstances(listed))


@given(creators())
def test_any_signal_has_a_value_with_its_evidence_or_a_reason_and_no_benign_explanation_of_a_usual_value(
    seen: Evidence,
) -> None:
    found = authenticity_signals(seen)
    assert len({signal.name for signal in found}) == len(found) == 6
    for signal in found:
        assert (signal.value is None) == (signal.evidence is None)
        assert signal.value is not None or (signal.notes and not signal.usual_range)
        assert signal.usual_range or signal.notes
        assert signal.is_outside or not signal.benign_explanations


@given(creators())
def test_any_value_can_be_computed_from_the_json_of_its_evidence_alone(seen: Evidence) -> None:
    for signal in authenticity_signals(seen):
        if signal.value is not None:
            again = VALUES[signal.name](to_jsonable_python(signal.evidence))
            assert again == pytest.approx(signal.value, rel=1e-3, abs=1e-3), signal.name


@given(creators())
def test_the_order_of_posts_and_snapshots_does_not_matter(seen: Evidence) -> None:
    turned = replace(seen, posts=seen.posts[::-1], snapshots=seen.snapshots[::-1])
    assert authenticity_signals(turned) == authenticity_signals(seen)


@given(creators())
def test_shares_are_between_0_and_1(seen: Evidence) -> None:
    for signal in authenticity_signals(seen)[3:]:
        assert signal.value is None or 0 <= signal.value <= 1, signal.name


@given(creators())
def test_a_private_creator_shows_nothing_of_posts_and_comments(seen: Evidence) -> None:
    hidden = replace(seen, profile=replace(seen.profile, shows_posts=False))
    followers, *others = authenticity_signals(hidden)
    assert [signal.name for signal in others] == list(OF_POSTS)
    assert all(signal.value is None and signal.evidence is None and signal.notes for signal in others)
    assert not followers.benign_explanations


@given(changes, st.integers(-50, 50))
def test_constant_growth_does_not_change_the_robust_z(moves: list[int], growth: int) -> None:
    plain = follower_spikes(daily(moves), TODAY, NOTHING)
    grown = follower_spikes(daily([move + growth for move in moves]), TODAY, NOTHING)
    # The lower limit of the scale is a share of the followers, which growth changes by a few percent.
    assert plain.value is not None and grown.value == pytest.approx(plain.value, rel=0.05, abs=0.01)


@given(changes, st.data())
def test_a_larger_rise_never_has_a_smaller_robust_z(moves: list[int], data: st.DataObject) -> None:
    at, low = data.draw(st.integers(0, len(moves) - 1)), data.draw(st.integers(20_000, 40_000))

    def risen(by: int) -> float:
        found = follower_spikes(daily([*moves[:at], by, *moves[at + 1 :]]), TODAY, NOTHING)
        assert found.value is not None
        return found.value

    # At the same number of followers in the middle the scale is the same or larger by less than the rise.
    assert risen(2 * low) > risen(low) > 0


@given(changes)
def test_a_loss_is_as_strong_as_the_same_rise(moves: list[int]) -> None:
    up, down = (
        follower_spikes(daily([sign * move for move in moves], 10**7), TODAY, NOTHING).value for sign in (1, -1)
    )
    assert up is not None and down is not None and abs(up) == pytest.approx(abs(down), rel=0.01, abs=2e-4)


@given(st.integers(0, 27))
def test_fewer_than_28_daily_changes_have_no_spike(number: int) -> None:
    found = follower_spikes(daily([5] * number), TODAY, NOTHING)
    assert found.value is None and found.sample_size == number and "28" in found.notes[0]


def test_a_series_without_deviation_has_no_spike_and_no_division_by_zero() -> None:
    found = follower_spikes(daily([100] * 40), TODAY, NOTHING)
    assert found.value == 0 and not found.is_outside


@given(st.integers(1, 3), st.integers(5, 35))
def test_missing_days_do_not_hide_a_rise(missing: int, at: int) -> None:
    moves = [10, -8, 3, 12] * 10
    moves[at] = 30_000
    listed = daily(moves)
    gone = {listed[at + 1 + n].day for n in range(missing)} - {listed[-1].day}
    found = follower_spikes([s for s in listed if s.day not in gone], TODAY, NOTHING)
    assert found.is_outside and found.value is not None and found.value > 0


def test_a_change_over_more_than_a_week_is_no_spike() -> None:
    early, late = daily([5] * 30), 60_000
    first = early[0].day - timedelta(days=9)
    assert follower_spikes([Snapshot(day=first, followers=late), *early], TODAY, NOTHING).value == 0


@given(posts, st.integers(1, 10**6), tiers)
def test_hidden_counts_are_excluded_and_few_posts_give_null(
    listed: list[Post], followers: int, tier: TierMeasurement
) -> None:
    hidden = [replace(post, likes=None) for post in listed]
    for made in (listed[:4], hidden):
        signals = [
            compared(made, followers, tier).engagement_against_tier(),
            compared(made, followers, tier).likes_per_comment(),
        ]
        assert all(signal.value is None and signal.notes for signal in signals)


@given(st.integers(0, 1000), st.integers(1, 1000))
def test_more_likes_per_post_never_lower_the_likes_per_comment(likes: int, more: int) -> None:
    made = [
        Post(shortcode=f"p{n}", media_type=MediaType.REEL, taken_at=START, likes=likes, comments=n) for n in range(6)
    ]
    low = compared(made).likes_per_comment().value
    high = compared([replace(post, likes=likes + more) for post in made]).likes_per_comment().value
    assert low is not None and high is not None and low <= high


def test_posts_without_comments_have_no_likes_per_comment() -> None:
    def found(*comments: int) -> Signal:
        return compared(
            [
                Post(shortcode=f"p{n}", media_type=MediaType.REEL, taken_at=START, likes=100, comments=c)
                for n, c in enumerate(comments)
            ]
        ).likes_per_comment()

    some, few = found(0, 0, 10, 10, 10, 10, 10), found(0, 0, 10, 10, 10, 10)
    assert (some.value, some.sample_size) == (10, 5)
    assert (few.value, few.sample_size) == (None, 4)
    left_out = "likes_per_comment: 2 posts without comments have no ratio, left out"
    assert left_out in some.notes and left_out in few.notes


def test_a_tier_with_fewer_than_30_creators_gives_no_usual_range() -> None:
    made = [Post(shortcode=f"p{n}", media_type=MediaType.REEL, taken_at=START, likes=9, comments=3) for n in range(6)]
    few = TierMeasurement("nano", TODAY, {Figure.LIKES_PER_COMMENT: Distribution.of([1.0] * 29)})
    found = compared(made, tier=few).likes_per_comment()
    assert (found.value, found.usual_range) == (3, None) and "30 are needed" in found.notes[0]


def commented(*listed: Comment) -> Circumstances:
    post = Post(shortcode="p", media_type=MediaType.REEL, taken_at=START, comments=len(listed))
    return Circumstances([post], [read(post, *listed)])


@given(st.integers(0, 40), st.integers(0, 40))
def test_the_share_without_words_counts_emoji_punctuation_and_mentions(wordless: int, worded: int) -> None:
    texts = ["🔥🔥", "@user", "❤️ @user!", "1️⃣", "…", "👍🏽"]
    made = [Comment(text=texts[n % 6]) for n in range(wordless)] + [Comment(text="nice 🔥")] * worded
    found = comments_without_words(commented(*made))
    if wordless + worded < 30:
        assert found.value is None
    else:
        assert found.value == round(wordless / (wordless + worded), 4)


@given(st.integers(2, 30), st.integers(30, 60))
def test_the_share_of_repeated_comments_counts_equal_texts_of_several_accounts(copies: int, others: int) -> None:
    unique = [Comment(text=f"an own thought number {n}", commenter=f"u{n}") for n in range(others)]
    copied = [Comment(text=f"What a GREAT picture{'!' * n} 🔥", commenter=f"c{n}") for n in range(copies)]
    alone = [replace(comment, commenter="one") for comment in copied]
    assert repeated_comments(commented(*unique, *copied)).value == round(copies / (copies + others), 4)
    assert repeated_comments(commented(*unique, *alone)).value == 0
    short = [replace(comment, text="so cute") for comment in copied]
    assert repeated_comments(commented(*unique, *short)).value == 0


def test_a_repeated_text_that_the_caption_asks_for_is_a_benign_explanation() -> None:
    made = [Comment(text="I want to win this bag", commenter=f"c{n}") for n in range(40)]
    seen = commented(*made)
    asking = [replace(seen.posts[0], caption="Comment “I want to win this bag” below")]
    found = repeated_comments(Circumstances(asking, seen.comments))
    assert found.value == 1 and found.is_outside
    assert [e.evidence["comments"] for e in found.benign_explanations] == [40]


def pods(*orders: list[int]) -> Signal:
    """Comments of numbered accounts in these orders, read newest first, without times."""
    listed = [
        Post(
            shortcode=f"p{n}",
            media_type=MediaType.REEL,
            taken_at=START - timedelta(days=n),
            comments=len(order),
        )
        for n, order in enumerate(orders)
    ]
    made = [
        read(post, *(Comment(text="x", commenter=str(account)) for account in reversed(order)))
        for post, order in zip(listed, orders, strict=True)
    ]
    return commenter_pods(Circumstances(listed, made))


@given(st.permutations(range(15)))
def test_the_same_accounts_in_the_same_order_give_1_and_only_the_order_lowers_it(turned: list[int]) -> None:
    usual = list(range(15))
    assert pods(usual, usual, usual).value == 1
    found = pods(usual, turned, usual).value
    assert found == round((15 + 2 * longest_common_subsequence(usual, turned)) / 45, 4)


def test_other_accounts_on_each_post_give_0_and_unread_comments_give_null() -> None:
    first, second, third = ([base + n for n in range(15)] for base in (0, 20, 40))
    assert pods(first, second, third).value == 0
    assert pods(first, second).value is None
    assert pods(first, second, third[:14]).value is None


@given(st.lists(st.integers(0, 9), max_size=12), st.lists(st.integers(0, 9), max_size=12))
def test_the_longest_common_subsequence_is_symmetric_and_bounded(one: list[int], other: list[int]) -> None:
    length = longest_common_subsequence(one, other)
    assert length == longest_common_subsequence(other, one) <= min(len(one), len(other))
    assert longest_common_subsequence(one, one) == len(one)


def test_the_days_of_the_evidence_are_those_of_the_snapshots_of_90_days() -> None:
    old = Snapshot(day=TODAY - timedelta(days=91), followers=1)
    found = follower_spikes([old, *daily([5] * 90)], TODAY, NOTHING)
    days: list[date] = [date.fromisoformat(s["day"]) for s in to_jsonable_python(found.evidence)["snapshots"]]
    assert min(days) == TODAY - timedelta(days=90) and max(days) == TODAY
