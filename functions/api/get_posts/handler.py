"""The Lambda entry of GET /api/profile/{username}/posts; operation.py has the operation."""

from creator_search.stored import stored_handler

handler = stored_handler("get_posts", __name__)
