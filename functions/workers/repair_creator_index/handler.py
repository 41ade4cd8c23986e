"""One step of a repair of the search engine's index, every week and after the search engine was added."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from creator_search.bootstrap import Container
from creator_search.domain.clock import Clock
from creator_search.services.creator_index import CreatorIndexRepair, Repair, RepairPart
from creator_search.worker import event_worker


def work(event: Mapping[str, Any], deadline: datetime, repair: CreatorIndexRepair, clock: Clock) -> Mapping[str, Any]:
    """Continue the repair that the last step returned; an empty event starts one."""
    done = Repair(**{**event, "part": RepairPart(event["part"])}) if event else Repair()
    return asdict(repair.repair(done, lambda: clock() < deadline))


handler = event_worker("repair_creator_index", work, Container.creator_index_repair, Container.clock)
