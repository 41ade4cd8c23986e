"""Job rows and queue counters in DynamoDB."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from creator_search.adapters.aws.client import failing_as, is_conditional_failure
from creator_search.adapters.dynamodb.items import (
    Item,
    batch_get,
    epoch,
    format_time,
    from_wire,
    get,
    is_expired,
    member,
    pages,
    parse_time,
    put_if,
    to_wire,
)
from creator_search.adapters.dynamodb.schema.control import counter_id
from creator_search.adapters.dynamodb.schema.erasures import tombstone_key
from creator_search.adapters.dynamodb.schema.jobs import ACTIVE_JOBS, active_key
from creator_search.adapters.dynamodb.schema.profiles import PROFILE_ITEM
from creator_search.adapters.dynamodb.ticket_counters import KeptCounters
from creator_search.domain.clock import Clock
from creator_search.domain.errors import StoreUnavailable
from creator_search.domain.jobs import Job, JobStatus, Priority
from creator_search.domain.profiles import ProfileType
from creator_search.domain.queues import DueJob, ProcessingState, ProfileSummary, TicketCounter

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TableName = Callable[[], str]


class DynamoDBJobStore:
    """Implements JobStore. Table names are resolved at use, because not every function may use all three tables."""

    def __init__(
        self,
        client: "DynamoDBClient",
        *,
        jobs: TableName,
        profiles: TableName,
        control: TableName,
        erasures: TableName,
        clock: Clock,
    ) -> None:
        self._client = client
        self._jobs = jobs
        self._profiles = profiles
        self._control = control
        self._erasures = erasures
        self._clock = clock
        self._kept = KeptCounters(clock)

    def load_state(self, username: str) -> ProcessingState:
        counters = self._kept.load()
        keys: dict[str, Any] = {
            self._profiles(): {
                "Keys": [to_wire({"username": username, "item": PROFILE_ITEM})],
                "ProjectionExpression": "profile_type, created_at, updated_at",
            },
            self._jobs(): {"Keys": [to_wire({"username": username})], "ConsistentRead": True},
            self._erasures(): {"Keys": [to_wire(tombstone_key(username))]},
        }
        if counters is None:
            keys[self._control()] = {"Keys": [to_wire({"id": counter_id(each)}) for each in Priority]}
        answer = batch_get(self._client, keys)
        profile = next(iter(answer.get(self._profiles(), [])), None)
        job = next(iter(answer.get(self._jobs(), [])), None)
        return ProcessingState(
            profile=_summary(profile) if profile else None,
            job=decode_job(job) if job and not is_expired(job, self._clock()) else None,
            counters=counters or self._kept.keep(_counters(answer.get(self._control(), []))),
            is_erased=bool(answer.get(self._erasures())),
        )

    def load_job(self, username: str) -> Job | None:
        item = get(self._client, self._jobs(), {"username": username}, consistent=True)
        return decode_job(item) if item and not is_expired(item, self._clock()) else None

    def save_job(self, job: Job, over: Job | None) -> Job | None:
        now = epoch(self._clock())
        if over is None:
            condition = "attribute_not_exists(username) OR expires_at <= :now"
            values: Item = {":now": now}
        else:
            # The request_id distinguishes rows when two clocks made the same version.
            condition = "(version = :version AND request_id = :request) OR attribute_not_exists(username)"
            values = {":version": over.version, ":request": over.request_id}
            if over.is_active:
                condition = "version = :version AND request_id = :request"
        # Two writers that change the same row compute the same next version; this distinguishes their writes.
        item = {**encode_job(job), "write_id": uuid.uuid4().hex}
        current = put_if(self._client, self._jobs(), item, condition, None, values)
        if current is None:
            return None
        return decode_job(current) if current else job

    def delete_job(self, job: Job) -> bool:
        from botocore.exceptions import ClientError

        try:
            with failing_as(StoreUnavailable):
                self._client.delete_item(
                    TableName=self._jobs(),
                    Key=to_wire({"username": job.username}),
                    ConditionExpression="version = :version AND request_id = :request",
                    ExpressionAttributeValues=to_wire({":version": job.version, ":request": job.request_id}),
                )
        except ClientError as error:
            if not is_conditional_failure(error):
                raise
            return False
        return True

    def issue_ticket(self, priority: Priority) -> int:
        issued = self._add(priority, "issued")
        self._kept.change(priority, issued=issued)
        return issued

    def finish_ticket(self, priority: Priority) -> None:
        self._kept.change(priority, finished=self._add(priority, "finished"))

    def _add(self, priority: Priority, field: str) -> int:
        with failing_as(StoreUnavailable):
            answer = self._client.update_item(
                TableName=self._control(),
                Key=to_wire({"id": counter_id(priority)}),
                UpdateExpression="ADD #field :one",
                ExpressionAttributeNames={"#field": field},
                ExpressionAttributeValues=to_wire({":one": 1}),
                ReturnValues="UPDATED_NEW",
            )
        return int(from_wire(answer["Attributes"])[field])

    def load_counters(self) -> Mapping[Priority, TicketCounter]:
        keys = {"Keys": [to_wire({"id": counter_id(p)}) for p in Priority], "ConsistentRead": True}
        return _counters(batch_get(self._client, {self._control(): keys}).get(self._control(), []))

    def repair_counter(self, priority: Priority, seen: TicketCounter, active: int) -> bool:
        from botocore.exceptions import ClientError

        def still(field: str, value: int) -> str:
            return f"(attribute_not_exists({field}) OR {field} = :{field})" if value == 0 else f"{field} = :{field}"

        try:
            with failing_as(StoreUnavailable):
                self._client.update_item(
                    TableName=self._control(),
                    Key=to_wire({"id": counter_id(priority)}),
                    UpdateExpression="SET finished = :right",
                    ConditionExpression=f"{still('issued', seen.issued)} AND {still('finished', seen.finished)}",
                    ExpressionAttributeValues=to_wire(
                        {":right": seen.issued - active, ":issued": seen.issued, ":finished": seen.finished}
                    ),
                )
        except ClientError as error:
            if not is_conditional_failure(error):
                raise
            return False
        return True

    def due_jobs(self, status: JobStatus, priority: Priority, now: datetime, limit: int) -> Sequence[DueJob]:
        found: list[DueJob] = []
        query = self._active(status, priority)
        query["KeyConditionExpression"] += " AND due_at <= :now"
        query["ExpressionAttributeValues"] |= to_wire({":now": now.timestamp()})
        for page in pages(self._client.query, **query):
            found += [_due(from_wire(i)) for i in page["Items"]]
            if len(found) >= limit:
                break
        return found[:limit]

    def count_jobs(self, status: JobStatus, priority: Priority) -> int:
        query = self._active(status, priority)
        return sum(p["Count"] for p in pages(self._client.query, Select="COUNT", **query))

    def count_retrying(self, priority: Priority, now: datetime) -> int:
        query = self._active(JobStatus.PENDING, priority)
        query["KeyConditionExpression"] += " AND due_at > :now"
        query["ExpressionAttributeValues"] |= to_wire({":now": now.timestamp()})
        query["FilterExpression"] = "attribute_exists(next_attempt_at)"
        return sum(p["Count"] for p in pages(self._client.query, Select="COUNT", **query))

    def oldest_requested_at(self, priority: Priority) -> datetime | None:
        """Return the time of the first row of the index, which is ordered by due_at: the order of the requests, except
        for jobs that were sent again.
        """
        with failing_as(StoreUnavailable):
            page = self._client.query(Limit=1, **self._active(JobStatus.PENDING, priority))
        items = page["Items"]
        return parse_time(from_wire(items[0])["requested_at"]) if items else None

    def _active(self, status: JobStatus, priority: Priority) -> dict[str, Any]:
        return {
            "TableName": self._jobs(),
            "IndexName": ACTIVE_JOBS.name,
            "KeyConditionExpression": "active = :active",
            "ExpressionAttributeValues": to_wire({":active": active_key(status, priority)}),
        }


def _counters(items: Sequence[Item]) -> Mapping[Priority, TicketCounter]:
    by_id = {item["id"]: item for item in items}
    rows = {p: by_id.get(counter_id(p), {}) for p in Priority}
    return {p: TicketCounter(row.get("issued", 0), row.get("finished", 0)) for p, row in rows.items()}


def _summary(item: Item) -> ProfileSummary:
    kind = member(ProfileType, item.get("profile_type")) or ProfileType.SECONDARY
    created_at = parse_time(item.get("created_at") or item.get("updated_at"))
    return ProfileSummary(kind, created_at or datetime.fromtimestamp(0, UTC))


def _due(item: Item) -> DueJob:
    return DueJob(item["username"], datetime.fromtimestamp(item["due_at"], tz=UTC), "next_attempt_at" in item)


def encode_job(job: Job) -> dict[str, Any]:
    return {
        "username": job.username,
        "request_id": job.request_id,
        "source": job.source,
        "priority": job.priority.value,
        "status": job.status.value,
        "ticket": job.ticket,
        "version": job.version,
        "attempts": job.attempts,
        "requested_at": format_time(job.requested_at),
        "last_attempt": format_time(job.last_attempt),
        "next_attempt_at": format_time(job.next_attempt_at),
        "finished_at": format_time(job.finished_at),
        "error_message": job.error_message,
        "refresh_requested_at": format_time(job.refresh_requested_at),
        "active": active_key(job.status, job.priority) if job.is_active else None,
        "due_at": job.due_at.timestamp() if job.due_at else None,
        "expires_at": epoch(job.expires_at),
    }


def decode_job(item: Item) -> Job:
    return Job(
        username=item["username"],
        request_id=item["request_id"],
        source=item.get("source", ""),
        priority=Priority(item["priority"]),
        status=JobStatus(item["status"]),
        ticket=item.get("ticket", 0),
        version=item["version"],
        attempts=item.get("attempts", 0),
        requested_at=datetime.fromisoformat(item["requested_at"]),
        expires_at=datetime.fromtimestamp(item["expires_at"], tz=UTC),
        due_at=datetime.fromtimestamp(item["due_at"], tz=UTC) if "due_at" in item else None,
        last_attempt=parse_time(item.get("last_attempt")),
        next_attempt_at=parse_time(item.get("next_attempt_at")),
        finished_at=parse_time(item.get("finished_at")),
        error_message=item.get("error_message"),
        refresh_requested_at=parse_time(item.get("refresh_requested_at")),
    )
