"""Ports of the analysis of captions."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Protocol

from creator_search.domain.posts import PostAnalysis


class CaptionAnalyzer(Protocol):
    @property
    def engine(self) -> str:
        """The preferred engine; an analysis may come from another one as a fallback."""

    @property
    def version(self) -> str:
        """The version of all current rules or models. An analysis has the version of those that made it."""

    def supersedes(self, earlier: PostAnalysis) -> bool:
        """Whether a caption with this analysis should be analyzed again by the current rules or models."""

    def analyze_captions(self, captions: Sequence[str]) -> Sequence[PostAnalysis]:
        """Return one analysis per caption, in the same order."""

    def analyze_comments(self, texts: Sequence[str]) -> Sequence[PostAnalysis]:
        """Return one analysis per text, in the same order, of which only sentiment and language are used: the models
        determine no category, which takes most of their time."""


class AnalysisCache(Protocol):
    """Caches analyses by the caption's hash and the version that the analyzer had."""

    def load_analyses(self, version: str, captions: Sequence[str]) -> Mapping[str, PostAnalysis]:
        """Return the cached analyses that have not expired, by caption."""

    def save_analyses(self, version: str, analyses: Mapping[str, PostAnalysis], lifetime: timedelta) -> None: ...
