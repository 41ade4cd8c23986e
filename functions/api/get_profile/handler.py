"""The Lambda entry of GET /api/profile/{username}; operation.py has the operation."""

from creator_search.stored import stored_handler

handler = stored_handler("get_profile", __name__)
