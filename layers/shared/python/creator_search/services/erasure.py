"""Erasure of a creator: the name is blocked first, then everything stored under it is deleted."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from creator_search.domain.accounts import AccountRecord, account_key
from creator_search.domain.clock import Clock
from creator_search.domain.errors import CdnBusy, StoreUnavailable
from creator_search.domain.images import Image, erasable_prefixes
from creator_search.domain.messages import ErasureMessage
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
    PostStore,
    ProfileStore,
    SimilarStore,
    TaskQueue,
    Tombstones,
)
from creator_search.services.similar.listings import SimilarListings
from creator_search.services.webhooks.events import EventFanOut, event_message

_ATTEMPTS = 5
_MARGIN_SECONDS = 5
_CDN_DELAY_SECONDS = 300
"""Invalidations in progress take minutes."""
_SETS_AT_ONCE = 500


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
    """`similar_sets` had the creator as a member. If `is_continued`, the erasure continues with another message."""

    items: int = 0
    images: int = 0
    similar_sets: int = 0
    is_continued: bool = False


class ProfileEraser:
    """Deletes the data of a creator, in two passes.

    Work that was in progress when the tombstone was written may still store data, so the last pass runs when the
    longest such work must have ended. Each pass may run more than once. Rows that refer to an image are deleted after
    the image, and after its invalidation in the CDN, so that they are still there if a pass fails.
    """

    def __init__(
        self,
        *,
        jobs: JobStore,
        profiles: ProfileStore,
        posts: PostStore,
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
        self._posts = posts
        self._accounts = accounts
        self._documents = documents
        self._similar = similar
        self._images = images
        self._cdn = cdn
        self._tasks = tasks
        self._caller_rows = caller_rows
        self._events = events
        self._clock = clock
        self._listings = SimilarListings(similar, images, cdn)
        self._last_pass_after_seconds = int(longest_work_seconds) + _MARGIN_SECONDS

    def erase(self, message: ErasureMessage, deadline: datetime) -> Erased:
        """Delete everything stored for the creator, under all usernames. What is left at the deadline, or while the CDN
        is busy, is done with another message.

        Raises Unavailable; SQS then delivers the message again, and the next attempt completes the erasure.
        """
        try:
            return self._erase(message, deadline)
        except CdnBusy:
            self._tasks.send_task(message, delay_seconds=_CDN_DELAY_SECONDS)
            return Erased(is_continued=True)

    def _erase(self, message: ErasureMessage, deadline: datetime) -> Erased:
        for username in message.usernames:
            self._end_job(username)
        images = self._erase_images(message)
        if not message.is_last:
            self._notify(message)
        items = self._erase_items(message)
        sets = 0
        for username in message.usernames:
            naming = self._similar.sets_naming(username)
            for start in range(0, len(naming), _SETS_AT_ONCE):
                if self._clock() >= deadline:
                    self._tasks.send_task(message)
                    return Erased(items, images, sets, is_continued=True)
                primaries = naming[start : start + _SETS_AT_ONCE]
                sets += self._listings.leave(username, primaries, forget=message.is_last)
        if not message.is_last:
            last = message.model_copy(update={"is_last": True})
            self._tasks.send_task(last, delay_seconds=self._last_pass_after_seconds)
        return Erased(items, images, sets)

    def _erase_images(self, message: ErasureMessage) -> int:
        """Delete the creator's own images and their copies; return their number."""
        prefixes = erasable_prefixes(None if message.is_history_of_other else message.key, message.usernames)
        copies = [image for image in self._images_of(message) if image.key.startswith(prefixes)]
        for username in message.usernames:
            self._listings.forget_set(username)
        deleted = sum(map(self._images.delete_images, prefixes))
        self._cdn.invalidate(copies)
        return deleted

    def _images_of(self, message: ErasureMessage) -> Iterator[Image]:
        """Yield the images that the creator's rows name, maybe with some of an account that has a username now."""
        of_account = [account_key(message.account_id)] if message.account_id else []
        for profile_key in (*message.usernames, *of_account):
            profile = self._profiles.load_profile(profile_key)
            if profile and profile.image:
                yield profile.image
        if not message.is_history_of_other:
            yield from (post.image for post in self._posts.newest_posts(message.key) if post.image)
        for row in self._similar.load_sets(message.usernames).values():
            yield from row.cached.images if row.cached else ()

    def _erase_items(self, message: ErasureMessage) -> int:
        usernames, account_id, key = message.usernames, message.account_id, message.key
        items = 0 if message.is_history_of_other else self._profiles.delete_history(key)
        for username in usernames:
            if message.is_last:
                self._similar.delete_row(username)  # its key is the username; no fetch is in progress any more
            else:
                self._similar.clear_set(username)
            items += self._profiles.delete_profile(username, account_id)
            self._documents.delete_documents(username)
            items += self._caller_rows.delete_creator(username)
        if account_id:
            items += self._profiles.delete_profile(account_key(account_id), account_id)
            items += sum(self._accounts.forget_name(username, account_id, key) for username in usernames)
            items += self._accounts.forget_account(account_id)
        return items

    def _notify(self, message: ErasureMessage) -> None:
        """Create the deliveries while the rows that name the interested callers are stored."""
        for username in message.usernames:
            event, key = WebhookEvent.PROFILE_ERASED, message.request_id or ""
            self._events.fan_out(event_message(event, username, key, self._clock()))

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
