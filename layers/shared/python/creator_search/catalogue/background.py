"""Every worker and every schedule, and the functions of options."""

from collections.abc import Mapping

from creator_search.catalogue.models import CAPTION_MODELS
from creator_search.catalogue.resources import PROFILE_QUEUES, Bucket, IndexName, Items, Queue, Table
from creator_search.catalogue.rows import STATE_TABLES, Function, Schedule, Use, Worker

REFRESH_MINUTES = 15
"""The interval of the schedule that requests refreshes, for which it computes what the upstreams' rates leave."""
PROFILE_WORKERS: Mapping[Queue, int] = {Queue.PROFILE_HIGH: 6, Queue.PROFILE_MEDIUM: 3, Queue.PROFILE_LOW: 2}
"""The workers of the profile queues."""

WORKERS: tuple[Worker, ...] = (
    Worker(
        name="process_profiles",
        summary="Builds profiles: primary for HIGH and MEDIUM, secondary for LOW",
        memory_mb=768,
        timeout_seconds=150,
        tables={
            **STATE_TABLES,
            Table.PROFILES: Use.READ | Use.ADD | Use.CHECK | Use.DELETE | Use.BATCH,
            Table.JOBS: Use.READ | Use.ADD,
            Table.SIMILAR: Use.READ | Use.ADD,
            Table.MEMBERSHIPS: Use.BATCH,
            Items.TICKET_COUNTERS: Use.UPDATE,
            Items.LOCKS: Use.ADD,
            Items.RATES: Use.UPDATE,
        },
        indexes=(IndexName.CREATOR_ROWS,),
        # The last two for an account that has left the username: its present one is requested, as a primary profile.
        sends=(*(Queue.ANALYSIS, Queue.MEDIA, Queue.COMMENTS, Queue.WEBHOOK), Queue.PROFILE_HIGH, Queue.PROFILE_MEDIUM),
        buckets={Bucket.IMAGES: Use.ADD | Use.DELETE, Bucket.DOCUMENTS: Use.ADD | Use.DELETE},
        upstream=True,
        serves_images=True,
        concurrency=PROFILE_WORKERS,
    ),
    Worker(
        name="copy_images",
        summary="Copies the images that an answer or a job did not finish",
        memory_mb=768,
        timeout_seconds=120,
        tables={
            Table.PROFILES: Use.READ | Use.ADD | Use.UPDATE | Use.BATCH,
            Table.SIMILAR: Use.READ | Use.ADD,
            Table.MEMBERSHIPS: Use.BATCH,
            Items.BENCHMARKS: Use.READ,
        },
        sends=(Queue.MEDIA,),
        buckets={Bucket.IMAGES: Use.ADD, Bucket.DOCUMENTS: Use.ADD | Use.DELETE},
        serves_images=True,
        concurrency={Queue.MEDIA: 2},
    ),
    Worker(
        name="analyze_posts",
        summary="Analyzes captions: category, sentiment, language",
        memory_mb=3008,
        timeout_seconds=300,
        tables={
            Table.PROFILES: Use.READ | Use.ADD | Use.UPDATE | Use.BATCH,
            Items.ANALYSES: Use.READ | Use.BATCH,
            Items.BENCHMARKS: Use.READ,
            Items.NICHES: Use.READ,
        },
        sends=(Queue.ANALYSIS, Queue.WEBHOOK),
        buckets={Bucket.DOCUMENTS: Use.ADD | Use.DELETE},
        serves_images=True,
        concurrency={Queue.ANALYSIS: 2},
        models=CAPTION_MODELS,
    ),
    Worker(
        name="read_comments",
        summary="Reads the comments of the newest posts",
        timeout_seconds=120,
        tables={Table.PROFILES: Use.READ | Use.ADD, Items.RATES: Use.UPDATE},
        sends=(Queue.COMMENTS, Queue.ANALYSIS),
        upstream=True,
        hashes_commenters=True,
        concurrency={Queue.COMMENTS: 2},
    ),
    Worker(
        name="erase_profiles",
        summary="Erases creators: rows, images, the CDN's copies, queued work",
        timeout_seconds=120,
        tables={
            Table.PROFILES: Use.READ | Use.ADD | Use.DELETE | Use.BATCH,
            Table.JOBS: Use.READ | Use.DELETE,
            Table.SIMILAR: Use.READ | Use.ADD | Use.UPDATE | Use.DELETE,
            Table.MEMBERSHIPS: Use.READ | Use.BATCH,
            Items.CALLERS: Use.READ | Use.ADD | Use.BATCH,
            Items.API_KEYS: Use.DELETE,
            Items.TICKET_COUNTERS: Use.UPDATE,
            Items.EVENT_TIMES: Use.ADD,
        },
        indexes=(IndexName.CREATOR_ROWS, IndexName.OLD_SET_MEMBERS),
        sends=(Queue.ERASURE, Queue.WEBHOOK),
        buckets={Bucket.IMAGES: Use.DELETE, Bucket.DOCUMENTS: Use.DELETE},
        invalidates_cdn=True,
        concurrency={Queue.ERASURE: 2},
    ),
    Worker(
        name="deliver_webhooks",
        summary="Sends events to the webhooks of the interested callers",
        timeout_seconds=60,
        tables={Items.CALLERS: Use.READ | Use.ADD | Use.DELETE, Items.EVENT_TIMES: Use.ADD},
        indexes=(IndexName.CREATOR_ROWS,),
        sends=(Queue.WEBHOOK,),
        concurrency={Queue.WEBHOOK: 6},
    ),
)

