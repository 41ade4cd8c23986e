"""Faults on demand: `POST /_faults {"where": "decodo", "kind": "http_500", "times": 2, "username": "x"}`."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, Field


class FaultKind(StrEnum):
    # Every server
    HTTP_400 = "http_400"
    HTTP_401 = "http_401"
    HTTP_403 = "http_403"
    HTTP_404 = "http_404"
    HTTP_500 = "http_500"
    HTTP_503 = "http_503"
    HTTP_524 = "http_524"
    TOO_FAST = "http_429"
    MONTH_USED_UP = "http_429_monthly"
    GARBAGE = "garbage"
    HANG = "hang"
    CUT_OFF = "cut_off"
    EMPTY = "empty"
    ENDPOINT_GONE = "endpoint_gone"
    DATA_NOT_FOUND = "data_not_found"
    # Decodo, under HTTP 200
    HIDDEN_613 = "hidden_613"
    HIDDEN_FAILED = "hidden_failed"
    NO_FOLLOWERS = "no_followers"
    NO_USER = "no_user"
    # Answers about others
    WRONG_ACCOUNT = "wrong_account"
    """The answer is that of another account, with its name and id."""
    FOREIGN_REELS = "foreign_reels"
    """Posts of another account, which they name, are among the posts or reels."""
    # RapidAPI, with HTTP status 200
    ERROR_BODY = "error_body"
    # Images
    REDIRECT_PRIVATE = "redirect_private"
    REDIRECT_ELSEWHERE = "redirect_elsewhere"
    HTML_AS_PNG = "html_as_png"
    HUGE = "huge"
    BOMB = "bomb"


class Fault(BaseModel):
    """`times` 0 means always; without `username` (or the name of an image, or the shortcode
    of comments) the fault applies to all requests."""

    where: Literal["decodo", "similar", "reels", "posts", "profile", "comments", "images"]
    kind: FaultKind
    times: int = Field(default=1, ge=0)
    username: str | None = None
    retry_after: str = "1"


@dataclass
class Faults:
    """The active faults, and the counted calls."""

    active: list[Fault] = field(default_factory=list)
    calls: dict[str, int] = field(default_factory=dict)

    def take(self, where: str, name: str) -> Fault | None:
        """Count the call. Return the fault that applies to it, if any, and decrement its remaining uses."""
        for key in (where, f"{where}#{name}"):
            self.calls[key] = self.calls.get(key, 0) + 1
        for fault in self.active:
            if fault.where == where and fault.username in (None, name):
                if fault.times == 1:
                    self.active.remove(fault)
                elif fault.times:
                    fault.times -= 1
                return fault
        return None
