"""The Lambda entry of GET /api/profile/{username}/ai-insights; operation.py has the operation."""

from creator_search.stored import stored_handler

handler = stored_handler("get_ai_insights", __name__)
