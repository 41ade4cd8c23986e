"""Computes the value of a signal from the JSON of its evidence alone, as a client would."""

from datetime import date
from itertools import combinations, pairwise
from math import sqrt
from statistics import fmean, median
from typing import Any

Json = dict[str, Any]


def follower_spikes(evidence: Json) -> float:
    known = [(date.fromisoformat(s["day"]), s["followers"]) for s in evidence["snapshots"]]
    changes = [((b[0] - a[0]).days, b[1] - a[1]) for a, b in pairwise(known)]
    changes = [(days, change) for days, change in changes if days <= 7]
    usual = median(change / days for days, change in changes)
    mad = median(abs(change - days * usual) / sqrt(days) for days, change in changes)
    scale = max(mad / 0.6745, 0.0008 * median(followers for _, followers in known), 1)
    scores = []
    for first, second in combinations(range(len(known)), 2):
        days = (known[second][0] - known[first][0]).days
        if days <= 3 or (second == first + 1 and days <= 7):
            change = known[second][1] - known[first][1]
            scores.append((change - days * usual) / (scale * sqrt(days)))
    return float(max(scores, key=abs))


def engagement_against_tier(evidence: Json) -> float:
    return float(100 * fmean(p["likes"] + p["comments"] for p in evidence["posts"]) / evidence["followers"])


def likes_per_comment(evidence: Json) -> float:
    return float(median(p["likes"] / p["comments"] for p in evidence["posts"] if p["comments"]))


def comments_without_words(evidence: Json) -> float:
    posts = evidence["posts"]
    return float(sum(p["without_words"] for p in posts) / sum(p["comments"] for p in posts))


def repeated_comments(evidence: Json) -> float:
    repeated = sum(t["comments"] for t in evidence["texts"]) + evidence["other_repeated_comments"]
    return float(repeated / evidence["compared_comments"])


def commenter_pods(evidence: Json) -> float:
    lengths = []
    for one, other in combinations([p["accounts"] for p in evidence["posts"]], 2):
        # The accounts of a list differ, so the common subsequence is the longest increasing run of positions.
        positions = [other.index(account) for account in one if account in other]
        longest: list[int] = []
        for number, position in enumerate(positions):
            longest.append(1 + max((longest[n] for n in range(number) if positions[n] < position), default=0))
        lengths.append(max(longest, default=0))
    return fmean(lengths) / 15


VALUES = {
    made.__name__: made
    for made in (
        follower_spikes,
        engagement_against_tier,
        likes_per_comment,
        comments_without_words,
        repeated_comments,
        commenter_pods,
    )
}
