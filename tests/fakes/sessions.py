"""Sign-ins that renew themselves, in memory."""

from datetime import datetime

from gehoor.ports.limits import Lease


class FakeSessions:
    """Fits `ports.Sessions`; `history` holds everything that was ever stored."""

    def __init__(self) -> None:
        self.history: dict[str, list[str]] = {}
        self.leases: dict[str, tuple[str, datetime]] = {}
        self.refused: dict[str, frozenset[str]] = {}

    def get(self, name: str) -> str | None:
        stored = self.history.get(name)
        return stored[-1] if stored else None

    def prepare(self, name: str) -> None:
        return

    def put(self, name: str, session: str) -> None:
        self.history.setdefault(name, []).append(session)

    def lease(self, name: str, owner: str, now: datetime, until: datetime) -> Lease:
        refused = self.refused.get(name, frozenset())
        holder, held_until = self.leases.get(name, (owner, now))
        if holder != owner and held_until > now:
            return Lease(held_until, refused)
        self.leases[name] = (owner, until)
        return Lease(None, refused)

    def refuse(self, name: str, grant: str) -> None:
        self.refused[name] = self.refused.get(name, frozenset()) | {grant}

    def release(self, name: str, owner: str) -> None:
        if name in self.leases and self.leases[name][0] == owner:
            del self.leases[name]
