"""AnalysisCache."""

from datetime import timedelta

import pytest
from creator_search.domain.posts import PostAnalysis, Sentiment
from creator_search.services.ports import AnalysisCache

from tests.fakes import START, FakeClock
from tests.ports.conftest import Ports

HOUR = timedelta(hours=1)
FULL = PostAnalysis(
    engine="rules",
    version="rules-1",
    analyzed_at=START,
    content_category="nature",
    category_confidence=0.8,
    sentiment=Sentiment.POSITIVE,
    sentiment_score=0.62,
    sentiment_confidence=0.81,
    language_code="en",
    language_confidence=0.97,
    raw={"category_words": {"nature": 2}},
)
BARE = PostAnalysis(engine="onnx", version="m", analyzed_at=START)


@pytest.fixture
def cache(ports: Ports) -> AnalysisCache:
    return ports.container.analysis_cache


@pytest.fixture
def clock(ports: Ports) -> FakeClock:
    return ports.clock


def test_analyses_are_read_by_caption_as_they_were_saved(cache: AnalysisCache) -> None:
    cache.save_analyses("v1", {"Forest walk 🌲": FULL, "": BARE}, HOUR)
    found = cache.load_analyses("v1", ["never seen", "", "Forest walk 🌲", ""])
    assert found == {"Forest walk 🌲": FULL, "": BARE}


def test_each_version_has_its_own_analyses(cache: AnalysisCache) -> None:
    cache.save_analyses("v1", {"hello": FULL}, HOUR)
    cache.save_analyses("v2", {"hello": BARE}, HOUR)
    assert cache.load_analyses("v1", ["hello"]) == {"hello": FULL}
    assert cache.load_analyses("v2", ["hello"]) == {"hello": BARE}
    assert cache.load_analyses("v3", ["hello"]) == {}


def test_an_analysis_is_replaced_as_a_whole(cache: AnalysisCache) -> None:
    cache.save_analyses("v1", {"hello": FULL}, HOUR)
    cache.save_analyses("v1", {"hello": BARE}, HOUR)
    assert cache.load_analyses("v1", ["hello"]) == {"hello": BARE}


def test_more_than_a_hundred_captions_can_be_saved_and_loaded(cache: AnalysisCache) -> None:
    captions = [f"caption {number}" for number in range(230)]
    cache.save_analyses("v1", dict.fromkeys(captions, BARE), HOUR)
    assert cache.load_analyses("v1", captions) == dict.fromkeys(captions, BARE)


def test_no_captions_have_no_analyses(cache: AnalysisCache) -> None:
    cache.save_analyses("v1", {}, HOUR)
    assert cache.load_analyses("v1", []) == {}


def test_an_analysis_is_kept_for_its_lifetime(cache: AnalysisCache, clock: FakeClock) -> None:
    cache.save_analyses("v1", {"hello": FULL}, HOUR)
    clock.advance(seconds=3599)
    assert cache.load_analyses("v1", ["hello"]) == {"hello": FULL}
    clock.advance(seconds=1)
    assert cache.load_analyses("v1", ["hello"]) == {}
    cache.save_analyses("v1", {"hello": FULL}, HOUR)
    assert cache.load_analyses("v1", ["hello"]) == {"hello": FULL}


def test_an_analysis_expires_at_a_whole_second(cache: AnalysisCache, clock: FakeClock) -> None:
    cache.save_analyses("v1", {"hello": FULL}, timedelta(seconds=9.7))
    clock.advance(seconds=8.9)
    assert cache.load_analyses("v1", ["hello"]) == {"hello": FULL}
    clock.advance(seconds=0.3)
    assert cache.load_analyses("v1", ["hello"]) == {}
