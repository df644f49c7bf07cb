"""What was set up in the helpdesk for gehoor to use."""

from collections.abc import Mapping
from dataclasses import field

from gehoor.domain.frozen import frozen


@frozen
class HelpdeskSetup:
    """Ids of the ticket fields to fill, by their key, and of the form tickets are opened with.

    `user_fields` are the keys of the user fields that customers have. `choices` are the values of
    the ticket fields that take no other ones, by key; a field that is not there is a text.
    """

    ticket_fields: Mapping[str, int] = field(default_factory=dict)
    ticket_form_id: int | None = None
    user_fields: frozenset[str] = frozenset()
    choices: Mapping[str, frozenset[str]] = field(default_factory=dict)
