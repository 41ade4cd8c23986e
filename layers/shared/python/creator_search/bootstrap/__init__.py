"""The composition root: builds the services over the adapters.

Only `http/app.py`, `worker.py` and the tests hold a Container; a handler declares the parts that it needs.
"""

from creator_search.bootstrap.container import Container
from creator_search.bootstrap.stores import PRIORITY_QUEUES

__all__ = ["PRIORITY_QUEUES", "Container"]
