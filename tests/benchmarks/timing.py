"""How many generated creators get advice on the time to post: those whose engagement does not depend on it, and those
with one window in which it is higher."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import repeat

from creator_search.domain.analytics.posting_times import posting_advice
from rich.console import Console
from rich.table import Table

from tests.generated.posting import posts_of

NOISE_CREATORS, CREATORS = 20_000, 1_000
_CASES = [(lift, number) for lift in (0.5, 1.0, 2.0) for number in (50, 100, 200)]
out = Console(highlight=False, soft_wrap=True, width=120)


@dataclass(frozen=True, slots=True)
class Advised:
    """Whether advice was given, and whether it names the window with the higher engagement; the true ratio was within
    its interval."""

    is_given: bool
    is_right: bool
    is_covered: bool


def advise(seed: int, lift: float = 0.0, number: int | None = None) -> Advised:
    posts = posts_of(seed, lift, window_of(posts_of(seed, number=number)), number)
    found = posting_advice(posts)
    if found is None:
        return Advised(False, False, False)
    window = window_of(posts)
    is_right = bool(lift) and found.window.startswith(f"{2 * window:02d}:")
    return Advised(True, is_right, found.lift_low <= lift <= found.lift_high)


def window_of(posts: list) -> int:  # type: ignore[type-arg]
    """Return the window of two hours with the third most posts: not rare, and not the usual time."""
    counts = [0] * 12
    for post in posts:
        counts[post.taken_at.hour // 2] += 1
    return sorted(range(12), key=lambda window: (-counts[window], window))[2]


def run() -> None:
    with ProcessPoolExecutor() as pool:
        noise = list(pool.map(advise, range(NOISE_CREATORS), chunksize=100))
        given = sum(advised.is_given for advised in noise)
        share = 100 * given / NOISE_CREATORS
        out.print(f"Posting times: {share:.2f} % of {NOISE_CREATORS:,} creators without an effect get advice ({given})")
        table = Table("lift", "posts", "advised", "of these right", "lift in interval", title="With an effect")
        for lift, number in _CASES:
            found = list(pool.map(advise, range(CREATORS), repeat(lift), repeat(number), chunksize=50))
            table.add_row(f"+{100 * lift:.0f} %", str(number), *_shares(found))
        out.print(table)


def _shares(found: list[Advised]) -> Iterator[str]:
    given = [advised for advised in found if advised.is_given]
    yield f"{100 * len(given) / len(found):.1f} %"
    yield f"{100 * sum(advised.is_right for advised in given) / max(1, len(given)):.1f} %"
    yield f"{100 * sum(advised.is_covered for advised in given) / max(1, len(given)):.1f} %"
