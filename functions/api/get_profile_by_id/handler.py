"""The Lambda entry of GET /api/profile/by-id/{id}; operation.py has the operation."""

from creator_search.stored import stored_handler

handler = stored_handler("get_profile_by_id", __name__)
