"""Every 15 minutes: requests analyses that are due."""

from creator_search.bootstrap import Container
from creator_search.services.analysis.refresh import AnalysisRefresher
from creator_search.worker import scheduled_worker


def work(analyses: AnalysisRefresher) -> dict[str, int]:
    return {"requested": analyses.request_due_analyses()}


handler = scheduled_worker("refresh_analyses", work, Container.analysis_refresher)
