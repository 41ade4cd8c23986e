"""/api/campaigns."""

from contextlib import suppress
from enum import StrEnum
from typing import Annotated, Any

from creator_search.bootstrap import Container
from creator_search.domain.errors import NotFound
from creator_search.domain.owned import Placed, etag_of_version
from creator_search.domain.usernames import parse_username
from creator_search.http import (
    CurrentCaller,
    Cursor,
    Cursors,
    IfMatch,
    OwnedId,
    PageLimit,
    ReadTimer,
    Shortcode,
    Username,
    endpoints,
    lambda_handler,
    provided,
)
from creator_search.schemas.campaigns import (
    POST_COLUMNS,
    CampaignBody,
    CampaignChange,
    CampaignDetails,
    NewCampaign,
    ReportBody,
    post_cells,
)
from creator_search.schemas.envelope import Envelope, ListMeta
from creator_search.schemas.tables import csv_table
from creator_search.services.campaigns.campaigns import Campaigns
from creator_search.services.campaigns.report import CampaignReporter
from fastapi import Path, Query, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

router, route = endpoints()

_Campaigns = Annotated[Campaigns, provided(Container.campaigns)]


class CampaignAnswer(Envelope):
    data: CampaignBody


class CampaignDetailsAnswer(Envelope):
    data: CampaignDetails


class CampaignsAnswer(Envelope):
    data: list[CampaignBody]
    meta: ListMeta


class PlacedCreator(BaseModel):
    username: str


class PlacedCreatorAnswer(Envelope):
    data: PlacedCreator


class PostOwner(BaseModel):
    model_config = ConfigDict(extra="forbid")

    username: Annotated[str, AfterValidator(parse_username)] = Field(
        examples=["natgeo"], json_schema_extra={"pattern": r"^@?[A-Za-z0-9_][A-Za-z0-9._]{0,29}$"}
    )


class PlacedPost(BaseModel):
    shortcode: str
    username: str


class PlacedPostAnswer(Envelope):
    data: PlacedPost


class TakenList(BaseModel):
    """`added` creators are new to the campaign, `known` ones were in it."""

    added: int
    known: int


class TakenListAnswer(Envelope):
    data: TakenList


class ReportAnswer(Envelope):
    data: ReportBody


class ReportFormat(StrEnum):
    JSON = "json"
    CSV = "csv"


def _known(model: Any, data: dict[str, str]) -> dict[int | str, Any]:
    example = {"success": True, "data": data}
    return {200: {"description": "Known", "model": model, "content": {"application/json": {"example": example}}}}


@route("create_campaign")
def create_campaign(
    caller: CurrentCaller, body: NewCampaign, campaigns: _Campaigns, response: Response
) -> CampaignAnswer:
    """Create a campaign. A caller has at most 1,000."""
    created = campaigns.create(caller.subject, body.model_dump())
    response.headers["ETag"] = etag_of_version(created.version)
    return CampaignAnswer(data=CampaignBody.of(created))


@route("list_campaigns")
def list_campaigns(
    caller: CurrentCaller, campaigns: _Campaigns, cursors: Cursors, limit: PageLimit = 20, cursor: Cursor = None
) -> CampaignsAnswer:
    """The caller's campaigns, newest first."""
    scope = f"list_campaigns#{caller.subject}"
    page = campaigns.list_page(caller.subject, limit, cursors.start(scope, cursor))
    return CampaignsAnswer(
        data=[CampaignBody.of(found) for found in page.rows], meta=ListMeta.of(cursors.next(scope, page))
    )


@route("get_campaign")
def get_campaign(
    caller: CurrentCaller, campaign_id: OwnedId, campaigns: _Campaigns, response: Response
) -> CampaignDetailsAnswer:
    """A campaign with its creators, and the posts that were added by hand. The ETag is that of the campaign's own
    fields: adding and removing creators and posts does not change it."""
    found = campaigns.read_parts(caller.subject, campaign_id)
    response.headers["ETag"] = etag_of_version(found.campaign.version)
    return CampaignDetailsAnswer(data=CampaignDetails.of_parts(found))


@route("change_campaign")
def change_campaign(
    caller: CurrentCaller,
    campaign_id: OwnedId,
    body: CampaignChange,
    campaigns: _Campaigns,
    response: Response,
    if_match: IfMatch = None,
) -> CampaignAnswer:
    """Change the given fields, if the campaign still has the version in If-Match. Null removes an optional field."""
    given = body.model_dump(include=body.model_fields_set)
    changed = campaigns.change(caller.subject, campaign_id, given, if_match)
    response.headers["ETag"] = etag_of_version(changed.version)
    return CampaignAnswer(data=CampaignBody.of(changed))


