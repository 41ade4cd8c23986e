"""The control table: partition key `id`."""

from creator_search.adapters.dynamodb.schema.digest import digest
from creator_search.adapters.dynamodb.tables import ItemKind, TableSchema
from creator_search.catalogue import Items
from creator_search.domain.jobs import Priority


def counter_id(priority: Priority) -> str:
    return f"{Items.TICKET_COUNTERS.prefix}{priority}"


def lock_id(name: str) -> str:
    """The name can have a username, and an expired lock is deleted late, so it is hashed."""
    return f"{Items.LOCKS.prefix}{digest(name)}"


def absence_id(username: str) -> str:
    return f"{Items.ABSENCES.prefix}{username}"


def rate_id(name: str, window: int) -> str:
    return f"{Items.RATES.prefix}{name}#{window}"


def request_count_id(subject: str, kind: str, window: int) -> str:
    return f"{Items.REQUEST_COUNTS.prefix}{digest(subject)}#{kind}#{window}"


def analysis_id(version: str, caption: str) -> str:
    return f"{Items.ANALYSES.prefix}{version}#{digest(caption)}"


def benchmark_id(tier: str) -> str:
    return f"{Items.BENCHMARKS.prefix}{tier}"


def breaker_id(name: str) -> str:
    return f"{Items.BREAKERS.prefix}{name}"


def figures_id() -> str:
    return f"{Items.FIGURES.prefix}current"


def event_time_id(event_id: str) -> str:
    return f"{Items.EVENT_TIMES.prefix}{digest(event_id)}"


def niche_id(key: str) -> str:
    """`key` is that of domain.analytics.niches.Niche."""
    return f"{Items.NICHES.prefix}{key}"


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
