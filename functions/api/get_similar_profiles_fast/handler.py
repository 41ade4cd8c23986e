"""The Lambda entry of GET /api/profile/{username}/similar-fast; operation.py has the operation."""

from creator_search.stored import stored_handler

handler = stored_handler("get_similar_profiles_fast", __name__)
