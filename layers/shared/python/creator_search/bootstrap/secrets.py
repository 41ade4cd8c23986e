"""Keys that the service generates or is given: those of cursors, of commenters' hashes and of the CDN's requests."""

from typing import TYPE_CHECKING

from creator_search.bootstrap.clients import Clients
from creator_search.parts import Part

if TYPE_CHECKING:
    from pydantic import SecretStr


class Secrets(Clients):
    @Part
    def cursor_key(self) -> str:
        """The key for signing cursors. Raises RuntimeError if none is configured."""
        return _key("CURSOR", self.config.cursor_key, self.config.cursor_secret)

    @Part
    def commenter_key(self) -> str:
        """The key of the commenters' hashes. Raises RuntimeError if none is configured."""
        return _key("COMMENTER", self.config.commenter_key, self.config.commenter_secret)

    @Part
    def origin_key(self) -> str | None:
        """What CloudFront sends with a request; None if requests may come from elsewhere. Raises SecretUnavailable."""
        if self.config.origin_secret is None:
            return None
        from creator_search.adapters.aws.secrets import read_secret

        return read_secret(self.config.origin_secret)


def _key(name: str, given: "SecretStr | None", secret: str | None) -> str:
    """Return the given key, else the text of the secret."""
    if given:
        return given.get_secret_value()
    if not secret:
        raise RuntimeError(f"neither {name}_KEY nor {name}_SECRET is set")
    from creator_search.adapters.aws.secrets import read_secret

    return read_secret(secret)
