from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from creator_search.domain.accounts import HistoryKey
from creator_search.domain.activity import Favorite
from creator_search.domain.analytics.insights import Insights
from creator_search.domain.analytics.report import Analytics
from creator_search.domain.documents import Document, DocumentName
from creator_search.domain.errors import BuildInProgress, LeaseLost
from creator_search.domain.jobs import Priority
from creator_search.domain.posts import Post
from creator_search.domain.profiles import Profile, ProfileType, PublicProfile
from creator_search.domain.refreshes import OTHERS_EVERY, WANTED_EVERY
from creator_search.schemas.render import JsonRenderer
from creator_search.services.pipeline.write import BuiltProfile
from creator_search.services.reading.documents import DocumentWriter
from creator_search.services.reading.post_listing import PostListing

from tests.fakes import World, dying_at, fetched_profile, post
from tests.fakes.values import HOLDER


class CountingRenderer(JsonRenderer):
    def __init__(self, world: World) -> None:
        super().__init__(world.cdn.image_url)
        self.rendered: list[DocumentName] = []

    def render_profile(self, profile: PublicProfile, analytics: Analytics, insights: Insights) -> str:
        self.rendered.append(DocumentName.PROFILE)
        return super().render_profile(profile, analytics, insights)

    def render_analytics(self, username: str, analytics: Analytics, days: int) -> str:
        self.rendered.append(DocumentName.ANALYTICS)
        return super().render_analytics(username, analytics, days)

    def render_insights(self, username: str, insights: Insights) -> str:
        self.rendered.append(DocumentName.INSIGHTS)
        return super().render_insights(username, insights)

    def render_posts(self, listing: PostListing) -> str:
        self.rendered.append(DocumentName.POSTS)
        return super().render_posts(listing)


@pytest.fixture
def world() -> World:
    return World()


def build(world: World, followers: int, fence: int) -> Profile:
    """Store a build as a worker with this fencing number."""
    built = BuiltProfile(
        holder=HOLDER,
        fetched=fetched_profile(followers=followers),
        profile_type=ProfileType.PRIMARY,
        posts=(post("p"),),
    )
    return world.container.profile_writer.replace(built, fence, checkpoint=lambda: None)


def documents(world: World) -> Mapping[DocumentName, Document | None]:
    return {name: world.documents.load_document("ada", name) for name in DocumentName}


def followers_of_the_day(world: World) -> list[int]:
    return [snapshot.followers for snapshot in world.profiles.load_snapshots(HistoryKey("ada"), date.min)]


def test_a_build_stores_everything_else_before_the_profile(world: World) -> None:
    with dying_at(1, (world.profiles, "save_profile")):
        build(world, followers=1000, fence=1)
    assert world.profiles.load_profile("ada") is None
    assert world.posts.count_posts(HistoryKey("ada")) == 1
    assert followers_of_the_day(world) == [1000]
    assert None not in documents(world).values()


def test_a_build_renders_each_document_once(world: World) -> None:
    renderer = CountingRenderer(world)
    writer = DocumentWriter(
        profiles=world.profiles,
        posts=world.posts,
        benchmarks=world.benchmarks,
        comments=world.comments,
        documents=world.documents,
        renderer=renderer,
        clock=world.clock,
    )
    world.restart(document_writer=writer)
    for followers in (1000, 2000):
        renderer.rendered.clear()
        build(world, followers, fence=followers)
        assert sorted(renderer.rendered) == sorted(DocumentName)
        world.clock.advance(hours=1)


