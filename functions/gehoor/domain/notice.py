"""What somebody outside the helpdesk is told of a case: ids and a link, no word of anybody's."""

from datetime import UTC, datetime
from enum import StrEnum

from gehoor.domain.case import external_id_of
from gehoor.domain.frozen import frozen
from gehoor.domain.mention import digest


class Subject(StrEnum):
    """What a notice is about."""

    ANSWER_SOON = "first_answer.soon"
    ANSWER_OVERDUE = "first_answer.overdue"
    PROMISE_DUE = "promise.due"


WORDS = {
    Subject.ANSWER_SOON: "first answer due soon",
    Subject.ANSWER_OVERDUE: "first answer overdue",
    Subject.PROMISE_DUE: "promise due soon",
}


@frozen
class Notice:
    """That something of a case is due; `link` leads to its ticket, "" where nobody knows how."""

    subject: Subject
    case_id: str
    ticket_id: str
    due_at: datetime
    link: str = ""

    @property
    def notice_id(self) -> str:
        """The same for a repeat, so that a receiver can drop it."""
        return digest(self.subject, self.case_id, self.due_at.astimezone(UTC).isoformat())

    @property
    def about(self) -> str:
        """The case, as a ticket names it."""
        return external_id_of(self.case_id)

    @property
    def title(self) -> str:
        """The notice in a line."""
        return f"Ticket {self.ticket_id}: {WORDS[self.subject]}"

    @property
    def data(self) -> dict[str, str]:
        """The notice as a program reads it."""
        known = {
            "case_id": self.case_id,
            "ticket_id": self.ticket_id,
            "due_at": f"{self.due_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "link": self.link,
        }
        return {name: value for name, value in known.items() if value}
