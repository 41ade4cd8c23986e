"""The control table: partition key `id`."""

from creator_search.adapters.dynamodb.schema.digest import digest
from creator_search.adapters.dynamodb.tables import ItemKind, TableSchema
from creator_search.domain.jobs import Priority


def counter_id(priority: Priority) -> str:
    return f"queue#{priority}"


def lock_id(name: str) -> str:
    """The name can have a username, and an expired lock is deleted late, so it is hashed."""
    return f"lock#{digest(name)}"


def absence_id(username: str) -> str:
    return f"absent#{username}"


def rate_id(name: str, window: int) -> str:
    return f"rate#{name}#{window}"


def request_count_id(subject: str, kind: str, window: int) -> str:
    return f"requests#{digest(subject)}#{kind}#{window}"


def analysis_id(version: str, caption: str) -> str:
    return f"caption#{version}#{digest(caption)}"


def benchmark_id(tier: str) -> str:
    return f"benchmark#{tier}"


def breaker_id(name: str) -> str:
    return f"breaker#{name}"


def figures_id() -> str:
    return "figures#current"


def event_time_id(event_id: str) -> str:
    return f"event#{digest(event_id)}"


def niche_id(key: str) -> str:
    """`key` is that of domain.analytics.niches.Niche."""
    return f"niche#{key}"


CONTROL = TableSchema(
    partition="id",
    sort=None,
    items=(
        ItemKind("queue#<priority>", "tickets issued and finished at one priority"),
        ItemKind("lock#<hash>", "a lock, its holder, and the outcome of the last one"),
        ItemKind("absent#<username>", "a username that the upstream said does not exist"),
        ItemKind(
            "rate#<name>#<window>", "upstream calls, or refreshes that reads requested, in one window of the rate limit"
        ),
        ItemKind("requests#<hash>#<class>#<minute>", "requests of one caller in one minute"),
        ItemKind("breaker#<name>", "the state of a circuit breaker"),
        ItemKind("figures#current", "the figures of the system that all instances share for a minute, and alerts"),
        ItemKind("event#<hash>", "when an event of the webhooks was published first"),
        ItemKind("caption#<version>#<hash>", "the cached analysis of a caption"),
        ItemKind("benchmark#<tier>", "the percentiles of the figures of one follower tier"),
        ItemKind("niche#<category>#<language>#<tier>", "the percentiles of the usual views in one niche"),
    ),
)
