"""What is sent to Zendesk for a ticket and for a comment."""

from collections.abc import Iterator
from typing import Any

from gehoor.domain.correction import judged_tag
from gehoor.domain.setup import HelpdeskSetup
from gehoor.domain.ticket import CommentDraft, TicketDraft
from gehoor.helpdesks._zendesk_answers import MARKER
from gehoor.helpdesks._zendesk_routes import NOT_ROUTED, Groups


def ticket_body(
    draft: TicketDraft, setup: HelpdeskSetup, groups: Groups
) -> tuple[dict[str, Any], str]:
    """A new ticket, and why group and agent are left out of it, "" where they are not.

    Of its fields those that the account has. A choice is written as its tag, which the ticket has
    too: Zendesk keeps a field and the tags of its options equal (help article 4408881943194). One
    that the account's field does not offer is left to the tag alone.
    """
    route, not_routed = groups.route_of(draft)
    ticket: dict[str, Any] = {
        "external_id": draft.external_id,
        "subject": draft.subject,
        "requester_id": int(draft.requester_id),
        "priority": draft.priority.value,
        "tags": [*draft.tags, *([NOT_ROUTED] if not_routed else [])],
        "custom_fields": list(_custom_fields(draft, setup)),
        **comment_body(draft.first),
        **route,
    }
    if setup.ticket_form_id is not None:
        ticket["ticket_form_id"] = setup.ticket_form_id
    if draft.follows is not None:
        ticket["via_followup_source_id"] = int(draft.follows)
    return ticket, not_routed


def _custom_fields(draft: TicketDraft, setup: HelpdeskSetup) -> Iterator[dict[str, Any]]:
    for name, word in draft.fields:
        if name not in setup.ticket_fields:
            continue
        choices = setup.choices.get(name)
        value = word if choices is None else judged_tag(name, word)
        if choices is None or value in choices:
            yield {"id": setup.ticket_fields[name], "value": value}


def comment_body(draft: CommentDraft) -> dict[str, Any]:
    """A comment, with its marker as metadata."""
    comment: dict[str, Any] = {"html_body": draft.html, "public": draft.public}
    if draft.author_id is not None:
        comment["author_id"] = int(draft.author_id)
    if draft.uploads:
        comment["uploads"] = list(draft.uploads)
    return {"comment": comment, "metadata": {MARKER: draft.marker}}
