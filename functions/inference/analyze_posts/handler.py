"""The analysis queue: creators whose captions are to be analyzed."""

from creator_search.bootstrap import Container
from creator_search.domain.messages import AnalysisMessage, parse_message
from creator_search.services.analysis.analyze import ProfileAnalyzer
from creator_search.services.analysis.refresh import AnalysisRequests
from creator_search.worker import Received, queue_worker


def work(received: Received, analyzer: ProfileAnalyzer, requests: AnalysisRequests) -> str:
    message = parse_message(AnalysisMessage, received.body)
    if message.usernames:
        requests.request_analyses(message.usernames)
        return f"{len(message.usernames)} requested"
    assert message.username is not None
    return str(analyzer.analyze(message.username, received.deadline, message.attempt))


handler = queue_worker("analyze_posts", work, Container.profile_analyzer, Container.analysis_requests)
