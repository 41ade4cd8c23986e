"""Webhooks: the addresses that callers register for events."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from creator_search.domain.errors import Conflict

MAX_WEBHOOKS = 20
"""The most webhooks of one caller."""
MAX_FAILED_DELIVERIES = 20
"""Deliveries that failed for good in a row, after which a webhook is disabled."""
OLD_SECRET_SIGNS_FOR = timedelta(days=1)
MAX_OLD_SECRETS = 4
"""That sign at one time: every message has a signature of each."""


class WebhookEvent(StrEnum):
    PROFILE_COMPLETED = "profile.completed"
    PROFILE_FAILED = "profile.failed"
    ANALYSIS_COMPLETED = "analysis.completed"
    PROFILE_ERASED = "profile.erased"
    PING = "ping"
    """Sent on request only."""


SUBSCRIBABLE: tuple[WebhookEvent, ...] = tuple(event for event in WebhookEvent if event is not WebhookEvent.PING)


class DisabledReason(StrEnum):
    BY_OWNER = "Disabled by its owner"
    GONE = "The receiver answered 410 Gone"
    FAILURES = f"{MAX_FAILED_DELIVERIES} deliveries in a row failed"


@dataclass(frozen=True, slots=True)
class OldSecret:
    text: str = field(repr=False)
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """`failures` are the deliveries in a row that failed for good."""

    subject: str
    id: str
    url: str
    events: tuple[WebhookEvent, ...]
    secret: str = field(repr=False)
    old_secrets: tuple[OldSecret, ...] = ()
    created_at: datetime
    disabled_at: datetime | None = None
    disabled_reason: str | None = None
    failures: int = 0
    paused_until: datetime | None = None
    """Until then, no delivery is attempted for the first time."""
    version: int = 1

    @property
    def is_enabled(self) -> bool:
        return self.disabled_at is None

    def receives(self, event: WebhookEvent) -> bool:
        return self.is_enabled and event in self.events

    def signing_secrets(self, now: datetime) -> tuple[str, ...]:
        """Return the secrets that sign now, the newest first."""
        return (self.secret, *(old.text for old in self.old_secrets if old.until > now))


def changed(hook: Webhook, **values: object) -> Webhook:
    return replace(hook, version=hook.version + 1, **values)  # type: ignore[arg-type]


def disabled(hook: Webhook, reason: DisabledReason, now: datetime) -> Webhook:
    if not hook.is_enabled:
        return hook
    return changed(hook, disabled_at=now, disabled_reason=reason.value)


def enabled(hook: Webhook) -> Webhook:
    return changed(hook, disabled_at=None, disabled_reason=None, failures=0, paused_until=None)


def rotated(hook: Webhook, secret: str, now: datetime) -> Webhook:
    """Return the webhook with a new secret. Raises Conflict if as many earlier ones sign as may: each was promised to
    sign for a day."""
    signing = [old for old in hook.old_secrets if old.until > now]
    if len(signing) >= MAX_OLD_SECRETS:
        until = min(old.until for old in signing).astimezone(UTC)
        raise Conflict(f"{MAX_OLD_SECRETS} earlier secrets still sign; rotate again after {until:%Y-%m-%dT%H:%M:%SZ}")
    return changed(hook, secret=secret, old_secrets=(OldSecret(hook.secret, now + OLD_SECRET_SIGNS_FOR), *signing))


def known_events(names: Sequence[str]) -> tuple[WebhookEvent, ...]:
    """Return the events with these names, each once, in the order of the enumeration."""
    return tuple(event for event in SUBSCRIBABLE if event.value in names)
