"""What identifies callers, and what belongs to them."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from creator_search.domain.activity import Favorite, RecordedSearch
from creator_search.domain.api_keys import ApiKey
from creator_search.domain.audit import AuditEntry
from creator_search.domain.limits import RequestClass, window_of

from tests.ports.conftest import Ports


def test_of_two_hundred_simultaneous_requests_exactly_the_limit_is_counted(ports: Ports) -> None:
    counts, window = ports.container.request_counts, window_of(ports.clock())
    with ThreadPoolExecutor(20) as pool:
        taken = list(pool.map(lambda _: counts.add_request("alice", RequestClass.READS, window, 60), range(200)))
    assert sorted(number for number in taken if number) == list(range(1, 61))
    assert counts.add_request("bob", RequestClass.READS, window, 60) == 1
    assert counts.add_request("alice", RequestClass.UPSTREAM, window, 60) == 1
    assert counts.add_request("alice", RequestClass.READS, window + 1, 60) == 1
    found = counts.load_counts("alice", tuple(RequestClass), window)
    assert found == {RequestClass.READS: 60, RequestClass.UPSTREAM: 1}
    assert not any(counts.load_counts("nobody", tuple(RequestClass), window).values())


def key(ports: Ports, id_: str = "k1", owner: str = "alice", days: int | None = None) -> ApiKey:
    now = ports.clock()
    return ApiKey(
        id=id_, owner=owner, name="reports", created_at=now, expires_at=now + timedelta(days=days) if days else None
    )


def test_a_key_is_found_by_its_id_and_listed_for_its_owner_only(ports: Ports) -> None:
    store, stored = ports.container.api_key_store, key(ports)
    store.add_key(stored, "hash")
    found = store.load_secret("k1")
    assert found is not None and (found.key_id, found.owner, found.digest) == ("k1", "alice", "hash")
    assert store.load_secret("k2") is None
    assert list(store.list_keys("alice", 10, None).rows) == [stored]
    assert list(store.list_keys("bob", 10, None).rows) == []


def test_a_key_is_deleted_by_its_owner_only(ports: Ports) -> None:
    store = ports.container.api_key_store
    store.add_key(key(ports), "hash")
    assert store.delete_key("bob", "k1") is False and store.load_secret("k1") is not None
    assert store.delete_key("alice", "k1") is True
    assert store.load_secret("k1") is None and not store.list_keys("alice", 10, None).rows
    assert store.delete_key("alice", "k1") is False


def test_an_expired_key_is_gone_before_the_store_deletes_it(ports: Ports) -> None:
    store = ports.container.api_key_store
    store.add_key(key(ports, days=1), "hash")
    ports.clock.advance(hours=23)
    assert store.load_secret("k1") is not None and len(store.list_keys("alice", 10, None).rows) == 1
    ports.clock.advance(hours=1)
    assert store.load_secret("k1") is None and not store.list_keys("alice", 10, None).rows


def test_the_last_use_of_a_key_is_recorded_once_a_minute_and_never_for_a_deleted_one(ports: Ports) -> None:
    store, started = ports.container.api_key_store, ports.clock()
    store.add_key(key(ports), "hash")

    def last_used() -> object:
        return store.list_keys("alice", 10, None).rows[0].last_used_at

    store.set_last_used("alice", "k1", started)
    store.set_last_used("alice", "k1", started + timedelta(seconds=60))
    assert last_used() == started
    store.set_last_used("alice", "k1", started + timedelta(seconds=61))
    assert last_used() == started + timedelta(seconds=61)
    store.delete_key("alice", "k1")
    store.set_last_used("alice", "k1", started + timedelta(hours=1))
    assert not store.list_keys("alice", 10, None).rows


def test_pages_have_each_favourite_once_in_alphabetical_order(ports: Ports) -> None:
    store = ports.container.favorite_store
    names = [f"creator.{number:02}" for number in range(25)]
    for name in reversed(names):
        _, is_new = store.add_favorite("alice", Favorite(username=name, added_at=ports.clock()))
        assert is_new
    store.add_favorite("bob", Favorite(username="other", added_at=ports.clock()))
    found, after = [], None
    while True:
        page = store.list_favorites("alice", 10, after)
        found += [favorite.username for favorite in page.rows]
        if page.after is None:
            break
        after = page.after
    assert found == names


def test_a_favourite_keeps_the_time_at_which_it_was_added(ports: Ports) -> None:
    store, first = ports.container.favorite_store, Favorite(username="ada", added_at=ports.clock())
    assert store.add_favorite("alice", first) == (first, True)
    assert store.add_favorite("alice", first) == (first, False)  # of another request at the same time
    later = replace(first, added_at=ports.clock() + timedelta(days=1))
    assert store.add_favorite("alice", later) == (first, False)
    store.remove_favorite("bob", "ada")
    assert len(store.list_favorites("alice", 10, None).rows) == 1
    for _ in range(2):
        store.remove_favorite("alice", "ada")
    assert not store.list_favorites("alice", 10, None).rows


def test_searches_are_listed_newest_first_for_30_days(ports: Ports) -> None:
    store = ports.container.activity_store
    for number in range(5):
        store.add_search("alice", RecordedSearch(query=f"q={number}", at=ports.clock(), results=number))
        ports.clock.advance(days=7)
    first = store.list_searches("alice", 2, None)
    second = store.list_searches("alice", 10, first.after)
    assert [search.query for search in first.rows] == ["q=4", "q=3"]
    assert [search.query for search in second.rows] == ["q=2", "q=1"] and second.after is None
    assert not store.list_searches("bob", 10, None).rows
    store.delete_searches("alice")
    assert not store.list_searches("alice", 10, None).rows


def test_openings_are_counted_and_begin_anew_after_30_days_without_one(ports: Ports) -> None:
    store, started = ports.container.activity_store, ports.clock()
    for days in (0, 29):
        store.add_opening("alice", "ada", started + timedelta(days=days))
    ports.clock.advance(days=29)
    [found] = store.list_opened("alice")
    assert (found.username, found.times, found.first_opened_at) == ("ada", 2, started)
    assert found.last_opened_at == started + timedelta(days=29)
    ports.clock.advance(days=30)
    assert not store.list_opened("alice")
    store.add_opening("alice", "ada", ports.clock())
    [found] = store.list_opened("alice")
    assert (found.times, found.first_opened_at) == (1, ports.clock())


def test_erasing_a_caller_deletes_everything_of_this_caller_and_nothing_of_others(ports: Ports) -> None:
    parts, now = ports.container, ports.clock()
    for owner in ("alice", "alice2"):
        for number in range(30):
            parts.api_key_store.add_key(key(ports, f"{owner}x{number}", owner), "hash")
        parts.favorite_store.add_favorite(owner, Favorite(username="ada", added_at=now))
        parts.activity_store.add_search(owner, RecordedSearch(query="q=x", at=now, results=1))
        parts.activity_store.add_opening(owner, "ada", now)
        parts.activity_store.add_requests(owner, ["ada", "ben", "ada"], now)
    assert parts.caller_rows.delete_caller("alice") == 30 + 1 + 1 + 1 + 2
    assert parts.caller_rows.delete_caller("alice") == 0
    for owner, count in (("alice", 0), ("alice2", 1)):
        assert len(parts.favorite_store.list_favorites(owner, 10, None).rows) == count
        assert len(parts.activity_store.list_searches(owner, 10, None).rows) == count
        assert len(parts.activity_store.list_opened(owner)) == count
        assert len(parts.api_key_store.list_keys(owner, 100, None).rows) == 30 * count
        assert (parts.api_key_store.load_secret(f"{owner}x7") is not None) is bool(count)


def test_erasing_a_creator_deletes_it_from_the_rows_of_all_callers(ports: Ports) -> None:
    parts, now = ports.container, ports.clock()
    for owner in ("alice", "bob"):
        for username in ("ada", "ben"):
            parts.favorite_store.add_favorite(owner, Favorite(username=username, added_at=now))
            parts.activity_store.add_opening(owner, username, now)
            parts.activity_store.add_requests(owner, [username], now)
            search = RecordedSearch(query=f"q=@{username}", at=now, results=1, username=username)
            parts.activity_store.add_search(owner, search)
        parts.activity_store.add_search(owner, RecordedSearch(query="min_followers=5", at=now, results=0))
    assert parts.caller_rows.delete_creator("ada") == 8
    for owner in ("alice", "bob"):
        searches = parts.activity_store.list_searches(owner, 10, None).rows
        assert sorted(search.query for search in searches) == ["min_followers=5", "q=@ben"]
        assert [found.username for found in parts.favorite_store.list_favorites(owner, 10, None).rows] == ["ben"]
        assert [found.username for found in parts.activity_store.list_opened(owner)] == ["ben"]
    assert parts.caller_rows.delete_creator("ada") == 0


def test_audit_entries_are_listed_by_month_newest_first(ports: Ports) -> None:
    log, started = ports.container.audit_log, ports.clock()
    entries = [
        AuditEntry(action=f"action-{n}", at=started + timedelta(seconds=n), subject="alice", request_id="r", target="t")
        for n in range(3)
    ]
    for entry in entries:
        log.append(entry)
    month = f"{started:%Y-%m}"
    first = log.list_entries(month, 2, None)
    assert [*first.rows, *log.list_entries(month, 2, first.after).rows] == entries[::-1]
    assert not log.list_entries("2001-01", 10, None).rows


@pytest.mark.parametrize("subject", ["auth0|5f7c8ec7c33c6c004bbafe82", "a#b", "é" * 200, " "])
def test_a_subject_may_be_any_text(ports: Ports, subject: str) -> None:
    store = ports.container.favorite_store
    store.add_favorite(subject, Favorite(username="ada", added_at=ports.clock()))
    assert len(store.list_favorites(subject, 10, None).rows) == 1
    assert not store.list_favorites(f"{subject}x", 10, None).rows


def test_a_creator_is_wanted_if_a_caller_keeps_requested_or_opened_it(ports: Ports) -> None:
    parts, now = ports.container, ports.clock()
    parts.favorite_store.add_favorite("alice", Favorite(username="ada", added_at=now))
    parts.activity_store.add_requests("alice", ["ben"], now)
    parts.activity_store.add_opening("bob", "cleo", now)
    parts.activity_store.add_search("bob", RecordedSearch(query="dana", at=now, results=1, username="dana"))
    wanted = {name for name in ("ada", "ad", "ben", "cleo", "dana", "emre") if parts.caller_rows.is_wanted(name)}
    assert wanted == {"ada", "ben", "cleo"}
