"""/api/me/api-keys."""

from datetime import timedelta
from typing import Annotated, Self

from creator_search.bootstrap import Container
from creator_search.domain.api_keys import MAX_EXPIRES_IN_DAYS, MAX_NAME_LENGTH, ApiKey
from creator_search.http import CurrentCaller, Cursor, Cursors, PageLimit, endpoints, lambda_handler, provided
from creator_search.schemas.envelope import Envelope, ListMeta
from creator_search.schemas.times import iso
from creator_search.services.api_keys import ApiKeys
from creator_search.services.ports import ApiKeyStore
from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field

router, route = endpoints()

KeyId = Annotated[str, Path(description="The id of an API key, as in the list.", examples=["k3Vx8Qm2Zr7Tn5Lp"])]


class NewApiKey(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=MAX_NAME_LENGTH, examples=["reporting"])
    expires_in_days: int | None = Field(
        default=None, ge=1, le=MAX_EXPIRES_IN_DAYS, strict=True, description="By default it does not expire."
    )


class ListedApiKey(BaseModel):
    id: str
    name: str
    created_at: str
    last_used_at: str | None
    expires_at: str | None

    @classmethod
    def of(cls, key: ApiKey) -> Self:
        return cls(
            id=key.id,
            name=key.name,
            created_at=iso(key.created_at),
            last_used_at=iso(key.last_used_at) if key.last_used_at else None,
            expires_at=iso(key.expires_at) if key.expires_at else None,
        )


class CreatedApiKey(ListedApiKey):
    key: str = Field(description="The value of X-Api-Key. It is shown this once.")


class CreatedAnswer(Envelope):
    data: CreatedApiKey


class ListAnswer(Envelope):
    data: list[ListedApiKey]
    meta: ListMeta


@route("create_api_key")
def create_api_key(
    body: NewApiKey, caller: CurrentCaller, keys: Annotated[ApiKeys, provided(Container.api_keys)]
) -> CreatedAnswer:
    """Create a key that acts for you, without the scope admin. Its text is shown only once. A key cannot create
    keys."""
    expires_in = timedelta(days=body.expires_in_days) if body.expires_in_days else None
    key, text = keys.create(caller, body.name, expires_in)
    return CreatedAnswer(data=CreatedApiKey(**ListedApiKey.of(key).model_dump(), key=text))


@route("list_api_keys")
def list_api_keys(
    caller: CurrentCaller,
    cursors: Cursors,
    store: Annotated[ApiKeyStore, provided(Container.api_key_store)],
    limit: PageLimit = 20,
    cursor: Cursor = None,
) -> ListAnswer:
    """Your keys, without their secrets. `last_used_at` is at most a minute old."""
    scope = f"list_api_keys#{caller.subject}"
    page = store.list_keys(caller.subject, limit, cursors.start(scope, cursor))
    return ListAnswer(data=[ListedApiKey.of(key) for key in page.rows], meta=ListMeta.of(cursors.next(scope, page)))


@route("delete_api_key")
def delete_api_key(id: KeyId, caller: CurrentCaller, keys: Annotated[ApiKeys, provided(Container.api_keys)]) -> None:
    """Delete a key. It stops working within a minute."""
    keys.delete(caller, id)


handler = lambda_handler(router)