def test_while_a_build_stores_its_documents_and_profile_no_other_process_can_replace_the_documents(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(world, followers=1000, fence=1)
    old = documents(world)
    world.clock.advance(hours=1)
    other = world.container
    world.restart()
    save_profile, seen = world.profiles.save_profile, []

    def save_after_another_process_wrote(profile: Profile, fence: int, over: Profile | None) -> None:
        new = documents(world)
        world.clock.advance(seconds=1)
        with pytest.raises(BuildInProgress):
            other.document_writer.write("ada")
        assert documents(world) == new
        seen.append(new)
        save_profile(profile, fence, over)

    monkeypatch.setattr(world.profiles, "save_profile", save_after_another_process_wrote)
    profile = build(world, followers=2000, fence=2)
    [new] = seen
    assert all(new[name] != old[name] for name in DocumentName)

    other.document_writer.write("ada")
    for name, written in documents(world).items():
        before = new[name]
        assert written is not None and before is not None
        assert written.updated_at == before.updated_at == profile.updated_at
        assert written.made_at > before.made_at


def test_documents_of_a_build_that_died_before_its_profile_can_be_replaced_after_5_minutes(world: World) -> None:
    build(world, followers=1000, fence=1)
    world.clock.advance(hours=1)
    with dying_at(1, (world.profiles, "save_profile")):
        build(world, followers=2000, fence=2)
    world.clock.advance(minutes=4)
    with pytest.raises(BuildInProgress):
        world.container.document_writer.write("ada")
    world.clock.advance(minutes=1)
    world.container.document_writer.write("ada")
    profile = documents(world)[DocumentName.PROFILE]
    assert profile is not None and '"followers":1000' in profile.body


def test_documents_of_a_creator_that_is_not_stored_are_not_written(world: World) -> None:
    world.container.document_writer.write("ada")
    assert world.documents.rows == {}


def test_a_worker_that_stalls_after_its_checkpoint_replaces_nothing_that_its_successor_stored(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_posts = world.posts.save_posts

    def save_after_the_successor(key: HistoryKey, posts: Sequence[Post]) -> None:
        monkeypatch.setattr(world.posts, "save_posts", save_posts)
        world.clock.advance(minutes=5)
        build(world, followers=2000, fence=2)
        save_posts(key, posts)

    monkeypatch.setattr(world.posts, "save_posts", save_after_the_successor)
    with pytest.raises(LeaseLost):
        build(world, followers=1000, fence=1)
    profile = world.profiles.load_profile("ada")
    assert profile is not None and profile.followers == 2000
    assert followers_of_the_day(world) == [2000]
    assert [d and d.updated_at for d in documents(world).values()] == [profile.updated_at] * len(DocumentName)


@pytest.mark.parametrize("is_rebuild", [False, True])
@pytest.mark.parametrize("newcomer", [None, "8"])
def test_a_build_of_an_account_that_leaves_its_username_meanwhile_leaves_no_documents_under_it(
    world: World, monkeypatch: pytest.MonkeyPatch, is_rebuild: bool, newcomer: str | None
) -> None:
    registry = world.container.account_registry
    built = BuiltProfile(
        holder=registry.assign("ada", "7", world.clock()),
        fetched=fetched_profile(account_id="7"),
        profile_type=ProfileType.PRIMARY,
        posts=(post("p"),),
    )
    if is_rebuild:
        world.container.profile_writer.replace(built, 1, checkpoint=lambda: None)
    save_document = world.documents.save_document

    def save_after_the_rename(username: str, name: DocumentName, document: Document) -> bool:
        monkeypatch.setattr(world.documents, "save_document", save_document)
        world.clock.advance(hours=1)
        registry.assign("ben", "7", world.clock())
        if newcomer:
            registry.assign("ada", newcomer, world.clock())
        return save_document(username, name, document)

    monkeypatch.setattr(world.documents, "save_document", save_after_the_rename)
    with pytest.raises(LeaseLost):
        world.container.profile_writer.replace(built, 2, checkpoint=lambda: None)
    assert world.profiles.load_profile("ada") is None
    assert set(documents(world).values()) == {None}


def test_a_worker_that_lost_its_lease_before_the_checkpoint_stores_nothing(world: World) -> None:
    def lost() -> None:
        raise LeaseLost()

    built = BuiltProfile(holder=HOLDER, fetched=fetched_profile(), profile_type=ProfileType.PRIMARY, posts=(post("p"),))
    with pytest.raises(LeaseLost):
        world.container.profile_writer.replace(built, 1, checkpoint=lost)
    assert world.profiles.rows == {} and world.posts.rows == {} and world.documents.rows == {}
    assert world.profiles.days == {}


@pytest.mark.parametrize(("fence", "kept"), [(1, [2000]), (2, [1500]), (3, [1500])])
def test_a_snapshot_with_a_lower_fence_does_not_replace_one_with_a_higher(
    world: World, fence: int, kept: list[int]
) -> None:
    build(world, followers=2000, fence=2)
    with dying_at(1, (world.documents, "save_document")):
        build(world, followers=1500, fence=fence)
    assert followers_of_the_day(world) == kept


def test_what_a_reader_fetched_replaces_nothing_that_a_worker_stored(world: World) -> None:
    writer = world.container.profile_writer
    prepared = writer.prepare(fetched_profile(followers=1000), HOLDER)
    world.clock.advance(seconds=1)
    build(world, followers=2000, fence=1)
    new = documents(world)
    with pytest.raises(LeaseLost):
        writer.add_profile(prepared)
    profile = world.profiles.load_profile("ada")
    assert profile is not None and profile.followers == 2000
    assert followers_of_the_day(world) == [2000]
    assert documents(world) == new


def test_a_build_whose_documents_are_refused_stores_no_profile(world: World) -> None:
    stored = build(world, followers=1000, fence=1)
    newer = {
        name: replace(found, updated_at=stored.updated_at + timedelta(minutes=1))
        for name, found in documents(world).items()
        if found
    }
    for name, document in newer.items():
        world.documents.save_document("ada", name, document)
    with pytest.raises(LeaseLost):
        build(world, followers=2000, fence=2)
    assert world.profiles.load_profile("ada") == stored


def test_posts_of_a_private_account_are_not_stored_although_the_provider_sent_them(world: World) -> None:
    private = fetched_profile(is_private=True, posts=(post("secret", caption="#secret"),))
    prepared = world.container.profile_writer.prepare(private, HOLDER)
    assert prepared.posts == () and not any("secret" in found.body for found in prepared.documents.values())
    world.profile_source.answers = [private]
    world.container.requests.submit("ada", "crawler")
    priority, message = world.queue.sent[-1]
    deadline = world.clock() + timedelta(minutes=1)
    for queue in (priority, Priority.HIGH):
        world.container.job_processor.process(message, queue, world.clock(), deadline)
        assert world.posts.count_posts(HistoryKey("ada")) == 0


def test_a_creator_whom_a_caller_keeps_is_built_again_after_a_day_and_others_after_a_week(world: World) -> None:
    def waits() -> timedelta:
        found = build(world, followers=5, fence=1)
        assert found.refresh_due_at is not None
        return found.refresh_due_at - found.updated_at

    assert OTHERS_EVERY <= waits() <= 1.1 * OTHERS_EVERY
    world.favorites.add_favorite("alice", Favorite(username="ada", added_at=world.clock()))
    assert WANTED_EVERY <= waits() <= 1.1 * WANTED_EVERY
