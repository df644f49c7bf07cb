"""The store of incidents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gehoor.domain.incident import Incident, Joined


class IncidentStore(Protocol):
    """Incidents, and which mentions belong to each."""

    def get(self, incident_id: str) -> Incident | None:
        """The incident, None when there is none of this id."""

    def newest(self, limit: int) -> Sequence[Incident]:
        """Incidents, those that were opened last first; closed ones too."""

    def put(self, incident: Incident) -> bool:
        """Store `incident` as its next revision; False when another worker stored that one."""

    def join(self, incident_id: str, joined: Joined) -> None:
        """Store which mentions were found to belong to it together, in place of what was there."""

    def joined(self, incident_id: str) -> Sequence[Joined]:
        """All that belong to it, in the order they were found."""
