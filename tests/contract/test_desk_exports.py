"""The incremental export of ticket events, on a clock that the test moves."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
import requests

from desk_server import TIMEOUT, TOKENS, Desk, running_desk
from fakes.clock import FakeClock

START = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
BEGIN = int(START.timestamp())
AGENT_TOKEN = "token-of-an-agent"
AGENT = {"name": "Sam", "email": "sam@desk.example", "role": "agent"}


@dataclass(frozen=True)
class Exported:
    """A Desk, its clock, and what it exports."""

    desk: Desk
    clock: FakeClock

    def call(self, start_time: int | str = BEGIN, **more: Any) -> requests.Response:
        """One request of the export."""
        params = {"start_time": start_time, **more}
        return self.desk.call("GET", "/incremental/ticket_events.json", params=params)

    def get(self, start_time: int = BEGIN, **more: Any) -> dict[str, Any]:
        """One page of the export."""
        answer = self.call(start_time, **more)
        assert answer.ok, answer.text
        page: dict[str, Any] = answer.json()
        return page


@pytest.fixture
def export(tmp_path: Path) -> Iterator[Exported]:
    clock = FakeClock(START)
    tokens = {**TOKENS, AGENT_TOKEN: AGENT}
    with running_desk(tmp_path, clock=clock, tokens=tokens) as desk:
        yield Exported(desk, clock)


def children(page: dict[str, Any]) -> list[dict[str, Any]]:
    return [child for event in page["ticket_events"] for child in event["child_events"]]


def test_an_event_tells_what_an_update_changed(export: Exported) -> None:
    # Given
    fields = [{"id": 7, "value": "a"}, {"id": 8, "value": "b"}]
    ticket_id = export.desk.ticket(tags=["a", "b"], custom_fields=fields)["id"]
    export.clock.advance(seconds=10)
    change = {
        "status": "solved",
        "tags": ["b", "c"],
        "custom_fields": [{"id": 8, "value": "z"}],
    }
    audit = export.desk.put(f"/tickets/{ticket_id}", {"ticket": change})["audit"]
    export.clock.advance(minutes=2)
    # When
    page = export.get(BEGIN + 10)
    # Then
    (event,) = page["ticket_events"]
    told = {key: event[key] for key in ("id", "ticket_id", "updater_id", "event_type", "via")}
    assert told == {
        "id": audit["id"],
        "ticket_id": ticket_id,
        "updater_id": audit["author_id"],
        "event_type": "Audit",
        "via": "Web service",
    }
    assert (event["timestamp"], event["created_at"]) == (BEGIN + 10, "2026-11-22T10:00:10Z")
    by_name = {
        name: child
        for child in event["child_events"]
        for name in ("status", "tags", "custom_ticket_fields")
        if name in child
    }
    assert (by_name["status"]["status"], by_name["status"]["previous_value"]) == ("solved", "new")
    assert (by_name["tags"]["added_tags"], by_name["tags"]["removed_tags"]) == (["c"], ["a"])
    custom = by_name["custom_ticket_fields"]
    assert (custom["custom_ticket_fields"], custom["previous_value"]) == ({"8": "z"}, "b")
    assert {child["event_type"] for child in event["child_events"]} == {"Change"}


def test_comments_come_whole_only_when_asked_for(export: Exported) -> None:
    # Given
    ticket_id = export.desk.ticket("It broke")["id"]
    comment = export.desk.get(f"/tickets/{ticket_id}/comments")["comments"][0]
    export.clock.advance(minutes=2)
    # When
    short = children(export.get())[0]
    whole = children(export.get(include="comment_events"))[0]
    # Then
    assert (short["comment_present"], short["comment_public"]) == (True, True)
    assert short["event_type"] == whole["event_type"] == "Comment"
    assert "body" not in short
    assert whole == {
        **{key: value for key, value in comment.items() if key != "metadata"},
        "via_reference_id": None,
        "event_type": "Comment",
    }


def test_a_comment_is_told_as_private_once_it_was_hidden(export: Exported) -> None:
    # Given
    ticket_id = export.desk.ticket()["id"]
    comment_id = export.desk.get(f"/tickets/{ticket_id}/comments")["comments"][0]["id"]
    export.desk.put(f"/tickets/{ticket_id}/comments/{comment_id}/make_private", {})
    export.clock.advance(minutes=2)
    # When
    told = children(export.get(include="comment_events"))
    # Then
    assert (told[0]["id"], told[0]["public"]) == (comment_id, False)
    assert (told[-1]["event_type"], told[-1]["comment_id"]) == ("CommentPrivacyChange", comment_id)


def test_the_last_minute_is_left_out(export: Exported) -> None:
    # Given
    export.desk.ticket()
    # When
    export.clock.advance(seconds=59)
    before = export.get(BEGIN - 10)
    export.clock.advance(seconds=1)
    after = export.get(BEGIN - 10)
    # Then
    assert (before["ticket_events"], before["count"], before["end_of_stream"]) == ([], 0, True)
    assert (before["end_time"], before["next_page"]) == (BEGIN - 10, None)
    assert (after["count"], after["end_time"], after["end_of_stream"]) == (1, BEGIN + 1, True)


@pytest.mark.parametrize("start_time", ["", "x", "-1", "1.5", str(BEGIN + 1), "9" * 30])
def test_a_start_that_is_no_time_or_too_young_is_refused(export: Exported, start_time: str) -> None:
    # Given
    export.clock.advance(minutes=1)
    # When
    refused = export.call(start_time)
    # Then
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert refused.json()["error"] == "InvalidValue"
    assert export.call(BEGIN).status_code == HTTPStatus.OK


def test_pages_end_between_seconds_and_lead_to_the_end(export: Exported) -> None:
    # Given: three tickets in each of four seconds
    made = []
    for _ in range(4):
        made += [export.desk.ticket()["id"] for _ in range(3)]
        export.clock.advance(seconds=1)
    export.clock.advance(minutes=1)
    # When
    page = export.get(per_page=2)
    pages = [page]
    while not page["end_of_stream"]:
        page = export.desk.session.get(page["next_page"], timeout=TIMEOUT).json()
        pages.append(page)
    # Then
    assert [one["count"] for one in pages] == [3, 3, 3, 3]
    assert [one["end_time"] for one in pages] == [BEGIN + n for n in (1, 2, 3, 4)]
    seen = [event["ticket_id"] for one in pages for event in one["ticket_events"]]
    assert seen == made


def test_a_deletion_shows_in_the_stream(export: Exported) -> None:
    # Given
    ticket_id = export.desk.ticket()["id"]
    export.desk.call("DELETE", f"/tickets/{ticket_id}")
    export.clock.advance(minutes=2)
    # When
    last = children(export.get())[-1]
    # Then
    assert (last["status"], last["previous_value"]) == ("deleted", "new")


def test_ten_exports_a_minute_and_no_more(export: Exported) -> None:
    # When
    answers = [export.call(BEGIN - 100) for _ in range(11)]
    export.clock.advance(minutes=1)
    later = export.call(BEGIN - 100)
    # Then
    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert answers[-1].headers["Retry-After"] == "60"
    assert "incremental export API requests" in answers[-1].json()["description"]
    assert later.status_code == HTTPStatus.OK


def test_only_an_admin_may_export(export: Exported) -> None:
    # When
    answer = export.desk.call(
        "GET",
        f"/incremental/ticket_events?start_time={BEGIN - 100}",
        headers={"Authorization": f"Bearer {AGENT_TOKEN}"},
    )
    # Then
    assert (answer.status_code, answer.json()["error"]) == (HTTPStatus.FORBIDDEN, "Forbidden")