SCHEDULES: tuple[Schedule, ...] = (
    Schedule(
        name="sweep_jobs",
        summary="Sends messages for jobs whose message was lost or whose worker died, and repairs the queue counters",
        timeout_seconds=55,
        tables={Table.JOBS: Use.READ | Use.ADD, Items.TICKET_COUNTERS: Use.READ | Use.UPDATE},
        indexes=(IndexName.ACTIVE_JOBS,),
        sends=(*PROFILE_QUEUES, Queue.WEBHOOK),
        watches=PROFILE_QUEUES,
        abandons=PROFILE_QUEUES,
        every_minutes=1,
    ),
    Schedule(
        name="sweep_deliveries",
        summary="Sends messages for deliveries of webhooks that are due later than a message can wait, or were lost",
        timeout_seconds=55,
        tables={Items.CALLERS: Use.READ | Use.ADD},
        indexes=(IndexName.DUE_DELIVERIES,),
        sends=(Queue.WEBHOOK,),
        every_minutes=1,
    ),
    Schedule(
        name="refresh_profiles",
        summary="Requests new builds of primary profiles that are due",
        timeout_seconds=55,
        tables={Items.LOCKS: Use.ADD},
        indexes=(IndexName.REFRESHES_DUE,),
        watches=(Queue.PROFILE_MEDIUM,),
        sends=(Queue.PROFILE_MEDIUM,),
        upstream=True,  # it calls no upstream, but the state of a used up quota belongs to a key
        every_minutes=REFRESH_MINUTES,
    ),
    Schedule(
        name="refresh_analyses",
        summary="Requests analyses that are due: after a week, or after the rules were used in place of the models",
        timeout_seconds=55,
        tables={Table.PROFILES: Use.UPDATE},
        indexes=(IndexName.PRIMARIES_BY_ANALYSIS,),
        sends=(Queue.ANALYSIS,),
        every_minutes=15,
    ),
    Schedule(
        name="measure_benchmarks",
        summary="Measures the benchmarks of every follower tier on the stored creators",
        memory_mb=1769,  # one processor
        timeout_seconds=840,
        tables={Items.BENCHMARKS: Use.ADD, Items.NICHES: Use.ADD},
        indexes=(IndexName.CREATOR_FIGURES,),
        every_minutes=24 * 60,
    ),
)

INDEXERS: tuple[Function, ...] = (
    Function(
        name="index_creators",
        summary="Writes the changes of profiles to the index of the search engine",
        timeout_seconds=60,
        search=Use.WRITE,
    ),
    Function(
        name="repair_creator_index",
        summary="Creates the index of the search engine, and compares it with the stored profiles",
        memory_mb=1769,  # one processor
        timeout_seconds=840,
        tables={Table.PROFILES: Use.READ},
        indexes=(IndexName.CREATORS_BY_FOLLOWERS,),
        search=Use.BOTH,
    ),
)
"""The functions of a stage with a search engine."""
