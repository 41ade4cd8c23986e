"""Writes the changes in the stream of the profiles table to the index of the search engine."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from creator_search.bootstrap import Container
from creator_search.services.creator_index import CreatorIndexer
from creator_search.services.ports import ProfileChanges
from creator_search.worker import event_worker


def work(event: Mapping[str, Any], _deadline: datetime, changes: ProfileChanges, indexer: CreatorIndexer) -> Any:
    changed = changes.read(event["Records"])
    refused = indexer.apply(changed.profiles)
    return {"changed": len(changed.profiles), "refused": list(refused), "unreadable": sorted(changed.unreadable)}


handler = event_worker("index_creators", work, Container.profile_changes, Container.creator_indexer)
