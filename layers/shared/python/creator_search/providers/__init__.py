"""Builds adapters and services once per process, at first use, and hands them out.

The one place that knows which adapter implements which port. Every module is imported by who needs it, when it is
needed: what a function does not use costs it no cold start.
"""

from creator_search.providers.once import reset
from creator_search.providers.services import (
    clear_similar_cache,
    finish_images,
    finish_similar_images,
    process_profile,
    read_profile,
    request_profile,
    similar_profiles,
    sweep_jobs,
)
from creator_search.providers.stores import (
    PROFILE_QUEUES,
    absences,
    bury,
    cdn,
    cloudfront,
    dynamodb,
    flights,
    idempotency_store,
    image_store,
    job_queue,
    job_store,
    logger,
    metrics,
    metrics_reader,
    new_id,
    now,
    profile_store,
    s3,
    similar_store,
    sqs,
    task_queue,
)
from creator_search.providers.upstreams import (
    copy_images,
    decodo,
    rapidapi,
)

__all__ = [
    "PROFILE_QUEUES",
    "absences",
    "bury",
    "cdn",
    "clear_similar_cache",
    "cloudfront",
    "copy_images",
    "decodo",
    "dynamodb",
    "finish_images",
    "finish_similar_images",
    "flights",
    "idempotency_store",
    "image_store",
    "job_queue",
    "job_store",
    "logger",
    "metrics",
    "metrics_reader",
    "new_id",
    "now",
    "process_profile",
    "profile_store",
    "rapidapi",
    "read_profile",
    "request_profile",
    "reset",
    "s3",
    "similar_profiles",
    "similar_store",
    "sqs",
    "sweep_jobs",
    "task_queue",
]
