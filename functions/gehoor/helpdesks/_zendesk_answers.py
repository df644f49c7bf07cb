"""What Zendesk answers, as far as gehoor reads it."""

import re
from datetime import datetime
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, Field, TypeAdapter, ValidationError

from gehoor.domain.ticket import Ticket
from gehoor.errors import ContractBroken, UnknownOutcome
from gehoor.helpdesks._zendesk_merges import MERGED
from gehoor.http import Response

MARKER = "gehoor_marker"
"""The key of a comment's marker in its metadata."""

T = TypeVar("T")
_CODE = re.compile(r"[A-Za-z][\w.]{0,60}( \w{1,60})?")


Id = Annotated[str, BeforeValidator(str)]


class UserAnswer(BaseModel):
    """A user."""

    id: Id
    created_at: datetime | None = None
    role: str = "end-user"
    active: bool = True


class MeAnswer(BaseModel):
    """Who a credential belongs to: nobody when it is wrong."""

    id: int | None


class TicketAnswer(BaseModel):
    """A ticket."""

    id: Id
    external_id: str | None = None
    status: str = "new"
    requester_id: Id = ""
    subject: str | None = ""
    created_at: datetime
    updated_at: datetime | None = None
    tags: list[str] = []

    def as_ticket(self) -> Ticket:
        """The ticket in gehoor's words."""
        return Ticket(
            ticket_id=self.id,
            external_id=self.external_id,
            status=self.status,
            requester_id=self.requester_id,
            merged=self.status == "closed" and MERGED in self.tags,
            updated_at=self.updated_at or self.created_at,
        )


class MetadataAnswer(BaseModel):
    """What a program sent along with a comment."""

    custom: dict[str, Any] = Field(default_factory=dict)


class CommentAnswer(BaseModel):
    """A comment."""

    id: Id
    author_id: Id
    public: bool
    plain_body: str = ""
    created_at: datetime
    metadata: MetadataAnswer = Field(default_factory=MetadataAnswer)
    attachments: list[Any] = []

    @property
    def marker(self) -> str:
        """The marker it came with, "" when it has none."""
        return str(self.metadata.custom.get(MARKER, ""))


class ChildEventAnswer(BaseModel):
    """One change in the export of ticket events; a comment's id is the event's."""

    id: Id
    event_type: str = ""
    author_id: Id = ""
    public: bool = False
    comment_public: bool = False


class TicketEventAnswer(BaseModel):
    """What one update changed in a ticket, in the export of ticket events."""

    ticket_id: Id
    child_events: list[ChildEventAnswer] = []


class TicketEventsAnswer(BaseModel):
    """A page of the export of ticket events; `end_time` is in epoch seconds."""

    ticket_events: list[TicketEventAnswer]
    end_time: int | None = None
    end_of_stream: bool | None = None


class EventAnswer(BaseModel):
    """One change in an audit."""

    id: Id
    type: str


class AuditAnswer(BaseModel):
    """What an update changed."""

    events: list[EventAnswer]


def reasons(response: Response) -> str:
    """Zendesk's reasons as fields and error codes: its descriptions quote what was sent."""
    try:
        answer = response.json()
        details = answer.get("details") or {}
        found = [
            f"{name} {fault.get('error', '')}".strip()
            for name, faults in details.items()
            for fault in faults
        ]
        named = found or [str(answer.get("error", ""))]
    except (ContractBroken, AttributeError, TypeError):
        named = []
    return ", ".join(filter(_CODE.fullmatch, named)) or "no reason given"


def read(kind: type[T], response: Response, name: str) -> T:
    """The part `name` of an answer; ContractBroken when it is not there or not as documented."""
    body = response.json()
    try:
        return TypeAdapter(kind).validate_python(body[name])
    except (ValidationError, KeyError, TypeError):
        # The cause would quote the answer, so it is left out.
        message = f"Zendesk's answer has no usable `{name}`"
        raise ContractBroken(message) from None


def read_page(kind: type[T], response: Response) -> T:
    """An answer that is one thing as a whole; ContractBroken when it is not as documented."""
    try:
        return TypeAdapter(kind).validate_python(response.json())
    except ValidationError:
        message = f"Zendesk's answer is no usable {kind.__name__}"
        raise ContractBroken(message) from None


def read_change(kind: type[T], response: Response, name: str) -> T:
    """What a write made. An answer that says nothing of it leaves open whether it was done."""
    try:
        return read(kind, response, name)
    except ContractBroken as error:
        message = f"{error}: it may have been written all the same"
        raise UnknownOutcome(message) from error
