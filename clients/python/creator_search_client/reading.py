"""What is known about creators."""

from collections.abc import Iterator
from typing import Any, BinaryIO, Literal, Unpack

from creator_search_client.answers import Answer
from creator_search_client.connection import Call, Connection, segment
from creator_search_client.creator_types import (
    FoundCreator,
    Outlier,
    OutlierFilters,
    Post,
    PostFilters,
    PostHistory,
    ProfileDocument,
    SearchFilters,
    SimilarDetails,
    SimilarProfile,
)
from creator_search_client.streams import read_whole_stream

PAGE_SIZE = 50


class Reading:
    _connection: Connection

    def profile(self, username: str) -> Answer[ProfileDocument]:
        """Read a creator. One that is not stored is fetched, and requested in full."""
        return self._connection.get(_path(username))

    def profile_by_id(self, id: str) -> Answer[ProfileDocument]:
        """Read a stored creator by the platform's account id."""
        return self._connection.get(f"/api/profile/by-id/{segment(id)}")

    def posts(self, username: str, *, page_size: int = PAGE_SIZE, **filters: Unpack[PostFilters]) -> Iterator[Post]:
        """Yield the posts, page by page."""
        return self._connection.pages(_path(username, "posts"), {**filters, "limit": page_size}, "posts")

    def stream_posts(
        self, username: str, *, chunk_size: int = PAGE_SIZE, **filters: Unpack[PostFilters]
    ) -> Iterator[Post]:
        """Yield each post once, as the API sends them. When the connection is lost, the stream is continued."""
        parameters = {**filters, "limit": chunk_size, "stream": True}
        yielded: set[str] = set()
        for event in read_whole_stream(self._connection, _path(username, "posts"), parameters):
            for post in event.data.get("posts", ()):
                if post["shortcode"] not in yielded:
                    yielded.add(post["shortcode"])
                    yield post

    def post_history(self, username: str, shortcode: str) -> Answer[PostHistory]:
        """Get the counts of a post at every refresh, oldest first."""
        return self._connection.get(_path(username, f"posts/{segment(shortcode)}/history"))

    def analytics(self, username: str, *, days: int = 90) -> Answer[dict[str, Any]]:
        return self._connection.get(_path(username, "analytics"), days=days)

    def stream_analytics(self, username: str, *, days: int = 90) -> Iterator[tuple[str, Any]]:
        """Yield the name and the content of each section of the analytics once, as they are ready."""
        yielded: set[str] = set()
        parameters = {"days": days, "stream": True}
        for event in read_whole_stream(self._connection, _path(username, "analytics"), parameters):
            name = str(event.data.get("section"))
            if name not in yielded:
                yielded.add(name)
                yield name, event.data.get("data")

    def authenticity(self, username: str) -> Answer[dict[str, Any]]:
        """Get signals of how authentic the audience is, with their evidence."""
        return self._connection.get(_path(username, "authenticity"))

    def ai_insights(self, username: str) -> Answer[dict[str, Any]]:
        """Get the analysis of the captions."""
        return self._connection.get(_path(username, "ai-insights"))

    def refresh_ai_insights(self, username: str) -> Answer[dict[str, Any]]:
        """Request an analysis of the stored posts."""
        return self._connection.post(_path(username, "ai-insights/refresh"))

    def similar(self, username: str, *, limit: int = 20, force_refresh: bool = False) -> Answer[list[SimilarProfile]]:
        """Get 1 to 80 similar creators, most similar first."""
        path = _path(username, "similar-fast")
        return self._connection.get(path, limit=limit, force_refresh=force_refresh)

    def similar_details(self, username: str, *, limit: int = 20) -> Answer[list[SimilarDetails]]:
        """Get similar creators with what is stored of them, and why they are similar."""
        return self._connection.get(_path(username, "similar"), limit=limit)

    def search(self, *, page_size: int = PAGE_SIZE, **filters: Unpack[SearchFilters]) -> Iterator[FoundCreator]:
        """Yield the stored creators that match, page by page. `q` is a prefix of the username or the full name."""
        return self._connection.pages("/api/creators/search", {**filters, "limit": page_size})

    def outliers(self, *, page_size: int = PAGE_SIZE, **filters: Unpack[OutlierFilters]) -> Iterator[Outlier]:
        """Yield posts of the stored creators that perform far better than usual, page by page."""
        return self._connection.pages("/api/outliers", {**filters, "limit": page_size})

    def export(self, username: str, file: BinaryIO, *, format: Literal["csv", "json"] = "csv") -> int:
        """Write all posts and metrics to a file that is open for bytes, and return the number of bytes.

        After ConnectionFailed, the file is incomplete.
        """
        return self._connection.download(Call("GET", _path(username, "export"), {"format": format}), file)


def _path(username: str, rest: str = "") -> str:
    return f"/api/profile/{segment(username)}" + (f"/{rest}" if rest else "")
