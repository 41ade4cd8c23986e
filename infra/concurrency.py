"""Concurrent executions of Lambda: the quota that a stage needs, and reservations in an account with enough of it.

SQS counts a receive that Lambda then throttles, so a worker that is throttled often enough moves messages to the
dead letters that it has never seen. With reservations that cannot happen: the reservation of a worker is greater than
the sum of the MaximumConcurrency of its event sources, so Lambda never polls for more than the worker may run.
"""

import math

from creator_search.catalogue import AUTHORIZER, FUNCTIONS, SCHEDULES, WORKERS, Worker

STAGE_REQUESTS_PER_SECOND = 200
"""The throttle of the stage of the API, for all callers together, unless `requests_per_second` is in the context. The
limit of one caller is in the functions (RATE_LIMIT_READS_PER_MINUTE): 300 a minute are a fortieth of it."""
ANSWER_SECONDS = 0.4
"""How long one request occupies its function and the authorizer together: an estimate of the mean."""
MIN_FREE = 100
"""AWS refuses reservations that leave less for the functions without one."""
MIN_SHARE = 10


def stage_rate(given: object) -> int:
    """Return the throttle of the stage, from the value in the context, if there is one. Raises ValueError."""
    text = str(given or STAGE_REQUESTS_PER_SECOND)
    if not text.isdecimal() or int(text) < 1:
        raise ValueError(f"requests_per_second={text}: must be a whole number of 1 or more")
    return int(text)


def stage_burst(requests_per_second: int) -> int:
    """Return how many requests the stage takes at once."""
    return 2 * requests_per_second


def worker_concurrency(worker: Worker) -> int:
    """Return how many batches of all its queues a worker handles at a time."""
    return sum(worker.concurrency.values())


def needed_concurrency(requests_per_second: int = STAGE_REQUESTS_PER_SECOND) -> int:
    """Return the quota at which nothing is throttled: of all event sources, one run of each schedule, and the API at
    the rate of its stage."""
    of_api = math.ceil(requests_per_second * ANSWER_SECONDS)
    return sum(worker_concurrency(worker) for worker in WORKERS) + len(SCHEDULES) + of_api


def reservations(quota: int) -> dict[str, int]:
    """Return the reserved concurrency by the name of the function, in an account with this quota.

    Each worker has one more than its event sources use. The functions that people wait for share the rest, the
    authorizer with two shares, as it runs before all of them; a quarter of the quota, and at least 100, is left to the
    other functions and the schedules. Raises ValueError if the quota is too small.
    """
    workers = {worker.name: worker_concurrency(worker) + 1 for worker in WORKERS}
    shares = {row.name: 2 if row is AUTHORIZER else 1 for row in FUNCTIONS.values() if row.is_waited_for}
    free = max(MIN_FREE, quota // 4)
    share = (quota - free - sum(workers.values())) // sum(shares.values())
    if share < MIN_SHARE:
        least = MIN_FREE + sum(workers.values()) + MIN_SHARE * sum(shares.values())
        raise ValueError(
            f"account_concurrency={quota} is too small for reservations: they need {least}. Request a higher quota "
            "(Service Quotas, Lambda, concurrent executions), or deploy without -c account_concurrency"
        )
    return workers | {name: share * number for name, number in shares.items()}
