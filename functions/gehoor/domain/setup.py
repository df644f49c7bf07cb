"""What was set up in the helpdesk for gehoor to use."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class HelpdeskSetup:
    """Ids of the ticket fields to fill, by their key, and of the form tickets are opened with.

    `user_fields` are the keys of the user fields that customers have.
    """

    ticket_fields: Mapping[str, int] = field(default_factory=dict)
    ticket_form_id: int | None = None
    user_fields: frozenset[str] = frozenset()
