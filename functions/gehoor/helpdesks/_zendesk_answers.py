"""What Zendesk answers, as far as gehoor reads it."""

from collections.abc import Mapping
from datetime import datetime
from itertools import chain
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from gehoor.domain.priority import Priority
from gehoor.domain.ticket import Agent, Ticket
from gehoor.errors import ContractBroken, UnknownOutcome
from gehoor.helpdesks._zendesk_merges import MERGED
from gehoor.http import Response

MARKER = "gehoor_marker"
"""The key of a comment's marker in its metadata."""

STAFF = frozenset({"agent", "admin"})

T = TypeVar("T")


Id = Annotated[str, BeforeValidator(str)]


def _id_or_none(value: object) -> str | None:
    return None if value is None else str(value)


OptionalId = Annotated[str | None, BeforeValidator(_id_or_none)]


class _Answer(BaseModel):
    """A part of an answer, built when it is first read: a message reads few of all these.

    Building is for one thread at a time; only one ever speaks with the helpdesk.
    """

    model_config = ConfigDict(defer_build=True)


class UserAnswer(_Answer):
    """A user."""

    id: Id
    external_id: str | None = None
    created_at: datetime | None = None
    role: str = "end-user"
    active: bool = True
    suspended: bool = False
    phone: str | None = None
    user_fields: dict[str, Any] = {}


class IdentityAnswer(_Answer):
    """One thing a user is known by; Zendesk compares it without regard to case."""

    id: Id
    type: str
    value: str

    @property
    def name(self) -> tuple[str, str]:
        """What tells it from others."""
        return self.type, self.value.lower()


class MeAnswer(_Answer):
    """Who a credential belongs to: nobody when it is wrong."""

    id: int | None = None
    name: str = ""
    role: str = ""
    only_private_comments: bool = False
    ticket_restriction: str | None = None

    def is_nobody(self) -> bool:
        """Whether this is Zendesk's answer to a credential it does not know."""
        return self.id is None or self.name == "Anonymous user"


class ViaAnswer(_Answer):
    """How something came in."""

    channel: Id = ""


class RatingAnswer(_Answer):
    """How a customer rated a ticket: `good`, `bad`, or that they were or were not asked."""

    score: str | None = None


class FieldAnswer(_Answer):
    """A custom field of a ticket: a text, or what gehoor has no use for."""

    id: int
    value: Any = None


class TicketAnswer(_Answer):
    """A ticket."""

    id: Id
    external_id: str | None = None
    status: str = "new"
    requester_id: Id = ""
    priority: Priority | None = None
    updated_stamp: str = Field("", validation_alias="updated_at")
    subject: str | None = ""
    created_at: datetime
    tags: list[str] = []
    via: ViaAnswer | None = None
    assignee_id: OptionalId = None
    group_id: OptionalId = None
    satisfaction_rating: RatingAnswer | None = None
    custom_fields: list[FieldAnswer] = []

    @property
    def changed_at(self) -> datetime:
        """When it last changed."""
        stamp = self.updated_stamp
        return datetime.fromisoformat(stamp) if stamp else self.created_at

    def as_ticket(self, ticket_fields: Mapping[str, int], agent: Agent | None = None) -> Ticket:
        """The ticket in gehoor's words, with those of its fields that have a key, and its agent."""
        told = {field.id: field.value for field in self.custom_fields}
        values = ((key, told.get(field_id)) for key, field_id in ticket_fields.items())
        return Ticket(
            ticket_id=self.id,
            external_id=self.external_id,
            status=self.status,
            requester_id=self.requester_id,
            tags=frozenset(self.tags),
            merged=self.status == "closed" and MERGED in self.tags,
            updated_at=self.changed_at,
            fields=tuple((key, said) for key, said in values if isinstance(said, str) and said),
            agent=agent,
        )


class GroupAnswer(_Answer):
    """A group of agents."""

    id: int
    name: str
    deleted: bool = False


class MetadataAnswer(_Answer):
    """What a program sent along with a comment."""

    custom: dict[str, Any] = Field(default_factory=dict)


class CommentAnswer(_Answer):
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

    @property
    def markers(self) -> list[str]:
        """The markers of all that it says."""
        return self.marker.split()


class UploadAnswer(_Answer):
    """A file that waits for its comment, for three days."""

    token: str


def _items(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


class JobAnswer(_Answer):
    """A job and, once it is over, what came of each item.

    A job about one thing, such as a deletion for good, tells no list (recorded).
    """

    id: str
    status: str
    job_type: str | None = None
    results: Annotated[list[dict[str, Any]], BeforeValidator(_items)] = []


class ChildEventAnswer(_Answer):
    """One change in the export of ticket events; a comment's id is the event's."""

    id: Id
    event_type: str = ""
    author_id: Id = ""
    public: bool = False
    comment_public: bool = False


class TicketEventAnswer(_Answer):
    """What one update changed in a ticket, in the export of ticket events."""

    ticket_id: Id
    child_events: list[ChildEventAnswer] = []


class TicketEventsAnswer(_Answer):
    """A page of the export of ticket events; `end_time` is in epoch seconds."""

    ticket_events: list[TicketEventAnswer]
    end_time: int | None = None
    end_of_stream: bool | None = None


class EventAnswer(_Answer):
    """One change in an audit; `value` is what the field `field_name` became."""

    id: Id
    type: str
    field_name: str = ""
    value: Any = None


class AuditAnswer(_Answer):
    """What an update changed."""

    events: list[EventAnswer]


class DatedAuditAnswer(AuditAnswer):
    """An update in the list of a ticket's updates."""

    id: int
    created_at: datetime

    @property
    def tags(self) -> frozenset[str] | None:
        """The tags the ticket had in the course of it, None when it did not change them.

        Triggers change tags again in the update that set them off, so there may be several values.
        """
        values = [event.value for event in self.events if event.field_name == "tags"]
        listed = [value.split() if isinstance(value, str) else value or () for value in values]
        return frozenset(chain.from_iterable(listed)) if values else None

    def wrote(self, comment_id: str) -> bool:
        """Whether this update wrote the comment."""
        return any(event.id == comment_id for event in self.events if event.type == "Comment")


_ADAPTERS: dict[Any, TypeAdapter[Any]] = {}
"""Kept, for making one takes longer than most answers take to read."""


def _adapter(kind: type[T]) -> TypeAdapter[T]:
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]


def read(kind: type[T], response: Response, name: str) -> T:
    """The part `name` of an answer; ContractBroken when it is not there or not as documented."""
    body = response.json()
    try:
        found = _adapter(kind).validate_python(body[name])
    except (ValidationError, KeyError, TypeError):
        # The cause would quote the answer, so it is left out.
        message = f"Zendesk's answer has no usable `{name}`"
        raise ContractBroken(message) from None
    return found


def users_with(response: Response) -> list[UserAnswer]:
    """The users that came along with what was asked for: none where Zendesk sends none."""
    body = response.json()
    return read(list[UserAnswer], response, "users") if "users" in body else []


def read_page(kind: type[T], response: Response) -> T:
    """An answer that is one thing as a whole; ContractBroken when it is not as documented."""
    try:
        found = _adapter(kind).validate_python(response.json())
    except ValidationError:
        message = f"Zendesk's answer is no usable {kind.__name__}"
        raise ContractBroken(message) from None
    return found


def read_change(kind: type[T], response: Response, name: str) -> T:
    """What a write made. An answer that says nothing of it leaves open whether it was done."""
    try:
        return read(kind, response, name)
    except ContractBroken as error:
        message = f"{error}: it may have been written all the same"
        raise UnknownOutcome(message) from error
