"""PostStore: writing posts and reading all of them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from creator_search.domain.accounts import HistoryKey
from creator_search.domain.images import Image
from creator_search.domain.posts import Location, MediaType, Music, Post, PostAnalysis, Sentiment, ViewsKind
from creator_search.services.ports import PostStore

from tests.fakes import START, post
from tests.ports.conftest import Ports

ANALYSIS = PostAnalysis(
    engine="rules",
    version="rules-1",
    analyzed_at=START + timedelta(milliseconds=250),
    content_category="nature",
    category_confidence=0.8,
    sentiment=Sentiment.NEGATIVE,
    sentiment_score=-0.62,
    sentiment_confidence=1.0,
    language_code="en",
    language_confidence=0.97,
    raw={"category_words": {"nature": 2}, "scores": [0.1, 0.25], "label": "x", "chosen": True},
)
FULL = post(
    "Cx1",
    media_type=MediaType.CAROUSEL,
    caption="مرحبا 👋\n#wildlife",
    likes=40,
    comments=0,
    views=910,
    views_kind=ViewsKind.VIEWS,
    is_pinned=True,
    is_paid_partnership=False,
    duration_seconds=12.345,
    location=Location(name="Lisbon", id="213", city="Lisbon", latitude=38.707163, longitude=-9.135517),
    tagged_users=("ben", "dana"),
    co_authors=(),
    sponsors=("shop",),
    music=Music(title="Song", artist="Band"),
    carousel_count=3,
    shares=0,
    alt_text="Two people",
    source_image_url="https://images.test/1.jpg",
    image=Image("posts/ada/Cx1.jpg", "0f3a9c1d2b4e"),
    analysis=ANALYSIS,
)


@pytest.fixture
def posts(ports: Ports) -> PostStore:
    return ports.container.post_store


def aged(number: int, **changes: object) -> Post:
    """Return a post taken `number` days before START."""
    changes = {"source_image_url": "https://images.test/x.jpg", **changes}
    return post(f"p{number}", taken_at=START - timedelta(days=number), **changes)


@pytest.mark.parametrize(
    "stored",
    [
        FULL,
        post("Cx1"),
        replace(FULL, analysis=PostAnalysis(engine="onnx", version="m", analyzed_at=START)),
        *(post("Cx1", media_type=kind) for kind in MediaType),
    ],
)
def test_a_post_is_read_as_it_was_saved(posts: PostStore, stored: Post) -> None:
    posts.save_posts(HistoryKey("ada"), [stored])
    assert list(posts.newest_posts(HistoryKey("ada"))) == [stored]


def test_the_time_of_a_post_has_whole_seconds(posts: PostStore) -> None:
    posts.save_posts(HistoryKey("ada"), [post("Cx1", taken_at=START + timedelta(milliseconds=900))])
    assert list(posts.newest_posts(HistoryKey("ada"))) == [post("Cx1")]


def test_all_posts_are_returned_newest_first(posts: PostStore) -> None:
    made = [aged(number) for number in range(60)]
    posts.save_posts(HistoryKey("ada"), [*made[30:], *reversed(made[:30])])
    posts.save_posts(HistoryKey("ada2"), [aged(0)])
    assert list(posts.newest_posts(HistoryKey("ada"))) == made
    assert posts.count_posts(HistoryKey("ada")) == 60


def test_posts_of_one_second_are_ordered_by_shortcode(posts: PostStore) -> None:
    posts.save_posts(HistoryKey("ada"), [post("B"), post("a"), post("A"), post("_")])
    assert [found.shortcode for found in posts.newest_posts(HistoryKey("ada"))] == ["a", "_", "B", "A"]


def test_there_are_no_posts_where_none_were_saved(posts: PostStore) -> None:
    posts.save_posts(HistoryKey("ada"), [])
    assert list(posts.newest_posts(HistoryKey("ada"))) == []
    assert posts.count_posts(HistoryKey("ada")) == 0
    assert posts.posts_without_image(HistoryKey("ada"), 5) == []


def test_a_post_that_is_saved_again_is_replaced_as_a_whole(posts: PostStore) -> None:
    posts.save_posts(HistoryKey("ada"), [FULL, aged(1)])
    posts.save_posts(HistoryKey("ada"), [post("Cx1", likes=41)])
    assert list(posts.newest_posts(HistoryKey("ada"))) == [post("Cx1", likes=41), aged(1)]


def test_a_post_with_another_time_is_another_post(posts: PostStore) -> None:
    moved = replace(FULL, taken_at=START + timedelta(seconds=1), likes=41)
    posts.save_posts(HistoryKey("ada"), [FULL, moved])
    posts.save_posts(HistoryKey("ada"), [replace(moved, likes=42)])
    assert list(posts.newest_posts(HistoryKey("ada"))) == [replace(moved, likes=42), FULL]
    posts.set_post_image(HistoryKey("ada"), replace(moved, image=Image("k", "v")))
    assert [found.image for found in posts.newest_posts(HistoryKey("ada"))] == [Image("k", "v"), FULL.image]
    assert posts.count_posts(HistoryKey("ada")) == 2


def test_posts_without_an_image_are_returned_newest_first_if_they_have_a_source(posts: PostStore) -> None:
    posts.save_posts(HistoryKey("ada"), [aged(number) for number in range(40)])
    posts.save_posts(HistoryKey("ada"), [aged(1, source_image_url=None), aged(2, image=Image("k", "v"))])
    assert posts.posts_without_image(HistoryKey("ada"), 3) == [aged(0), aged(3), aged(4)]
    assert len(posts.posts_without_image(HistoryKey("ada"), 100)) == 38
    assert posts.posts_without_image(HistoryKey("ada"), 0) == []


def test_the_image_of_a_post_is_stored(posts: PostStore) -> None:
    posts.save_posts(HistoryKey("ada"), [aged(0, likes=7), aged(1)])
    # Only the image of the given post is stored.
    posts.set_post_image(HistoryKey("ada"), aged(0, likes=8, image=Image("k", "v")))
    assert list(posts.newest_posts(HistoryKey("ada"))) == [aged(0, likes=7, image=Image("k", "v")), aged(1)]
    assert posts.posts_without_image(HistoryKey("ada"), 5) == [aged(1)]


def test_the_analysis_of_a_post_is_stored_and_removed(posts: PostStore) -> None:
    posts.save_posts(HistoryKey("ada"), [aged(0, likes=7), aged(1)])
    posts.set_post_analysis(HistoryKey("ada"), aged(0, likes=8, analysis=ANALYSIS))
    assert list(posts.newest_posts(HistoryKey("ada"))) == [aged(0, likes=7, analysis=ANALYSIS), aged(1)]
    posts.set_post_analysis(HistoryKey("ada"), aged(0, likes=8))
    assert list(posts.newest_posts(HistoryKey("ada"))) == [aged(0, likes=7), aged(1)]


def test_an_analysis_with_fewer_fields_leaves_none_of_the_earlier_ones(posts: PostStore) -> None:
    less = PostAnalysis(engine="onnx", version="m", analyzed_at=START, language_code="tr")
    posts.save_posts(HistoryKey("ada"), [FULL])
    posts.set_post_analysis(HistoryKey("ada"), replace(FULL, analysis=less))
    assert list(posts.newest_posts(HistoryKey("ada"))) == [replace(FULL, analysis=less)]


def test_an_analysis_of_an_earlier_caption_is_not_stored(posts: PostStore) -> None:
    posts.save_posts(HistoryKey("ada"), [aged(0, caption="new words")])
    posts.set_post_analysis(HistoryKey("ada"), aged(0, caption="old words", analysis=ANALYSIS))
    assert list(posts.newest_posts(HistoryKey("ada"))) == [aged(0, caption="new words")]
    posts.set_post_analysis(HistoryKey("ada"), aged(0, caption="new words", analysis=ANALYSIS))
    assert list(posts.newest_posts(HistoryKey("ada"))) == [aged(0, caption="new words", analysis=ANALYSIS)]


@pytest.mark.parametrize(
    "missing",
    [post("never stored"), replace(FULL, taken_at=START + timedelta(seconds=1))],
    ids=["another shortcode", "another time"],
)
def test_nothing_is_set_on_a_post_that_is_not_stored(posts: PostStore, missing: Post) -> None:
    posts.save_posts(HistoryKey("ada"), [FULL])
    changed = replace(missing, image=Image("k", "v"), analysis=ANALYSIS)
    for username in ("ada", "nobody"):
        posts.set_post_image(HistoryKey(username), changed)
        posts.set_post_analysis(HistoryKey(username), changed)
        posts.set_post_analysis(HistoryKey(username), replace(changed, analysis=None))
    assert list(posts.newest_posts(HistoryKey("ada"))) == [FULL]
    assert posts.count_posts(HistoryKey("nobody")) == 0
