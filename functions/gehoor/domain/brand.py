"""Who the company is: its brands, the languages it serves, its own accounts."""

from gehoor.domain.frozen import frozen
from gehoor.domain.mention import Author


@frozen
class Brand:
    """One brand. `handles` are its own accounts as (network, handle without the leading @)."""

    brand_id: str
    languages: tuple[str, ...]
    handles: frozenset[tuple[str, str]]

    def wrote(self, author: Author) -> bool:
        """Whether the brand itself wrote it: own posts never become tickets."""
        return (author.network, author.handle.lstrip("@").lower()) in self.handles
