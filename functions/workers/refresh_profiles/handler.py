"""Every 15 minutes: requests new builds of primary profiles that are a day old, which give daily snapshots."""

from creator_search.bootstrap import Container
from creator_search.services.pipeline.refresh import ProfileRefresher
from creator_search.worker import scheduled_worker


def work(profiles: ProfileRefresher) -> dict[str, int]:
    return {"requested": profiles.request_due_refreshes()}


handler = scheduled_worker("refresh_profiles", work, Container.profile_refresher)
