"""The same accounts that comment first, in the same order."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from statistics import fmean, median

from creator_search.domain.authenticity.explanations import Circumstances
from creator_search.domain.authenticity.signals import (
    Explanation,
    FirstCommenters,
    PodEvidence,
    PostPair,
    Signal,
    UsualRange,
    unknown,
)
from creator_search.domain.comments import PostComments
from creator_search.domain.posts import Post

NAME = "commenter_pods"
FIRST = 15
MIN_POSTS = 3
MIN_READ = 0.7
"""Of a post's count of comments, which includes replies, that are not read."""
RANGE = UsualRange(
    low=0,
    high=0.38,
    basis="a limit chosen on generated comments, with fans that comment early on every post in any order; not measured "
    "on stored creators, and no source is known",
)
"""The limit was chosen on generated comments (seeds 0 to 9 of the benchmark) among 0.3 to 0.4: above it are 98.5 % of
the creators with a pod, and 0.03 clean creators per 100 creator-years; above 0.35, 99.7 % and 0.67.
"""
_SMALL_CIRCLE = 2 * FIRST


def commenter_pods(circumstances: Circumstances) -> Signal:
    """How much the first fifteen commenters of different posts are the same accounts in the same order: the mean over
    all pairs of posts of (length of the longest common subsequence of their first fifteen accounts) ÷ 15.

    Overlap alone is no pod: fans comment on every post, but in varying order, which makes the longest common
    subsequence shorter than the overlap. An account counts at its first comment under the post. Used are posts with at
    least fifteen accounts whose comments were read completely, at least 70 % of the post's count: of others, the first
    commenters are not known. Null below 3 posts.
    """
    orders = [(read, accounts_in_order(read)) for read in circumstances.comments]
    complete = [
        (post, order)
        for read, order in orders
        if (post := circumstances.by_code.get(read.shortcode)) and len(order) >= FIRST and _is_complete(post, read)
    ]
    if len(complete) < MIN_POSTS:
        needed = f"{MIN_POSTS} are needed with {FIRST} known accounts and all comments read"
        return unknown(NAME, len(complete), f"{NAME}: {len(complete)} posts, {needed}")
    complete.sort(key=lambda found: (found[0].taken_at, found[0].shortcode))
    numbers = _numbered([order[:FIRST] for _, order in complete])
    posts = tuple(
        FirstCommenters(
            shortcode=post.shortcode, comments=post.comments or 0, accounts=tuple(numbers[a] for a in order[:FIRST])
        )
        for post, order in complete
    )
    pairs = tuple(_pair(earlier, later) for earlier, later in combinations(posts, 2))
    value = round(fmean(pair.in_order for pair in pairs) / FIRST, 4)
    return Signal(
        name=NAME,
        value=value,
        usual_range=RANGE,
        sample_size=len(posts),
        evidence=PodEvidence(posts=posts, pairs=pairs),
        benign_explanations=() if RANGE.contains(value) else _of_circle([len(order) for _, order in complete]),
    )


def accounts_in_order(read: PostComments) -> list[str]:
    """The known accounts in the order of their first comments: by time if every comment has one, else the reverse of
    the order in which they were read."""
    oldest_first = list(reversed(read.comments))
    times = [comment.written_at for comment in oldest_first]
    if None not in times:
        ordered = sorted(zip(times, range(len(times)), strict=True))
        oldest_first = [oldest_first[number] for _, number in ordered]
    return list(dict.fromkeys(comment.commenter for comment in oldest_first if comment.commenter is not None))


def longest_common_subsequence(first: Sequence[int], second: Sequence[int]) -> int:
    """Its length, by dynamic programming (Wagner and Fischer 1974)."""
    before = [0] * (len(second) + 1)
    for one in first:
        row = [0]
        for column, other in enumerate(second):
            row.append(before[column] + 1 if one == other else max(before[column + 1], row[-1]))
        before = row
    return before[-1]


def _is_complete(post: Post, read: PostComments) -> bool:
    return post.comments is not None and len(read.comments) >= MIN_READ * post.comments


def _numbered(orders: Sequence[Sequence[str]]) -> Mapping[str, int]:
    accounts = dict.fromkeys(account for order in orders for account in order)
    return {account: number for number, account in enumerate(accounts, 1)}


def _pair(earlier: FirstCommenters, later: FirstCommenters) -> PostPair:
    shared = len(set(earlier.accounts) & set(later.accounts))
    return PostPair(
        earlier=earlier.shortcode,
        later=later.shortcode,
        shared=shared,
        jaccard=round(shared / (2 * FIRST - shared), 4),
        in_order=longest_common_subsequence(earlier.accounts, later.accounts),
    )


def _of_circle(accounts: Sequence[int]) -> tuple[Explanation, ...]:
    usual = median(accounts)
    if usual >= _SMALL_CIRCLE:
        return ()
    text = "few accounts comment at all, as with a small circle of friends"
    return (Explanation(explanation=text, evidence={"median_accounts": usual, "posts": len(accounts)}),)
