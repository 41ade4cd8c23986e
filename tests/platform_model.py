"""A model of the platform, and a replay of what happens on it through the services over fakes, which knows what must be
stored."""

import json
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from creator_search.domain.accounts import HistoryKey
from creator_search.domain.documents import DocumentName
from creator_search.domain.errors import CreatorSearchError, ProfileNotFound
from creator_search.domain.jobs import REFRESH_SOURCE, JobMessage, Priority
from creator_search.domain.messages import ErasureMessage
from creator_search.domain.profiles import FetchedProfile
from creator_search.domain.upstream_errors import WrongAccount
from creator_search.services.erasure import ErasureRequests

from tests.fakes import NEVER, START, FakeUpstream, World, fetched_profile, post

NAMES = ("ada", "ben", "cleo")
ACTIONS = (
    *("register", "recycle", "rename", "swap", "close", "post", "toggle_private", "build_without_id", "erase"),
    *("build_from_a_wrong_name", "build_from_a_wrong_id", "erase_former"),
)
QUESTIONS = ("build", "build", "crawl", "read", "nothing")
Answer = FetchedProfile | Exception


@dataclass
class PlatformAccount:
    """Every number and every shortcode of an account starts with its id, so that its origin can be told."""

    id: str
    posts: int = 1
    is_private: bool = False

    def answer(self, username: str, *, with_id: bool = True) -> FetchedProfile:
        return fetched_profile(
            username,
            account_id=self.id if with_id else None,
            followers=int(self.id) * 1000 + self.posts,
            is_private=self.is_private,
            source_image_url=None,
            posts=tuple(
                post(f"{self.id}p{number}", taken_at=START + timedelta(hours=number)) for number in range(self.posts)
            ),
        )


@dataclass
class Platform:
    """Who has which username in truth."""

    names: dict[str, PlatformAccount] = field(default_factory=dict)
    registered: int = 0

    def register(self, name: str) -> PlatformAccount:
        """Give the username to a new account, unless somebody has it."""
        if name not in self.names:
            self.registered += 1
            self.names[name] = PlatformAccount(id=str(100 + self.registered))
        return self.names[name]

    def rename(self, name: str, new: str) -> None:
        if name in self.names and new not in self.names:
            self.names[new] = self.names.pop(name)

    def swap(self, first: str, second: str) -> None:
        if first in self.names and second in self.names:
            self.names[first], self.names[second] = self.names[second], self.names[first]


