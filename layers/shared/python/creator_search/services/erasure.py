"""Erasure of a creator: the name is blocked first, then everything stored under it is deleted."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from creator_search.domain.accounts import AccountRecord, account_key
from creator_search.domain.clock import Clock
from creator_search.domain.errors import StoreUnavailable
from creator_search.domain.images import erasable_prefixes, similar_image_key
from creator_search.domain.messages import ErasureMessage
from creator_search.domain.similar import SimilarProfile
from creator_search.domain.webhooks import WebhookEvent
from creator_search.services.accounts import AccountRegistry
from creator_search.services.ports import (
    AccountStore,
    CallerRows,
    Cdn,
    DocumentMemory,
    DocumentStore,
    ImageStore,
    JobStore,
    ProfileStore,
    SimilarStore,
    TaskQueue,
    Tombstones,
)
from creator_search.services.webhooks.events import EventFanOut, event_message

_ATTEMPTS = 5
_MARGIN_SECONDS = 5


@dataclass(frozen=True, slots=True)
class AcceptedErasure:
    """A creator that will be erased. `username` is None if the account has none that is known."""

    username: str | None
    account_id: str | None


class ErasureRequests:
    """Accepts erasures: stores tombstones of the account and all of its usernames that no other account has, then sends
    the erasure message.

    The tombstones prevent that data is collected during the erasure. Raises StoreUnavailable, QueueUnavailable;
    repeating the request completes it.
    """

    def __init__(
        self, registry: AccountRegistry, documents: DocumentMemory, tombstones: Tombstones, tasks: TaskQueue
    ) -> None:
        self._registry = registry
        self._documents = documents
        self._tombstones = tombstones
        self._tasks = tasks

    def request_erasure(self, username: str) -> AcceptedErasure:
        """Erase the last account that had the username."""
        name = self._registry.load_name(username)
        record = self._registry.load_account(name.account_id) if name and name.account_id else None
        if record:
            return self._accept(self._message_of(record, username))
        return self._accept(ErasureMessage(username=username, is_history_of_other=name is not None))

    def request_erasure_of_account(self, account_id: str) -> AcceptedErasure:
        """Erase an account by the platform's id, stored or not."""
        record = self._registry.load_account(account_id)
        return self._accept(
            self._message_of(record, record.username) if record else ErasureMessage(account_id=account_id)
        )

    def _message_of(self, record: AccountRecord, username: str | None) -> ErasureMessage:
        return ErasureMessage(
            username=username,
            account_id=record.account.id,
            history_key=record.history_key,
            other_usernames=tuple(self._registry.list_usernames(record) - {username}),
        )

    def _accept(self, message: ErasureMessage) -> AcceptedErasure:
        for known in message.usernames:
            self._tombstones.add_tombstone(known)
            self._documents.forget_documents(known)
        if message.account_id:
            self._tombstones.add_tombstone(account_key(message.account_id))
        self._tasks.send_task(message)
        return AcceptedErasure(message.username, message.account_id)


@dataclass(frozen=True, slots=True)
class Erased:
    items: int
    images: int
    similar_sets: int


class ProfileEraser:
    """Deletes the data of a creator, in two passes.

    Work that was in progress when the tombstone was written may still store data, so the last pass runs when the
    longest such work must have ended. Each pass may run more than once.
    """

    def __init__(
        self,
        *,
        jobs: JobStore,
        profiles: ProfileStore,
        accounts: AccountStore,
        documents: DocumentStore,
        similar: SimilarStore,
        images: ImageStore,
        cdn: Cdn,
        tasks: TaskQueue,
        caller_rows: CallerRows,
        events: EventFanOut,
        clock: Clock,
        longest_work_seconds: float,
    ) -> None:
        self._jobs = jobs
        self._profiles = profiles
        self._accounts = accounts
        self._documents = documents
        self._similar = similar
        self._images = images
        self._cdn = cdn
        self._tasks = tasks
        self._caller_rows = caller_rows
        self._events = events
        self._clock = clock
        self._last_pass_after_seconds = int(longest_work_seconds) + _MARGIN_SECONDS

    def erase(self, message: ErasureMessage) -> Erased:
        """Delete everything stored for the creator, under all usernames.

        Raises Unavailable; SQS then delivers the message again, and the next attempt completes the erasure.
        """
        usernames, account_id, key = message.usernames, message.account_id, message.key
        if not message.is_last:
            self._notify(message)
        sets = sum(self._erase_work(username) for username in usernames)
        items = 0 if message.is_history_of_other else self._profiles.delete_history(key)
        for username in usernames:
            items += self._profiles.delete_profile(username, account_id)
            self._documents.delete_documents(username)
            items += self._caller_rows.delete_creator(username)
        if account_id:
            items += self._profiles.delete_profile(account_key(account_id), account_id)
            items += sum(self._accounts.forget_name(username, account_id, key) for username in usernames)
            items += self._accounts.forget_account(account_id)
        images = 0
        for prefix in erasable_prefixes(None if message.is_history_of_other else key, usernames):
            deleted = self._images.delete_images(prefix)
            if deleted:
                self._cdn.invalidate(prefix)
            images += deleted
        if not message.is_last:
            last = message.model_copy(update={"is_last": True})
            self._tasks.send_task(last, delay_seconds=self._last_pass_after_seconds)
        return Erased(items, images, sets)

    def _notify(self, message: ErasureMessage) -> None:
        """Create the deliveries while the rows that name the interested callers are stored."""
        for username in message.usernames:
            event, key = WebhookEvent.PROFILE_ERASED, message.request_id or ""
            self._events.fan_out(event_message(event, username, key, self._clock()))

    def _erase_work(self, username: str) -> int:
        """Delete the job and the similar profiles of a username. Return the number of sets that contained it."""
        self._end_job(username)
        self._similar.clear_set(username)
        return sum(self._remove_from_set(primary, username) for primary in self._similar.sets_naming(username))

    def _end_job(self, username: str) -> None:
        """Delete the job row, with which its worker loses the lease and stores nothing more."""
        for _ in range(_ATTEMPTS):
            job = self._jobs.load_job(username)
            if job is None:
                return
            if self._jobs.delete_job(job):
                if job.is_active:
                    self._jobs.finish_ticket(job.priority)
                return
        raise StoreUnavailable()

    def _remove_from_set(self, primary: str, username: str) -> bool:
        """Remove the name from another creator's set; return False if it is no longer in it."""
        # Delete the image first: after the name is removed from the set, nothing refers to the image.
        key = similar_image_key(primary, username)
        if self._images.delete_images(key):
            self._cdn.invalidate(key)
        for _ in range(_ATTEMPTS):
            row = self._similar.load_similar(primary)
            if row.cached is None or username not in row.cached.members:
                return False
            others = _without(username)
            left = replace(
                row.cached,
                profiles=tuple(filter(others, row.cached.profiles)),
                unfinished=tuple(filter(others, row.cached.unfinished)),
            )
            if self._similar.replace_set(left, row.generation):
                return True
        raise StoreUnavailable()


def _without(username: str) -> Callable[[SimilarProfile], bool]:
    return lambda profile: profile.username != username
