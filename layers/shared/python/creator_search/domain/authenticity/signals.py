"""A signal, and the numbers from which its value can be computed again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class UsualRange:
    """`low` and `high` belong to the range; null is no limit. `basis` states the source of the limits."""

    low: float | None
    high: float | None
    basis: str

    def contains(self, value: float) -> bool:
        return (self.low is None or self.low <= value) and (self.high is None or value <= self.high)


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """An innocent cause that the stored data shows, with the numbers that show it."""

    explanation: str
    evidence: Mapping[str, str | int | float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCount:
    day: date
    followers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Spike:
    """A change of the followers between the snapshots of two days that is outside of the usual range.

    `excess` = change − days × median_change; `share_of_followers` = excess ÷ followers at `since`. `kept_share` is the
    share of the excess that is left at the last snapshot within 30 days, `kept_days` days later; null if that is less
    than 7 days later.
    """

    since: date
    until: date
    days: int
    change: int
    excess: float
    share_of_followers: float | None
    robust_z: float
    kept_share: float | None = None
    kept_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowerEvidence:
    """`snapshots` are all that were used, oldest first. `median_change` and `scale` are in followers a day;
    `mad` is the median absolute deviation before the scale's lower limit. `spikes` are at most ten, the strongest
    first; no two of them overlap.
    """

    snapshots: tuple[DayCount, ...]
    median_change: float
    mad: float
    scale: float
    spikes: tuple[Spike, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PostCounts:
    shortcode: str
    likes: int
    comments: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TierFigures:
    """A figure's distribution in the tier: `sample_size` creators, measured on `measured_on` (UTC). `percentile` is the
    creator's percentile rank, 0–100.
    """

    tier: str
    measured_on: date
    sample_size: int
    percentile: float
    p10: float
    p25: float
    p50: float
    p75: float
    p90: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PostsEvidence:
    """The counts of each post that was used, newest first, and the tier's figures; null if the tier has none."""

    followers: int
    posts: tuple[PostCounts, ...]
    tier: TierFigures | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WordlessPost:
    """Of the comments with a text that were read under a post: how many have no word, and how many of these name
    accounts.
    """

    shortcode: str
    comments: int
    without_words: int
    naming_accounts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WordlessEvidence:
    posts: tuple[WordlessPost, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatedText:
    """A text, shortened to 80 characters, as normalised for comparison; how many comments have it, of how many
    accounts, under how many posts.
    """

    text: str
    comments: int
    accounts: int
    posts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatedEvidence:
    """`compared_comments` are long enough to compare and name their account; `short_comments` are not long enough.
    `texts` are the most frequent twenty; `other_repeated_comments` have other repeated texts.
    """

    compared_comments: int
    short_comments: int
    texts: tuple[RepeatedText, ...]
    other_repeated_comments: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstCommenters:
    """The first accounts that commented on a post, in the order of their first comments. Accounts are numbered in this
    answer only: the same number is the same account.
    """

    shortcode: str
    comments: int
    accounts: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PostPair:
    """`shared` = accounts among the first of both posts, `jaccard` = shared ÷ those among the first of either,
    `in_order` = length of the longest common subsequence.
    """

    earlier: str
    later: str
    shared: int
    jaccard: float
    in_order: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PodEvidence:
    """The posts, oldest first, and each pair of them."""

    posts: tuple[FirstCommenters, ...]
    pairs: tuple[PostPair, ...]


Numbers = FollowerEvidence | PostsEvidence | WordlessEvidence | RepeatedEvidence | PodEvidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """`value` is null, with the reason in `notes`, if it cannot be computed. `usual_range` is null if it is not known.
    A value outside of the range is unusual and proves nothing; `benign_explanations` are innocent causes that the
    stored data shows for such a value. `value` can be computed from `evidence` alone.
    """

    name: str
    value: float | None
    usual_range: UsualRange | None
    sample_size: int
    evidence: Numbers | None
    benign_explanations: tuple[Explanation, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_outside(self) -> bool:
        """Whether the value is outside of the usual range."""
        return self.value is not None and self.usual_range is not None and not self.usual_range.contains(self.value)


def unknown(name: str, sample_size: int, *notes: str) -> Signal:
    """A signal that cannot be computed."""
    return Signal(name=name, value=None, usual_range=None, sample_size=sample_size, evidence=None, notes=notes)
