"""The store of what each brand's storms are judged by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from gehoor.domain.storm import BrandWatch


class BrandWatches(Protocol):
    """The hourly counts of those who complain, by brand."""

    def get(self, brand: str) -> BrandWatch | None:
        """The brand's counts, None when nobody was heard yet."""

    def put(self, brand: str, watch: BrandWatch) -> None:
        """Store the counts: one small write."""
