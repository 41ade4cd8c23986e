"""The composition root: the one place that knows which adapter implements which port.

Only `http/app.py`, `worker.py` and the tests hold a Container; a handler names the parts that it needs.
"""

from creator_search.bootstrap.services import Container
from creator_search.bootstrap.stores import PRIORITY_QUEUES

__all__ = ["PRIORITY_QUEUES", "Container"]