class Replay:
    """Asks the services, and compares what they stored with the answers that they got."""

    def __init__(self) -> None:
        self.platform = Platform()
        self.answers: dict[str, Answer] = {}
        """Answers that are not true, by the username asked for."""
        self.seen: dict[str, set[str]] = defaultdict(set)
        """The posts of each account that answers with its id gave to a build."""
        self.unidentified: dict[str, set[str]] = defaultdict(set)
        """The accounts whose answers without an id were for a username."""
        self.holders: dict[str, str] = {}
        """The account that the last answer with an id gave for a username."""
        self.erased: set[str] = set()
        self.world = World(profile_sources=lambda _: self)
        self.world.similar_source = FakeUpstream([()])
        self._is_build = False
        self._asked = 0

    @property
    def until(self) -> datetime:
        return self.world.clock() + timedelta(seconds=60)

    def key(self, account_id: str) -> HistoryKey:
        record = self.world.profiles.accounts.get(account_id)
        return record.history_key if record else HistoryKey(f"id-{account_id}")

    def fetch_profile(self, username: str, deadline: datetime) -> FetchedProfile:
        """The upstream of the services."""
        holder = self.platform.names.get(username)
        answer = self.answers.get(username) or (holder.answer(username) if holder else ProfileNotFound(username))
        if isinstance(answer, Exception):
            raise answer
        self._expect(username, answer)
        return answer

    def _expect(self, username: str, answer: FetchedProfile) -> None:
        account_id = answer.account_id
        if account_id is None:
            self.unidentified[username].add(str(answer.followers // 1000))
        elif account_id not in self.erased:
            self.holders = {name: held for name, held in self.holders.items() if held != account_id}
            self.holders[username] = account_id
            if self._is_build:
                self.seen[account_id] |= {found.shortcode for found in answer.public_posts}

    def register(self, name: str) -> str:
        return self.platform.register(name).id

    def rename(self, name: str, new: str) -> None:
        self.platform.rename(name, new)

    def swap(self, first: str, second: str) -> None:
        self.platform.swap(first, second)

    def recycle(self, name: str) -> None:
        """The account of the username is closed, and a new one gets it."""
        self.platform.names.pop(name, None)
        self.platform.register(name)

    def close(self, name: str) -> None:
        self.platform.names.pop(name, None)

    def step(self, action: str, name: str, other: str, then: str) -> None:
        """One action on the platform or a wrong answer, then one question about each of the names, and a check."""
        if action in ("rename", "swap"):
            getattr(self, action)(name, other)
        elif action in ("build_from_a_wrong_name", "build_from_a_wrong_id"):
            self.build_from_a_wrong_answer(name, other, echoes=action == "build_from_a_wrong_id")
        else:
            getattr(self, action)(name)
        for asked in (name, other) if action in ("rename", "swap") else (name,):
            if then in ("build", "read"):
                getattr(self, then)(asked)
            elif then == "crawl":
                self.build(asked, "LOW")
        self.check()

    def toggle_private(self, name: str) -> None:
        if name in self.platform.names:
            self.platform.names[name].is_private ^= True

    def post(self, name: str) -> None:
        if name in self.platform.names:
            self.platform.names[name].posts += 1

    def build(self, name: str, priority: str = "HIGH") -> None:
        """A job on another day. LOW is a crawler's."""
        self.world.clock.advance(hours=25)
        self._asked += 1
        source = "crawler" if priority == "LOW" else REFRESH_SOURCE
        message = JobMessage(name, source, f"job{self._asked}", self.world.clock())
        self._is_build = True
        self.world.container.job_processor.process(message, Priority(priority), self.world.clock(), self.until)
        self._is_build = False

    def fetch(self, name: str) -> None:
        self.world.container.creators.read_document(name, DocumentName.PROFILE, self.until)

    def read(self, name: str) -> None:
        """A read on another day."""
        self.world.clock.advance(hours=25)
        with suppress(CreatorSearchError):
            self.fetch(name)

    def build_from(self, name: str, answer: Answer) -> None:
        self.answers[name] = answer
        self.build(name)
        del self.answers[name]

    def build_from_a_wrong_answer(self, name: str, other: str, *, echoes: bool) -> None:
        """The answer is about another account, with its username, or with the one asked for (`echoes`)."""
        held = self.platform.names.get(other)
        if held is None or other == name:
            return
        self.build_from(name, held.answer(name) if echoes else WrongAccount(name, other, held.id))
        is_refused = {other, f"id-{held.id}"} & self.world.tombstones.names
        if not echoes and self.holders.get(name) == held.id and not is_refused:
            del self.holders[name]
            self.holders[other] = held.id

    def build_without_id(self, name: str) -> None:
        if name in self.platform.names:
            self.build_from(name, self.platform.names[name].answer(name, with_id=False))

    def erase(self, name: str) -> None:
        known = self.world.profiles.names.get(name)
        self._erase(known.account_id if known else None, partial(ErasureRequests.request_erasure, username=name))

    def erase_former(self, name: str) -> None:
        """Erase by their ids the accounts that lost the username to another one and have no other."""
        for account_id, record in list(self.world.profiles.accounts.items()):
            if record.username is None and name in record.account.former_usernames:
                self._erase(account_id, partial(ErasureRequests.request_erasure_of_account, account_id=account_id))

    def _erase(self, account_id: str | None, request: Callable[[ErasureRequests], object]) -> None:
        messages: list[ErasureMessage] = []
        send: Callable[..., None] = self.world.tasks.send_task
        self.world.tasks.send_task = lambda task, **_: messages.append(task)  # type: ignore[method-assign]
        request(self.world.container.erasure_requests)
        self.world.container.profile_eraser.erase(messages[0], NEVER)
        self.world.container.profile_eraser.erase(messages[1], NEVER)
        self.world.tasks.send_task = send  # type: ignore[method-assign]
        if account_id:
            self.erased.add(account_id)
            assert account_id not in str(self.world.profiles.names), "an erased account is still known"
            self.seen.pop(account_id, None)
            self.holders = {held: of for held, of in self.holders.items() if of != account_id}

    def check(self) -> None:
        """Raises AssertionError if anything stored is mixed up, lost, or shown under a wrong username."""
        stored = self.world.profiles
        owners = {record.history_key: account_id for account_id, record in stored.accounts.items()}
        assert len(owners) == len(stored.accounts), "two accounts share a history"
        for key in {*self.world.posts.rows, *(key for key, _ in stored.days)}:
            allowed = {owners[HistoryKey(key)]} if HistoryKey(key) in owners else set()
            # A creator that was stored without an id takes the first one that is seen.
            allowed |= self.unidentified.get(key, set())
            posts = {code.partition("p")[0] for code in self.world.posts.rows.get(key, ())}
            counts = {str(snapshot.followers // 1000) for (of, _), (snapshot, _) in stored.days.items() if of == key}
            assert posts | counts <= allowed, f"{key} of {allowed} has {posts | counts}"
            assert not (posts | counts) & (self.erased - self.unidentified.get(key, set())), f"{key} was erased"
        for account_id, codes in self.seen.items():
            profile, _ = stored.rows.get(stored.accounts[account_id].profile_key, (None, None))
            assert profile and profile.account and profile.account.id == account_id, f"{account_id} lost its profile"
            kept = set(self.world.posts.rows.get(self.key(account_id), ()))
            assert codes <= kept, f"{account_id} lost {codes - kept}"
        self._check_names()

    def _check_names(self) -> None:
        shown = [profile for profile, _ in self.world.profiles.rows.values() if profile.account]
        assert len({profile.account.id for profile in shown if profile.account}) == len(shown), "stored twice"
        for place, (profile, _) in self.world.profiles.rows.items():
            assert profile.holds_username == (profile.username == place)
            if profile.holds_username and profile.account:
                assert profile.account.id == self.holders.get(place), f"{place} shows {profile.account.id}"
        for (name, document_name), (document, _) in self.world.documents.rows.items():
            under_name = self.world.profiles.rows.get(name)
            assert under_name, f"{name} has documents and no profile"
            account = json.loads(document.body)["profile"]["account"] if document_name is DocumentName.PROFILE else None
            assert account is None or account["id"] == self.holders.get(name), f"{name} shows {account}"
