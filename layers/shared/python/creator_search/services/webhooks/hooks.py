"""The webhooks of a caller: registering, changing, removing them."""

import re
from collections.abc import Callable, Sequence

from creator_search.domain.addresses import AllowList
from creator_search.domain.clock import Clock
from creator_search.domain.errors import Conflict, InvalidParameter, NotFound, StoreUnavailable
from creator_search.domain.listing import Listed
from creator_search.domain.webhook_urls import parse_webhook_url
from creator_search.domain.webhooks import (
    MAX_WEBHOOKS,
    SUBSCRIBABLE,
    DisabledReason,
    Webhook,
    WebhookEvent,
    changed,
    disabled,
    enabled,
    known_events,
    rotated,
)
from creator_search.services.at_most import add_at_most
from creator_search.services.ports import NewId
from creator_search.services.ports.webhooks import NewSecret, WebhookStore

ATTEMPTS = 5
_TOO_MANY = f"A caller can have at most {MAX_WEBHOOKS} webhooks"
_ID = re.compile(r"[A-Za-z0-9-]{1,64}")


def is_id(given: str) -> bool:
    """Whether the text can be an id: any other is not looked up."""
    return _ID.fullmatch(given) is not None


class Webhooks:
    """Raises StoreUnavailable, and NotFound for an id that is not of a webhook of this caller."""

    def __init__(
        self, hooks: WebhookStore, allow: AllowList, clock: Clock, new_id: NewId, new_secret: NewSecret
    ) -> None:
        self._hooks = hooks
        self._allow = allow
        self._clock = clock
        self._new_id = new_id
        self._new_secret = new_secret

    def register(self, subject: str, url: str, events: Sequence[str] | None) -> Webhook:
        """Raises InvalidParameter, and Conflict if the caller has the most webhooks that are allowed."""
        hook = Webhook(
            subject=subject,
            id=self._new_id(),
            url=parse_webhook_url(url, self._allow).text,
            events=SUBSCRIBABLE if events is None else _events(events),
            secret=self._new_secret(),
            created_at=self._clock(),
        )
        if self._count(subject) >= MAX_WEBHOOKS:
            raise Conflict(_TOO_MANY)
        return add_at_most(
            MAX_WEBHOOKS,
            lambda: self._count(subject),
            _TOO_MANY,
            add=lambda: self._add(hook),
            take_back=lambda _: self._hooks.delete_webhook(subject, hook.id),
        )

    def _add(self, hook: Webhook) -> Webhook:
        if not self._hooks.save_webhook(hook, over=None):
            raise StoreUnavailable()  # an id that exists already
        return hook

    def _count(self, subject: str) -> int:
        return len(self._hooks.list_webhooks(subject, MAX_WEBHOOKS + 1).rows)

    def list(self, subject: str, limit: int, after: str | None) -> Listed[Webhook]:
        return self._hooks.list_webhooks(subject, limit, after)

    def load(self, subject: str, webhook_id: str) -> Webhook:
        found = self._hooks.load_webhook(subject, webhook_id) if is_id(webhook_id) else None
        if found is None:
            raise NotFound("The webhook does not exist")
        return found

    def change(
        self, subject: str, webhook_id: str, *, url: str | None, events: Sequence[str] | None, is_enabled: bool | None
    ) -> Webhook:
        """Change what is not None. Raises InvalidParameter."""
        new_url = None if url is None else parse_webhook_url(url, self._allow).text
        new_events = None if events is None else _events(events)

        def change(hook: Webhook) -> Webhook:
            found = changed(hook, url=new_url or hook.url, events=new_events or hook.events)
            if is_enabled is None:
                return found
            return enabled(found) if is_enabled else disabled(found, DisabledReason.BY_OWNER, self._clock())

        return self._update(subject, webhook_id, change)

    def rotate(self, subject: str, webhook_id: str) -> Webhook:
        """Give the webhook a new secret; the old one signs for another day. Raises Conflict after too many of a day."""
        secret = self._new_secret()
        return self._update(subject, webhook_id, lambda hook: rotated(hook, secret, self._clock()))

    def remove(self, subject: str, webhook_id: str) -> None:
        """Delete the webhook with its deliveries, if there is one."""
        if is_id(webhook_id):
            self._hooks.delete_webhook(subject, webhook_id)

    def _update(self, subject: str, webhook_id: str, change: Callable[[Webhook], Webhook]) -> Webhook:
        for _ in range(ATTEMPTS):
            hook = self.load(subject, webhook_id)
            made = change(hook)
            if self._hooks.save_webhook(made, over=hook):
                return made
        raise StoreUnavailable()


def _events(names: Sequence[str]) -> tuple[WebhookEvent, ...]:
    known = {event.value for event in SUBSCRIBABLE}
    if not names or not set(names) <= known:
        raise InvalidParameter(f"events: must be one or more of {', '.join(sorted(known))}")
    return known_events(names)
