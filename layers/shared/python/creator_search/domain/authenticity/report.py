"""All signals of a creator."""

from collections.abc import Callable

from creator_search.domain.analytics.engagement import last_posts
from creator_search.domain.analytics.report import Evidence
from creator_search.domain.authenticity import comments as of_comments
from creator_search.domain.authenticity.comments import comments_without_words, repeated_comments
from creator_search.domain.authenticity.explanations import Circumstances
from creator_search.domain.authenticity.followers import follower_spikes
from creator_search.domain.authenticity.pods import NAME as PODS
from creator_search.domain.authenticity.pods import commenter_pods
from creator_search.domain.authenticity.posts import ENGAGEMENT, LIKES, ComparedPosts
from creator_search.domain.authenticity.signals import Signal, unknown

OF_POSTS = (ENGAGEMENT, LIKES, of_comments.WORDLESS, of_comments.REPEATED, PODS)
_OF_COMMENTS: tuple[Callable[[Circumstances], Signal], ...] = (
    comments_without_words,
    repeated_comments,
    commenter_pods,
)


def authenticity_signals(evidence: Evidence) -> tuple[Signal, ...]:
    """Compute every signal. Of a creator whose posts may not be shown, only the followers are used."""
    shown = evidence.profile.shows_posts
    circumstances = Circumstances(evidence.posts, evidence.comments) if shown else Circumstances()
    spikes = follower_spikes(evidence.snapshots, evidence.now.date(), circumstances)
    if not shown:
        return (spikes, *(unknown(name, 0, f"{name}: the profile is private") for name in OF_POSTS))
    newest = last_posts(evidence.posts, evidence.profile.complete_since)
    compared = ComparedPosts(newest, evidence.profile.followers, evidence.measurement, circumstances)
    return (
        spikes,
        compared.engagement_against_tier(),
        compared.likes_per_comment(),
        *(signal(circumstances) for signal in _OF_COMMENTS),
    )
