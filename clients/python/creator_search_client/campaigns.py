"""Campaigns and their reports."""

from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, Unpack

from creator_search_client.answers import Answer
from creator_search_client.caller_types import Campaign, CampaignChanges, CampaignFields
from creator_search_client.connection import Call, Connection, segment
from creator_search_client.errors import InvalidArgument

PAGE_SIZE = 100
_PATH = "/api/campaigns"


class Campaigns:
    _connection: Connection

    def campaigns(self) -> Iterator[Campaign]:
        return self._connection.pages(_PATH, {"limit": PAGE_SIZE})

    def create_campaign(self, name: str, **fields: Unpack[CampaignFields]) -> Answer[Campaign]:
        return self._connection.post(_PATH, {"name": name, **fields})

    def campaign(self, id: str) -> Answer[Campaign]:
        """Read a campaign. The answer's `etag` names this version of it."""
        return self._connection.get(_campaign(id))

    def update_campaign(self, campaign: Answer[Campaign], **changes: Unpack[CampaignChanges]) -> Answer[Campaign]:
        """Change the campaign that an answer contains, and return the new version.

        Raises PreconditionFailed if it was changed since that answer: read it again. It is not retried.
        """
        return change(self._connection, _campaign(campaign.data["id"]), campaign, changes)

    def delete_campaign(self, id: str) -> None:
        self._connection.delete(_campaign(id))

    def add_to_campaign(self, id: str, username: str) -> Answer[Any]:
        return self._connection.put(f"{_campaign(id)}/profiles/{segment(username)}")

    def remove_from_campaign(self, id: str, username: str) -> None:
        self._connection.delete(f"{_campaign(id)}/profiles/{segment(username)}")

    def add_list_to_campaign(self, id: str, list_id: str) -> Answer[Any]:
        """Add the creators that are in the list now."""
        return self._connection.put(f"{_campaign(id)}/lists/{segment(list_id)}")

    def add_post_to_campaign(self, id: str, shortcode: str, username: str) -> Answer[Any]:
        return self._connection.put(f"{_campaign(id)}/posts/{segment(shortcode)}", {"username": username})

    def remove_post_from_campaign(self, id: str, shortcode: str) -> None:
        self._connection.delete(f"{_campaign(id)}/posts/{segment(shortcode)}")

    def campaign_report(self, id: str) -> Answer[dict[str, Any]]:
        return self._connection.get(f"{_campaign(id)}/report")

    def campaign_report_csv(self, id: str, file: BinaryIO) -> int:
        """Write the report to a file that is open for bytes, and return the number of bytes."""
        return self._connection.download(Call("GET", f"{_campaign(id)}/report", {"format": "csv"}), file)


def change(connection: Connection, path: str, known: Answer[Any], changes: Mapping[str, Any]) -> Answer[Any]:
    """Change an object if it still has the version of the answer."""
    if known.etag is None:
        raise InvalidArgument("The answer has no ETag: read the object before it is changed")
    return connection.patch(path, dict(changes), known.etag)


def _campaign(id: str) -> str:
    return f"{_PATH}/{segment(id)}"
