"""Ports of the services, as Protocols. The adapters implement them, and the tests have fakes.

A method may raise the `Unavailable` error of its dependency (StoreUnavailable, QueueUnavailable, …), and no other error
unless documented. Usernames are in their normal form; times are timezone-aware, in UTC.
"""

from creator_search.services.ports.breakers import BreakerStore
from creator_search.services.ports.captions import AnalysisCache, CaptionAnalyzer
from creator_search.services.ports.control import Absences, Locks, Tombstones
from creator_search.services.ports.creators import (
    AccountStore,
    BenchmarkStore,
    CommentStore,
    CreatorIndex,
    DocumentMemory,
    DocumentStore,
    OutlierStore,
    PostHistoryStore,
    PostStore,
    ProfileStore,
)
from creator_search.services.ports.jobs import JobQueue, JobStore, TaskLetters, TaskQueue
from creator_search.services.ports.process import FailureLog, Metrics, MetricsReader, NewId, RequestId, ResourceMeter
from creator_search.services.ports.similar import Cdn, ImageStore, SimilarStore
from creator_search.services.ports.upstreams import (
    CommentSource,
    ImageSource,
    PostSource,
    ProfileSource,
    ReelSource,
    SimilarSource,
)

__all__ = [
    "Absences",
    "AccountStore",
    "AnalysisCache",
    "BenchmarkStore",
    "BreakerStore",
    "CaptionAnalyzer",
    "Cdn",
    "CommentSource",
    "CommentStore",
    "CreatorIndex",
    "DocumentMemory",
    "DocumentStore",
    "FailureLog",
    "ImageSource",
    "ImageStore",
    "JobQueue",
    "JobStore",
    "Locks",
    "Metrics",
    "MetricsReader",
    "NewId",
    "OutlierStore",
    "PostHistoryStore",
    "PostSource",
    "PostStore",
    "ProfileSource",
    "ProfileStore",
    "ReelSource",
    "RequestId",
    "ResourceMeter",
    "SimilarSource",
    "SimilarStore",
    "TaskLetters",
    "TaskQueue",
    "Tombstones",
]
