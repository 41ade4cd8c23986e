"""What is neither in the catalogue, in the settings nor in the measured counts. The output names each.

Latencies of calls are those of `infra.costs.assumptions`.
"""

SIZES = (10_000, 1_000_000, 10_000_000)

READS_PER_CREATOR_SECOND = 0.001
"""Reads at the peak of a day. Source: the aim of 10,000 reads a second at ten million stored creators."""
DAY_SWING = 0.5
"""Arrivals follow a sine over the day: the peak is 1 + this times the mean. Assumed."""
POPULAR_CREATORS, POPULAR_READS = 0.1, 0.9
"""This share of the creators has this share of the reads. Assumed."""
SEARCH_SHARE = 0.05
"""The share of the reads that are searches with a filter. Assumed."""
SEARCH_UNITS = 120
"""Read units of such a search in all partitions of its index, of which each has 3,000 a second. Assumed: 3,600 entries
of 270 bytes, as many as one search examines at most."""

REQUESTED_PER_DAY = 0.01
"""Creators that people request for the first time in a day, per stored creator: HIGH. Assumed."""
BULK_PER_DAY = 0.002
"""The same in bulk: MEDIUM. Assumed."""
CRAWLED_PER_DAY = 0.02
"""The same by crawlers: LOW, secondary profiles. Assumed."""

FAILED_ATTEMPTS = 0.02
"""The share of attempts in which no provider gives the profile. Assumed."""
LATENCY_SPREAD = 0.5
"""A call of an upstream takes between 1 - this and 1 + this times its latency, each equally likely. Assumed."""
DROPPED_SECONDS = 0.1
"""How long a worker takes for a message that needs no work. Assumed."""
PROFILE_CALLS = 1
"""Calls of a build to Decodo, for the profile; all others go to RapidAPI (bootstrap/upstreams.py)."""

ACCOUNT_CONCURRENCY = 1000
"""Concurrent executions of an account. Source: AWS, "Lambda quotas"; a new account can have less."""
SCALING_PER_SECOND = 100
"""More executions of a function each second. Source: AWS, "Lambda scaling behavior": 1,000 in 10 s."""
PARTITION_READS, PARTITION_WRITES = 3000, 1000
"""Units a second of one partition. Source: AWS, "Designing partition keys to distribute your workload"."""

ASSUMPTIONS: tuple[str, ...] = (
    f"{READS_PER_CREATOR_SECOND * 10_000_000:,.0f} reads a second at ten million creators at the peak of the day "
    f"(in proportion for others), {1 + DAY_SWING:g} times the mean",
    f"{POPULAR_READS:.0%} of the reads are of {POPULAR_CREATORS:.0%} of the creators; {SEARCH_SHARE:.0%} are filtered "
    f"searches of {SEARCH_UNITS} read units",
    f"in a day, people request {REQUESTED_PER_DAY:.1%} as many new creators as are stored, bulk requests "
    f"{BULK_PER_DAY:.1%}, crawlers {CRAWLED_PER_DAY:.1%}",
    "at the start, ages are uniform up to the one at which the schedule abandons a profile",
    f"{FAILED_ATTEMPTS:.0%} of the attempts get no profile",
    f"a call of an upstream takes its latency ± {LATENCY_SPREAD:.0%}; a message without work takes a worker "
    f"{DROPPED_SECONDS:g} s",
    f"{PROFILE_CALLS} call of a build goes to Decodo, the others to RapidAPI; a secondary profile is "
    "one call, and costs of AWS what the same worker takes for a refresh, without its calls",
    f"an account with {ACCOUNT_CONCURRENCY:,} concurrent executions; a partition takes {PARTITION_READS:,} reads and "
    f"{PARTITION_WRITES:,} writes a second, and is not split",
)
