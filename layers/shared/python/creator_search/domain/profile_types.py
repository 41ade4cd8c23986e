"""How much is stored of a creator."""

from enum import StrEnum


class ProfileType(StrEnum):
    """A primary profile is complete; a secondary one has metadata and the first page of posts."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
