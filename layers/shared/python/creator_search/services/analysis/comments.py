"""Analysis of the stored comments of a creator: sentiment and language."""

from collections.abc import Callable

from creator_search.domain.accounts import HistoryKey
from creator_search.domain.comments import PostComments
from creator_search.domain.posts import RULES, PostAnalysis
from creator_search.services.ports import CaptionAnalyzer, CommentStore

BATCH = 25
"""Number of comments between two checks of the time."""


class CommentAnalyzer:
    """Analyzes comments post by post, each distinct text of a post once.

    It may run twice: the analyses are stored with the comments, so only what is new, or was analyzed by another
    version, is due. The cache of captions is not used: it would take a write a comment, and a text that comes back at
    the next reading of the post keeps its analysis.
    """

    def __init__(self, comments: CommentStore, analyzer: CaptionAnalyzer) -> None:
        self._comments = comments
        self._analyzer = analyzer

    def analyze(self, key: HistoryKey, has_time: Callable[[], bool]) -> bool:
        """Analyze the comments that are due; return whether all were. `has_time` is asked before every batch.

        Raises StoreUnavailable.
        """
        return all(self._analyze_post(key, comments, has_time) for comments in self._comments.load_comments(key))

    def _analyze_post(self, key: HistoryKey, comments: PostComments, has_time: Callable[[], bool]) -> bool:
        version = self._analyzer.version
        due = comments.due_texts(version)
        found: dict[str, PostAnalysis] = {}
        for start in range(0, len(due), BATCH):
            if not has_time():
                break
            batch = due[start : start + BATCH]
            found |= zip(batch, self._analyzer.analyze_comments(batch), strict=True)
        if found:
            stored = comments.with_analyses(found, self._version_of(found, version))
            self._comments.set_comment_analyses(key, stored)
        return len(found) == len(due)

    def _version_of(self, found: dict[str, PostAnalysis], version: str) -> str:
        """The version of the analyzer; if the rules replaced the models, that of the rules, so that the models analyze
        the comments later."""
        replaced = self._analyzer.engine != RULES and all(analysis.engine == RULES for analysis in found.values())
        return next(iter(found.values())).version if replaced else version
