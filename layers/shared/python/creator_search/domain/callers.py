"""Callers of the API: who they are, and what they may do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class CallerScope(StrEnum):
    READ = "read"
    """Every caller has it."""
    ADMIN = "admin"


class CallerKind(StrEnum):
    USER = "user"
    """Presented a token of the OIDC issuer."""
    API_KEY = "api_key"
    """Presented an API key, which acts for its owner."""
    LOCAL = "local"
    """A process on the machine of the local system, without credentials."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """`subject` owns the caller's rows: the `sub` of a token, or the owner of an API key."""

    subject: str
    kind: CallerKind
    scopes: frozenset[CallerScope] = frozenset({CallerScope.READ})
    key_id: str | None = None
    """The id of the API key, if one was presented."""

    @property
    def is_admin(self) -> bool:
        return CallerScope.ADMIN in self.scopes

    @property
    def is_limited(self) -> bool:
        return self.kind is not CallerKind.LOCAL


LOCAL_CALLER = Caller(subject="local", kind=CallerKind.LOCAL, scopes=frozenset(CallerScope))


def claimed_scopes(scopes: Iterable[str], groups: Iterable[str]) -> frozenset[CallerScope]:
    """Return the scopes of a token with these scopes and groups. `admin` is the scope `admin`, one that ends in
    `/admin` (Cognito prefixes scopes with the resource server), or the group `admin`."""
    is_admin = any(scope == "admin" or scope.endswith("/admin") for scope in scopes) or "admin" in groups
    return frozenset(CallerScope) if is_admin else frozenset({CallerScope.READ})


def context_of(caller: Caller) -> dict[str, str]:
    """Return the caller as the context that a Lambda authorizer passes on: texts only."""
    found = {"subject": caller.subject, "kind": caller.kind.value, "scopes": " ".join(sorted(caller.scopes))}
    return {**found, "key_id": caller.key_id} if caller.key_id else found


def caller_of(context: Mapping[str, Any]) -> Caller:
    """Return the caller of such a context. Raises ValueError."""
    try:
        return Caller(
            subject=context["subject"],
            kind=CallerKind(context["kind"]),
            scopes=frozenset(CallerScope(scope) for scope in context["scopes"].split()),
            key_id=context.get("key_id"),
        )
    except KeyError as error:
        raise ValueError(f"the authorizer did not pass on {error}") from error
