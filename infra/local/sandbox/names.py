"""Who has which username: `POST /_names {"username": "y", "account": "x"}` gives the name y to the account that was
first known as x, and `{"username": "x", "account": null}` leaves the name x to nobody. A swap is two of them.
"""

from dataclasses import replace

from pydantic import BaseModel

from infra.local.sandbox.creators import SyntheticCreator, creator, exists


class Name(BaseModel):
    username: str
    account: str | None


class Names:
    """The usernames that were given to another account; every other one belongs to the account of the same name."""

    def __init__(self) -> None:
        self.given: dict[str, str | None] = {}

    def give(self, name: Name) -> None:
        self.given[name.username] = name.account

    def find(self, username: str) -> SyntheticCreator | None:
        account = self.given.get(username, username)
        if account is None or not exists(account):
            return None
        return replace(creator(account), username=username)
