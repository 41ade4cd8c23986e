"""/api/me/favorites."""

from typing import Annotated

from creator_search.bootstrap import Container
from creator_search.http import (
    CurrentCaller,
    Cursor,
    Cursors,
    PageLimit,
    Username,
    endpoints,
    lambda_handler,
    provided,
)
from creator_search.schemas.envelope import Envelope, ListMeta
from creator_search.schemas.times import iso
from creator_search.services.favorites import Favorites
from creator_search.services.ports import FavoriteStore
from fastapi import Response
from pydantic import BaseModel

router, route = endpoints()


class FavoriteRow(BaseModel):
    username: str
    added_at: str


class FavoriteAnswer(Envelope):
    data: FavoriteRow


class ListAnswer(Envelope):
    data: list[FavoriteRow]
    meta: ListMeta


@route("list_favorites")
def list_favorites(
    caller: CurrentCaller,
    cursors: Cursors,
    store: Annotated[FavoriteStore, provided(Container.favorite_store)],
    limit: PageLimit = 20,
    cursor: Cursor = None,
) -> ListAnswer:
    """Your favourite creators, in alphabetical order."""
    scope = f"list_favorites#{caller.subject}"
    page = store.list_favorites(caller.subject, limit, cursors.start(scope, cursor))
    rows = [FavoriteRow(username=found.username, added_at=iso(found.added_at)) for found in page.rows]
    return ListAnswer(data=rows, meta=ListMeta.of(cursors.next(scope, page)))


@route("add_favorite", documented={201: {"description": "The creator was not a favourite before"}})
def add_favorite(
    username: Username,
    caller: CurrentCaller,
    response: Response,
    favorites: Annotated[Favorites, provided(Container.favorites)],
) -> FavoriteAnswer:
    """Add a creator to your favourites; the creator need not be stored. Webhooks notify you of your favourites."""
    favorite, is_new = favorites.add(caller.subject, username)
    response.status_code = 201 if is_new else 200
    return FavoriteAnswer(data=FavoriteRow(username=favorite.username, added_at=iso(favorite.added_at)))


@route("remove_favorite")
def remove_favorite(
    username: Username, caller: CurrentCaller, store: Annotated[FavoriteStore, provided(Container.favorite_store)]
) -> None:
    """Remove a creator from your favourites."""
    store.remove_favorite(caller.subject, username)


handler = lambda_handler(router)
