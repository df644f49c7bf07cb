"""An incident: many people complain about one thing, which becomes one problem ticket."""

from dataclasses import replace
from datetime import datetime

from gehoor.domain.case import EXTERNAL_ID_PREFIX, INCIDENT
from gehoor.domain.frozen import frozen
from gehoor.domain.mention import digest

BROADCAST = "broadcast"
"""The tag of a problem ticket with whose public comment an agent asks for a preview."""

BROADCAST_GO = "broadcast_go"
"""The tag that sends what was previewed."""

NO_BROADCAST = "gehoor_no_broadcast"
"""The tag of a ticket whose customer gets no broadcast."""


@frozen
class Broadcast:
    """A comment on the problem ticket that answers everybody who waits.

    It was shown to the agent first, as a text of which `shown` is the digest, goes out from
    `begun_at` on, and is over at `ended_at`. `moved_at` is when somebody last worked at it, or is
    to come back.
    """

    comment_id: str
    shown: str
    moved_at: datetime
    begun_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def is_under_way(self) -> bool:
        """Whether somebody may still get it."""
        return self.begun_at is not None and self.ended_at is None


@frozen
class Incident:
    """A storm about one thing. `seeds` are mentions that tell what it is about, by their ids.

    Without seeds nothing tells who belongs to it: many complain, about different things. `count`
    is how many did in the hour that raised the alarm, or in the last `hours` of it, and `normal`
    how many are usual then. `ticket_id` is "" before the problem ticket is open. `is_told` says
    that the communications contact knows. `revision` counts how often it was stored.
    """

    incident_id: str
    brand: str
    opened_at: datetime
    count: int
    normal: float
    phrases: tuple[str, ...] = ()
    seeds: tuple[str, ...] = ()
    ticket_id: str = ""
    is_told: bool = False
    broadcast: Broadcast | None = None
    latest_word: str = ""
    closed_at: datetime | None = None
    revision: int = 0
    hours: int = 1

    @property
    def period(self) -> str:
        """In what time `count` people complained, in words."""
        return "an hour" if self.hours == 1 else f"{self.hours} hours"

    @property
    def is_open(self) -> bool:
        """Whether later mentions may still belong to it."""
        return self.closed_at is None

    @property
    def subject(self) -> str:
        """What it is about, in a few words."""
        about = f"“{self.phrases[0]}”" if self.phrases else "different things"
        return f"{self.count} people in {self.period} complain about {about} ({self.brand})"

    def proposed(self, comment_id: str, text: str, now: datetime) -> "Incident":
        """The incident with a broadcast that waits for a word to go; one under way stays."""
        if self.broadcast is not None and self.broadcast.is_under_way:
            return self
        return replace(self, broadcast=Broadcast(comment_id, digest(text), now))

    def begun(self, now: datetime) -> "Incident":
        """The incident with its broadcast under way; nothing to do when it is, or is over."""
        if self.broadcast is None or self.broadcast.begun_at is not None:
            return self
        return replace(self, broadcast=replace(self.broadcast, begun_at=now, moved_at=now))

    def moved(self, at: datetime) -> "Incident":
        """The incident with its broadcast worked at."""
        if self.broadcast is None:
            return self
        return replace(self, broadcast=replace(self.broadcast, moved_at=at))

    def ended(self, now: datetime) -> "Incident":
        """The incident with its broadcast over: whoever comes later is offered it as a word."""
        if self.broadcast is None:
            return self
        over = replace(self.broadcast, ended_at=now, moved_at=now)
        return replace(self, broadcast=over, latest_word=over.comment_id)


@frozen
class Joined:
    """Mentions that were found to belong to an incident together, by their ids.

    `unlinked` are those whose tickets are not tied to the problem ticket yet.
    """

    name: str
    mention_ids: tuple[str, ...]
    unlinked: tuple[str, ...]


def external_id_of_incident(incident_id: str) -> str:
    """How a helpdesk's problem ticket names its incident."""
    return f"{EXTERNAL_ID_PREFIX}{INCIDENT}{incident_id}"


def incident_id_from(external_id: str | None) -> str | None:
    """The incident a ticket belongs to; None when it is no problem ticket of gehoor's."""
    prefix = f"{EXTERNAL_ID_PREFIX}{INCIDENT}"
    if external_id is None or not external_id.startswith(prefix):
        return None
    return external_id.removeprefix(prefix)


@frozen
class IncidentNotice:
    """What the people who speak for the company are told of an incident, in the form of a notice.

    `link` leads to its problem ticket, "" where there is none. Of what people wrote it has only the
    words that many of them share.
    """

    incident: Incident
    link: str

    @property
    def notice_id(self) -> str:
        """The same for a repeat, so that a receiver can drop it."""
        return digest(self.subject, self.incident.incident_id)

    @property
    def subject(self) -> str:
        """Its kind."""
        return "incident.opened"

    @property
    def about(self) -> str:
        """The incident, as its ticket names it."""
        return external_id_of_incident(self.incident.incident_id)

    @property
    def title(self) -> str:
        """The notice in a line."""
        incident = self.incident
        return f"{incident.count} people in {incident.period} complain about {incident.brand}"

    @property
    def data(self) -> dict[str, str]:
        """The notice as a program reads it."""
        incident = self.incident
        known = {
            "incident_id": incident.incident_id,
            "brand": incident.brand,
            "people": str(incident.count),
            "hours": str(incident.hours),
            "normal": f"{incident.normal:.1f}",
            "phrases": "; ".join(incident.phrases),
            "ticket_id": incident.ticket_id,
            "link": self.link,
        }
        return {name: value for name, value in known.items() if value}
