"""The Lambda entry of GET /api/profile/{username}/analytics; operation.py has the operation."""

from creator_search.stored import stored_handler

handler = stored_handler("get_analytics", __name__)
