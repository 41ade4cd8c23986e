"""Parameters and headers of what callers own."""

from typing import Annotated

from fastapi import Header, Path

OwnedId = Annotated[str, Path(alias="id", description="The id of the resource.", examples=["019c0a5f3e80-7b1d"])]
IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", description="The ETag of the version that was read.", examples=['"1"'], max_length=1000),
]