@route("delete_campaign")
def delete_campaign(
    caller: CurrentCaller, campaign_id: OwnedId, campaigns: _Campaigns, if_match: IfMatch = None
) -> None:
    """Delete a campaign, known or not; with If-Match, only this version."""
    with suppress(NotFound):
        campaigns.delete(caller.subject, campaign_id, if_match)


@route("put_campaign_profile", documented=_known(PlacedCreatorAnswer, {"username": "natgeo"}))
def put_campaign_profile(
    caller: CurrentCaller, campaign_id: OwnedId, username: Username, campaigns: _Campaigns, response: Response
) -> PlacedCreatorAnswer:
    """Add a creator: 201 for a new one, 200 for a known one. A campaign has at most 200."""
    placed = campaigns.add_creator(caller.subject, campaign_id, username)
    response.status_code = 201 if placed is Placed.ADDED else 200
    return PlacedCreatorAnswer(data=PlacedCreator(username=username))


@route("delete_campaign_profile")
def delete_campaign_profile(
    caller: CurrentCaller, campaign_id: OwnedId, username: Username, campaigns: _Campaigns
) -> None:
    """Remove a creator, known or not."""
    campaigns.remove_creator(caller.subject, campaign_id, username)


@route("put_campaign_post", documented=_known(PlacedPostAnswer, {"shortcode": "DTx1aBcDeFg", "username": "natgeo"}))
def put_campaign_post(
    caller: CurrentCaller,
    campaign_id: OwnedId,
    shortcode: Shortcode,
    body: PostOwner,
    campaigns: _Campaigns,
    response: Response,
) -> PlacedPostAnswer:
    """Add a post of this creator, whatever its day and text: 201 for a new one, 200 for a known one. A campaign has at
    most 500."""
    placed = campaigns.put_post(caller.subject, campaign_id, shortcode, body.username)
    response.status_code = 201 if placed is Placed.ADDED else 200
    return PlacedPostAnswer(data=PlacedPost(shortcode=shortcode, username=body.username))


@route("delete_campaign_post")
def delete_campaign_post(
    caller: CurrentCaller, campaign_id: OwnedId, shortcode: Shortcode, campaigns: _Campaigns
) -> None:
    """Remove a post that was added by hand, known or not. It may still match the campaign."""
    campaigns.remove_post(caller.subject, campaign_id, shortcode)


@route("put_campaign_list")
def put_campaign_list(
    caller: CurrentCaller,
    campaign_id: OwnedId,
    campaigns: _Campaigns,
    list_id: Annotated[
        str, Path(alias="list", description="The id of one of the caller's lists.", examples=["019c0a5f3e80-7b1d"])
    ],
) -> TakenListAnswer:
    """Add the creators that are in the list now: all of them, or none if the campaign would have too many. A later
    change of the list does not change the campaign."""
    placed = list(campaigns.add_list(caller.subject, campaign_id, list_id).values())
    return TakenListAnswer(data=TakenList(added=placed.count(Placed.ADDED), known=placed.count(Placed.KNOWN)))


@route("get_campaign_report", response_model=ReportAnswer)
def get_campaign_report(
    caller: CurrentCaller,
    campaign_id: OwnedId,
    timer: ReadTimer,
    reporter: Annotated[CampaignReporter, provided(Container.campaign_reporter)],
    format_: Annotated[
        ReportFormat, Query(alias="format", description="must be json or csv", examples=["json"])
    ] = ReportFormat.JSON,
) -> Any:
    """Figures of the campaign's posts, in total, per creator and per day. Creators that are not stored are requested.
    CSV has one row per post; text that a spreadsheet would run as a formula is prefixed with an apostrophe."""
    parts, report = reporter.report(caller.subject, campaign_id, timer.deadline)
    if format_ is ReportFormat.JSON:
        return ReportAnswer(data=ReportBody.of(parts, report))
    headers = {"Content-Disposition": f'attachment; filename="campaign-{parts.campaign.id}.csv"'}
    return Response(csv_table(POST_COLUMNS, post_cells(report)), media_type="text/csv", headers=headers)


handler = lambda_handler(router)
