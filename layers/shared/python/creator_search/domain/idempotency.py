"""Requests that are carried out once."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatedRequest:
    """`subject` is the caller, `key` names the request among those of the caller, and `username` is the creator that it
    is about, if there is one: its first answer is deleted with either."""

    subject: str
    key: str
    username: str | None = None
