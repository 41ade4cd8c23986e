"""Ports of the services, as Protocols. The adapters implement them, and the tests have fakes.

A method may raise the `Unavailable` error of its dependency (StoreUnavailable, QueueUnavailable, …), and no other error
unless documented. Usernames are in their normal form; times are timezone-aware, in UTC.
"""

from creator_search.services.ports.breakers import BreakerStore
from creator_search.services.ports.callers import (
    ActivityStore,
    ApiKeyStore,
    AuditLog,
    CallerRows,
    FavoriteStore,
    RequestCounts,
    TokenVerifier,
)
from creator_search.services.ports.campaigns import CampaignStore, ListStore
from creator_search.services.ports.captions import AnalysisCache, CaptionAnalyzer
from creator_search.services.ports.control import Absences, Locks, RefreshAllowance, Tombstones
from creator_search.services.ports.creators import (
    AccountStore,
    BenchmarkStore,
    CommentStore,
    CreatorDocuments,
    CreatorIndex,
    DocumentMemory,
    DocumentStore,
    OutlierStore,
    PostHistoryStore,
    PostStore,
    ProfileChanges,
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
from creator_search.services.ports.webhooks import (
    DeliveryStore,
    Events,
    EventTimes,
    InterestedCallers,
    NewSecret,
    WebhookSender,
    WebhookStore,
)

__all__ = [
    "Absences",
    "AccountStore",
    "ActivityStore",
    "AnalysisCache",
    "ApiKeyStore",
    "AuditLog",
    "BenchmarkStore",
    "BreakerStore",
    "CallerRows",
    "CampaignStore",
    "CaptionAnalyzer",
    "Cdn",
    "CommentSource",
    "CommentStore",
    "CreatorDocuments",
    "CreatorIndex",
    "DeliveryStore",
    "DocumentMemory",
    "DocumentStore",
    "EventTimes",
    "Events",
    "FailureLog",
    "FavoriteStore",
    "ImageSource",
    "ImageStore",
    "InterestedCallers",
    "JobQueue",
    "JobStore",
    "ListStore",
    "Locks",
    "Metrics",
    "MetricsReader",
    "NewId",
    "NewSecret",
    "OutlierStore",
    "PostHistoryStore",
    "PostSource",
    "PostStore",
    "ProfileChanges",
    "ProfileSource",
    "ProfileStore",
    "ReelSource",
    "RefreshAllowance",
    "RequestCounts",
    "RequestId",
    "ResourceMeter",
    "SimilarSource",
    "SimilarStore",
    "TaskLetters",
    "TaskQueue",
    "TokenVerifier",
    "Tombstones",
    "WebhookSender",
    "WebhookStore",
]
