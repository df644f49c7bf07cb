"""Incidents and brands' counts in memory."""

from collections.abc import Sequence
from dataclasses import replace

from gehoor.domain.incident import Incident, Joined
from gehoor.domain.storm import BrandWatch


class FakeBrandWatches:
    """Fits `ports.BrandWatches`."""

    def __init__(self) -> None:
        self.watches: dict[str, BrandWatch] = {}

    def get(self, brand: str) -> BrandWatch | None:
        return self.watches.get(brand)

    def put(self, brand: str, watch: BrandWatch) -> None:
        self.watches[brand] = watch


class FakeIncidents:
    """Fits `ports.IncidentStore`."""

    def __init__(self) -> None:
        self.incidents: dict[str, Incident] = {}
        self.parts: dict[str, dict[str, Joined]] = {}

    def get(self, incident_id: str) -> Incident | None:
        return self.incidents.get(incident_id)

    def newest(self, limit: int) -> Sequence[Incident]:
        return [self.incidents[name] for name in sorted(self.incidents, reverse=True)[:limit]]

    def put(self, incident: Incident) -> bool:
        stored = self.incidents.get(incident.incident_id)
        if (stored.revision if stored else 0) != incident.revision:
            return False
        self.incidents[incident.incident_id] = replace(incident, revision=incident.revision + 1)
        return True

    def join(self, incident_id: str, joined: Joined) -> None:
        self.parts.setdefault(incident_id, {})[joined.name] = joined

    def joined(self, incident_id: str) -> Sequence[Joined]:
        parts = self.parts.get(incident_id, {})
        return [parts[name] for name in sorted(parts)]
