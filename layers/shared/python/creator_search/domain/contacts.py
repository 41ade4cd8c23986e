"""The contact that a professional account publishes."""

import re
from dataclasses import dataclass
from enum import StrEnum


class ContactSource(StrEnum):
    """Where a creator publishes the contact: the account's contact field, or the biography."""

    BUSINESS = "business"
    BIOGRAPHY = "biography"


@dataclass(frozen=True, slots=True)
class Contact:
    email: str
    source: ContactSource


_EMAIL = re.compile(r"(?<![\w.+-])[A-Za-z0-9](?:[\w.+-]{0,62}\w)?@(?:[A-Za-z0-9-]{1,63}\.){1,4}[A-Za-z]{2,24}(?![\w-])")


def published_contact(business_email: str | None, biography: str) -> Contact | None:
    """The e-mail address that a professional account publishes in its contact field, else in its biography."""
    if business_email and _EMAIL.fullmatch(business_email):
        return Contact(business_email, ContactSource.BUSINESS)
    found = _EMAIL.search(biography)
    return Contact(found[0], ContactSource.BIOGRAPHY) if found else None
