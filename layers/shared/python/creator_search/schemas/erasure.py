"""The answer to a request to erase a creator, by username or account id."""

from typing import Self

from pydantic import BaseModel, Field

from creator_search.schemas.envelope import Envelope
from creator_search.services.erasure import AcceptedErasure


class Erasure(BaseModel):
    username: str | None = Field(description="null for an account that has no known username")
    status: str


class ErasureAnswer(Envelope):
    data: Erasure
    message: str

    @classmethod
    def of(cls, accepted: AcceptedErasure) -> Self:
        subject = f"@{accepted.username}" if accepted.username else f"account {accepted.account_id}"
        return cls(
            data=Erasure(username=accepted.username, status="accepted"),
            message=f"The data of {subject} is being erased and will not be collected again",
        )
