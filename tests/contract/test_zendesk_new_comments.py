"""Zendesk's export of ticket events, in the shape of its reference, read from a small server."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from factories import NOW
from fakes.wiring import wiring
from gehoor.domain.ticket import CommentsPage, WrittenComment
from gehoor.errors import AuthExpired, ContractBroken, NotAllowed, RateLimited
from gehoor.helpdesks.zendesk import Settings, ZendeskHelpdesk, connect
from gehoor.http import Http
from loopback import Answer, Asked, Served, serving

END = int((NOW + timedelta(minutes=1)).timestamp())


def zendesk(url: str) -> ZendeskHelpdesk:
    settings = Settings.model_validate(
        {"kind": "zendesk", "base_url": url, "secret": "/gehoor/zendesk"}
    )
    http = Http(lambda: datetime.now(UTC), frozenset({"127.0.0.1"}), timeout=(2, 5))
    return connect(settings, wiring("token", http))


def ticket_event(ticket_id: int, *children: dict[str, Any]) -> dict[str, Any]:
    """One update of a ticket."""
    return {
        "id": ticket_id * 1_000,
        "ticket_id": ticket_id,
        "timestamp": END,
        "updater_id": 5,
        "via": "Web form",
        "system": {"client": "browser", "location": "Utrecht"},
        "event_type": "Audit",
        "child_events": list(children),
    }


def comment(comment_id: int, **changes: Any) -> dict[str, Any]:
    """A public comment as `include=comment_events` brings it along."""
    return {
        "id": comment_id,
        "type": "Comment",
        "event_type": "Comment",
        "author_id": 5,
        "body": "We are on it",
        "html_body": "<p>We are on it</p>",
        "public": True,
        "attachments": [],
        "audit_id": 1,
        "via": "Web form",
        **changes,
    }


STATUS = {"id": 12, "event_type": "Change", "status": "solved", "previous_value": "open"}
NOTIFIED = {"id": 13, "event_type": "Notification", "via": "Rule", "recipients": [7]}


def read(page: dict[str, Any], status: int = 200) -> tuple[CommentsPage, Served]:
    def answer(_: Asked) -> Answer:
        return Answer(json.dumps(page).encode(), status, {"Content-Type": "application/json"})

    with serving(answer) as served:
        return zendesk(served.url).comments_since(NOW), served


def page(*events: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "ticket_events": list(events),
        "count": len(events),
        "end_time": END,
        "end_of_stream": True,
        "next_page": None,
        **changes,
    }


def test_public_comments_are_told_by_their_ids() -> None:
    # Given an update with a comment among other changes, one with a note, and one with neither
    found, served = read(
        page(
            ticket_event(35, STATUS, comment(11), NOTIFIED),
            ticket_event(36, comment(21, public=False)),
            ticket_event(37, STATUS),
            ticket_event(38),
        )
    )
    # Then the public one is there, and where to read on
    assert found == CommentsPage(
        (WrittenComment("35", "11", "5"),), datetime.fromtimestamp(END, UTC), more=False
    )
    # And what was asked for is what the reference names
    [asked] = served.asked
    assert (asked.method, asked.path) == ("GET", "/api/v2/incremental/ticket_events")
    assert asked.one("start_time") == str(int(NOW.timestamp()))
    assert asked.one("include") == "comment_events"


def test_a_comment_whose_words_are_left_out_is_told_too() -> None:
    bare = {"id": 11, "event_type": "Comment", "comment_present": True, "comment_public": True}
    found, _ = read(page(ticket_event(35, bare)))
    assert found.comments == (WrittenComment("35", "11", ""),)


@pytest.mark.parametrize(
    ("changes", "more"),
    [({"end_of_stream": False}, True), ({"end_of_stream": True}, False)],
)
def test_a_page_says_whether_there_is_more(changes: dict[str, Any], more: bool) -> None:
    assert read(page(ticket_event(35, comment(11)), **changes))[0].more is more


@pytest.mark.parametrize(("number", "more"), [(999, False), (1_000, True)])
def test_a_page_that_does_not_say_has_more_when_it_is_full(number: int, more: bool) -> None:
    full = page(*(ticket_event(n + 1) for n in range(number)))
    del full["end_of_stream"]
    assert read(full)[0].more is more


def test_a_list_without_anything_new_ends_where_it_began() -> None:
    found, _ = read(page(end_time=None))
    assert found == CommentsPage((), NOW)


@pytest.mark.parametrize(
    ("status", "error"), [(401, AuthExpired), (403, NotAllowed), (429, RateLimited)]
)
def test_a_refusal_says_what_to_do(status: int, error: type[Exception]) -> None:
    with pytest.raises(error):
        read({"error": "Forbidden"}, status)


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"ticket_events": None},
        page({"id": 1}),
        page(ticket_event(35, {"event_type": "Comment", "body": "Anna"})),
    ],
)
def test_another_shape_breaks_the_contract_and_is_not_quoted(broken: dict[str, Any]) -> None:
    with pytest.raises(ContractBroken) as failure:
        read(broken)
    assert "Anna" not in str(failure.value)
    assert failure.value.__cause__ is None


def test_a_user_who_was_removed_is_no_customer() -> None:
    # Given a user that Zendesk still shows
    def answer(_: Asked) -> Answer:
        user = {"user": {"id": 7, "role": "end-user", "active": False}}
        return Answer(json.dumps(user).encode(), headers={"Content-Type": "application/json"})

    with serving(answer) as served:
        assert not zendesk(served.url).is_customer("7")
