"""Bodies of named lists of creators."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

from creator_search.domain.lists import (
    LIST_NAME_LENGTH,
    MAX_TAGS,
    NOTE_LENGTH,
    SHOWN_ERRORS,
    TAG_LENGTH,
    CreatorList,
    ListEntry,
)
from creator_search.schemas.envelope import Envelope, ListMeta
from creator_search.schemas.times import iso
from creator_search.services.campaigns.lists import ImportResult

_Name = Annotated[str, Field(min_length=1, max_length=LIST_NAME_LENGTH, examples=["Runners"])]


class NewList(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: _Name


class ListChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: _Name


class EntryInput(BaseModel):
    """Absent tags and notes are removed."""

    model_config = ConfigDict(extra="forbid")

    tags: list[Annotated[str, Field(min_length=1, max_length=TAG_LENGTH)]] = Field(
        default=[], max_length=MAX_TAGS, examples=[["running"]], description="Texts without commas."
    )
    note: str | None = Field(default=None, max_length=NOTE_LENGTH, examples=["Answers on Mondays"])


class ListBody(BaseModel):
    id: str
    version: int
    name: str
    created_at: str
    updated_at: str

    @classmethod
    def of(cls, found: CreatorList) -> Self:
        created_at, updated_at = iso(found.created_at), iso(found.updated_at)
        return cls(id=found.id, version=found.version, name=found.name, created_at=created_at, updated_at=updated_at)


class ListAnswer(Envelope):
    data: ListBody


class ListsAnswer(Envelope):
    data: list[ListBody]
    meta: ListMeta


class EntryBody(BaseModel):
    username: str
    tags: list[str]
    note: str | None
    added_at: str
    updated_at: str

    @classmethod
    def of(cls, found: ListEntry) -> Self:
        return cls(
            username=found.username,
            tags=list(found.tags),
            note=found.note,
            added_at=iso(found.added_at),
            updated_at=iso(found.updated_at),
        )


class EntryAnswer(Envelope):
    data: EntryBody


class EntriesAnswer(Envelope):
    data: list[EntryBody]
    meta: ListMeta


class RefusedBody(BaseModel):
    line: int
    value: str
    error: str


class ImportBody(BaseModel):
    """`known` creators were in the list already, or occur in the file again. `requested` ones are not stored, and
    requested now; `not_requested` ones do not exist, were erased, or could not be requested: import the file again.
    `refused` has the first 100 of the `refused_total` rows without a valid username."""

    added: int
    known: int
    requested: int
    not_requested: int
    refused_total: int
    refused: list[RefusedBody]

    @classmethod
    def of(cls, found: ImportResult) -> Self:
        refused = found.file.refused
        return cls(
            added=found.added,
            known=found.known + found.file.repeated,
            requested=found.requested,
            not_requested=found.not_requested,
            refused_total=len(refused),
            refused=[RefusedBody(line=r.line, value=r.value, error=r.reason) for r in refused[:SHOWN_ERRORS]],
        )


class ImportAnswer(Envelope):
    data: ImportBody
