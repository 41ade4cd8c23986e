"""What the sets of similar profiles hold of a creator who is erased: an entry and an image in the sets of others, and
the members of the creator's own set."""

from collections.abc import Sequence

from creator_search.domain.errors import StoreUnavailable
from creator_search.domain.images import similar_image_key, similar_of_key, similar_prefix
from creator_search.services.ports import Cdn, ImageStore, SimilarStore

_ATTEMPTS = 5


class SimilarListings:
    def __init__(self, similar: SimilarStore, images: ImageStore, cdn: Cdn) -> None:
        self._similar = similar
        self._images = images
        self._cdn = cdn

    def leave(self, username: str, primaries: Sequence[str], *, forget: bool) -> int:
        """Take a creator out of the sets of others, with the images; return the number of sets that had the creator.

        With `forget`, the memberships are deleted too. Before all fetches that may still store the creator have ended,
        they must stay, or the sets of those would not be found.
        """
        left, changed = primaries, 0
        for _ in range(_ATTEMPTS):
            written, left = self._leave(username, left)
            changed += written
            if not left:
                break
        else:
            raise StoreUnavailable()
        if forget:
            self._similar.forget_memberships((username, primary) for primary in primaries)
        return changed

    def _leave(self, username: str, primaries: Sequence[str]) -> tuple[int, Sequence[str]]:
        """Return the number of sets that were changed, and the sets that another process has replaced meanwhile."""
        rows = self._similar.load_sets(primaries)
        naming = {
            primary: (row.cached, row.generation)
            for primary, row in rows.items()
            if row.cached and username in row.cached.members
        }
        # Also of the sets that the creator has left: the images stay longer.
        self._images.delete_keys([similar_image_key(primary, username) for primary in primaries])
        found = (cached.image_of(username) for cached, _ in naming.values())
        self._cdn.invalidate([image for image in found if image])
        left = [
            primary
            for primary, (cached, generation) in naming.items()
            if not self._similar.shrink_set(cached.without(username), generation)
        ]
        return len(naming) - len(left), left

    def forget_set(self, username: str) -> None:
        """Delete the memberships in the creator's own set, as far as the set or the stored images name the members;
        those of other members expire."""
        row = self._similar.load_sets([username]).get(username)
        members = set(row.cached.members) if row and row.cached else set()
        members |= set(map(similar_of_key, self._images.list_keys(similar_prefix(username))))
        self._similar.forget_memberships((member, username) for member in sorted(members))
