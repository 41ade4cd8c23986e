"""In-memory ports for the unit tests. tests/ports runs the same tests against these and the adapters, so that fakes and
stores behave alike."""

from tests.fakes.benchmarks import FakeBenchmarkStore
from tests.fakes.breakers import FakeBreakerStore
from tests.fakes.captions import FakeAnalysisCache
from tests.fakes.comments import FakeCommentStore
from tests.fakes.control import FakeAbsences, FakeLocks, FakeRefreshAllowance, FakeTombstones
from tests.fakes.jobs import FakeJobQueue, FakeJobStore, FakeTasks
from tests.fakes.outliers import FakeOutlierStore
from tests.fakes.post_history import FakePostHistoryStore
from tests.fakes.process import NEVER, START, Died, FakeClock, FakeFailures, dying_at, ids
from tests.fakes.profiles import FakeDocumentStore, FakePostStore, FakeProfileStore
from tests.fakes.similar import FakeCdn, FakeImages, FakeMetrics, FakeSimilarStore
from tests.fakes.upstreams import FakeCommentSource, FakeUpstream
from tests.fakes.values import accounts, fetched_profile, jpeg, post, stored_profile
from tests.fakes.watching import FakeQueueDepths, FakeResources, FakeWatchStore
from tests.fakes.webhooks import FakeDeliveryStore, FakeEventTimes, FakeReceivers, FakeWebhookStore
from tests.fakes.world import World

__all__ = [
    "NEVER",
    "START",
    "Died",
    "FakeAbsences",
    "FakeAnalysisCache",
    "FakeBenchmarkStore",
    "FakeBreakerStore",
    "FakeCdn",
    "FakeClock",
    "FakeCommentSource",
    "FakeCommentStore",
    "FakeDeliveryStore",
    "FakeDocumentStore",
    "FakeEventTimes",
    "FakeFailures",
    "FakeImages",
    "FakeJobQueue",
    "FakeJobStore",
    "FakeLocks",
    "FakeMetrics",
    "FakeOutlierStore",
    "FakePostHistoryStore",
    "FakePostStore",
    "FakeProfileStore",
    "FakeQueueDepths",
    "FakeReceivers",
    "FakeRefreshAllowance",
    "FakeResources",
    "FakeSimilarStore",
    "FakeTasks",
    "FakeTombstones",
    "FakeUpstream",
    "FakeWatchStore",
    "FakeWebhookStore",
    "World",
    "accounts",
    "dying_at",
    "fetched_profile",
    "ids",
    "jpeg",
    "post",
    "stored_profile",
]
