from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from desk_server import Desk, running_desk
from playground.desk import tickets, users
from playground.desk.inputs import CommentInput, TicketInput
from playground.desk.ticket_people import Act


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with running_desk(tmp_path_factory.mktemp("desk")) as desk:
        yield desk


@pytest.fixture
def desk(server: Desk) -> Desk:
    assert server.control("reset").ok
    return server


def comments(desk: Desk, ticket_id: int, **params: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = desk.get(f"/tickets/{ticket_id}/comments", params=params)[
        "comments"
    ]
    return found


def test_a_ticket_is_created_with_its_first_comment(desk: Desk) -> None:
    # Given
    anna = desk.customer("Anna")
    # When
    answer = desk.call(
        "POST",
        "/tickets.json",
        json={
            "ticket": {
                "subject": "Broken",
                "external_id": "mastodon:1",
                "requester_id": anna,
                "priority": "high",
                "tags": ["Webcare", "lang NL"],
                "custom_fields": [{"id": 7, "value": "https://social.example/1"}],
                "metadata": {"marker": "m1"},
                "comment": {
                    "html_body": "<p>It <b>broke</b></p><script>x()</script>",
                    "author_id": anna,
                },
            }
        },
    )
    # Then
    ticket, audit = answer.json()["ticket"], answer.json()["audit"]
    comment = comments(desk, ticket["id"])[0]
    assert answer.status_code == HTTPStatus.CREATED
    assert answer.headers["Location"] == ticket["url"]
    assert (ticket["status"], ticket["requester_id"], ticket["priority"]) == ("new", anna, "high")
    assert ticket["tags"] == ["webcare", "lang", "nl"]
    assert ticket["custom_fields"] == [{"id": 7, "value": "https://social.example/1"}]
    assert ticket["description"] == comment["plain_body"] == "It broke"
    assert comment["html_body"] == (
        '<div class="zd-comment" dir="auto"><p>It <b>broke</b></p></div>'
    )
    assert (comment["author_id"], comment["public"]) == (anna, True)
    assert comment["metadata"]["custom"] == {"marker": "m1"}
    assert comment["audit_id"] == audit["id"]
    assert audit["events"][0]["type"] == "Comment"


def test_the_submitter_speaks_first_unless_the_comment_names_an_author(desk: Desk) -> None:
    # Given
    anna, bram = desk.customer("Anna"), desk.customer("Bram")
    # When
    submitted = desk.ticket("x", requester_id=anna, submitter_id=bram)
    # Then
    assert comments(desk, submitted["id"])[0]["author_id"] == bram


@pytest.mark.parametrize(
    ("ticket", "field"),
    [
        ({"subject": "x"}, "comment"),
        ({"subject": "x", "comment": {}}, "comment"),
        ({"subject": "x", "comment": {"body": " \n "}}, "comment"),
        ({"subject": "x", "comment": {"html_body": "<p> </p><script>x</script>"}}, "comment"),
        ({"subject": "x", "comment": {"body": "a" * 65_536}}, "comment"),
        ({"subject": "x", "comment": {"body": "y", "public": "yes"}}, "comment"),
        ({"subject": 5, "comment": {"body": "y"}}, "subject"),
        ({"comment": {"body": "y"}, "priority": "bogus"}, "priority"),
        ({"comment": {"body": "y"}, "status": "done"}, "status"),
        ({"comment": {"body": "y"}, "type": "wish"}, "type"),
        ({"comment": {"body": "y"}, "tags": "a,b"}, "tags"),
        ({"comment": {"body": "y"}, "custom_fields": {"7": "x"}}, "custom_fields"),
        ({"comment": {"body": "y"}, "requester_id": "12"}, "requester_id"),
        ({"comment": {"body": "y"}, "requester_id": 12}, "requester_id"),
        ({"comment": {"body": "y"}, "assignee_id": 12}, "assignee_id"),
        ({"comment": {"body": "y", "author_id": 12}}, "author_id"),
        ({"comment": {"body": "y"}, "requester_id": 10**30}, "requester_id"),
        ({"comment": {"body": "y"}, "external_id": "e" * 256}, "external_id"),
        ({"comment": {"body": "y"}, "via_followup_source_id": 1}, "via_followup_source_id"),
    ],
)
def test_wrong_tickets_are_refused_and_leave_nothing(
    desk: Desk, ticket: dict[str, Any], field: str
) -> None:
    # When
    refused = desk.call("POST", "/tickets", json={"ticket": ticket})
    # Then
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert refused.json()["error"] == "RecordInvalid"
    assert refused.json()["description"] == "Record validation errors"
    assert {"error", "description"} <= set(refused.json()["details"][field][0])
    assert desk.get("/tickets")["count"] == 0


HALF_A_CHARACTER = rb'{"ticket": {"subject": "\ud800", "comment": {"body": "x"}}}'


@pytest.mark.parametrize("sent", [b"{", b"[]", b"", b"\xff", b'"x"', HALF_A_CHARACTER])
def test_a_body_that_is_no_json_object_is_a_bad_request(desk: Desk, sent: bytes) -> None:
    assert desk.call("POST", "/tickets", data=sent).status_code == HTTPStatus.BAD_REQUEST


def test_tickets_of_one_external_id_oldest_first(desk: Desk) -> None:
    # Given
    first = desk.ticket(external_id="mastodon:1")
    second = desk.ticket(external_id="mastodon:1")
    desk.ticket(external_id="mastodon:12")
    # When
    found = desk.get("/tickets", params={"external_id": "mastodon:1"})["tickets"]
    # Then
    assert [ticket["id"] for ticket in found] == [first["id"], second["id"]]


def test_an_update_adds_a_comment_fields_and_tags_in_one_audit(desk: Desk) -> None:
    # Given
    ticket = desk.ticket(tags=["a", "b"], custom_fields=[{"id": 1, "value": "x"}])
    # When
    answer = desk.put(
        f"/tickets/{ticket['id']}",
        {
            "ticket": {
                "comment": {"body": "for us", "public": False},
                "metadata": {"marker": "m2"},
                "tags": ["b", "C"],
                "custom_fields": [{"id": 2, "value": ["y"]}],
            }
        },
    )
    # Then
    assert answer["ticket"]["tags"] == ["b", "c"]
    assert answer["ticket"]["custom_fields"] == [{"id": 1, "value": "x"}, {"id": 2, "value": ["y"]}]
    assert answer["ticket"]["status"] == "new"
    changed = {event.get("field_name") for event in answer["audit"]["events"]}
    assert changed == {None, "tags", "custom_fields"}
    assert answer["audit"]["metadata"]["custom"] == {"marker": "m2"}
    newest = comments(desk, ticket["id"], sort="-created_at")[0]
    assert (newest["public"], newest["metadata"]["custom"]) == (False, {"marker": "m2"})


def test_an_agents_answer_opens_and_a_customers_word_reopens(desk: Desk) -> None:
    # Given
    anna = desk.customer("Anna")
    path = f"/tickets/{desk.ticket(requester_id=anna)['id']}"
    # When
    seen = [
        desk.put(path, {"ticket": change})["ticket"]["status"]
        for change in (
            {"comment": {"body": "note", "public": False}},
            {"comment": {"body": "answer"}},
            {"status": "solved"},
            {"comment": {"body": "still broken", "author_id": anna}},
        )
    ]
    with desk.place.store.transaction() as db:
        said = TicketInput(comment=CommentInput(body="still broken"))
        customer = Act(users.get(db, anna), desk.place.now())
        own, _ = tickets.update(db, customer, int(path.rpartition("/")[2]), said)
    # Then the customer's own word reopens, and not one that staff write in the customer's name
    assert seen == ["new", "open", "solved", "solved"]
    assert own["status"] == "open"


def test_solving_gives_the_ticket_to_who_solved_it(desk: Desk) -> None:
    # Given
    ticket = desk.ticket()
    # When
    solved = desk.put(f"/tickets/{ticket['id']}", {"ticket": {"status": "solved"}})["ticket"]
    # Then
    assert solved["assignee_id"] == desk.get("/users/me")["user"]["id"]


def test_a_closed_ticket_refuses_changes_and_takes_a_follow_up(desk: Desk) -> None:
    # Given
    ticket = desk.ticket(tags=["webcare"])
    path = f"/tickets/{ticket['id']}"
    desk.put(path, {"ticket": {"status": "closed"}})
    # When
    refused = desk.call("PUT", path, json={"ticket": {"comment": {"body": "more"}}})
    followup = desk.ticket("more", via_followup_source_id=ticket["id"])
    # Then
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert refused.json()["details"]["status"][0]["description"].endswith(
        "closed prevents ticket update"
    )
    assert len(comments(desk, ticket["id"])) == 1
    assert followup["tags"] == ["webcare"]
    assert desk.get(path)["ticket"]["followup_ids"] == [followup["id"]]


def test_a_safe_update_refuses_what_was_read_before_the_last_change(tmp_path: Path) -> None:
    # Given
    moment = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
    times = iter(moment + timedelta(seconds=n) for n in range(10_000))
    with running_desk(tmp_path, clock=lambda: next(times)) as desk:
        ticket = desk.ticket()
        path = f"/tickets/{ticket['id']}"
        safe = {"safe_update": True, "updated_stamp": ticket["updated_at"]}
        # When
        current = desk.call("PUT", path, json={"ticket": {"priority": "low", **safe}})
        stale = desk.call("PUT", path, json={"ticket": {"priority": "high", **safe}})
        stale_tags = desk.call("PUT", f"{path}/tags", json={"tags": ["x"], **safe})
        unstamped = desk.call("PUT", path, json={"ticket": {"safe_update": True}})
        # Then
        assert current.status_code == HTTPStatus.OK
        assert stale.status_code == stale_tags.status_code == HTTPStatus.CONFLICT
        assert stale.json()["error"] == "UpdateConflict"
        assert unstamped.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert desk.get(path)["ticket"]["priority"] == "low"


def test_audits_tell_what_changed(desk: Desk) -> None:
    # Given
    ticket = desk.ticket()
    desk.put(f"/tickets/{ticket['id']}", {"ticket": {"priority": "urgent"}})
    # When
    audits = desk.get(f"/tickets/{ticket['id']}/audits")["audits"]
    # Then
    assert [event["type"] for event in audits[0]["events"]][:2] == ["Comment", "Create"]
    change = audits[1]["events"][0]
    assert (change["field_name"], change["value"], change["previous_value"]) == (
        "priority",
        "urgent",
        None,
    )


def test_tags_are_set_added_and_taken_away(desk: Desk) -> None:
    # Given
    path = f"/tickets/{desk.ticket(tags=['a'])['id']}/tags"
    # When
    added = desk.put(path, {"tags": ["B", "a"]})
    taken = desk.call("DELETE", path, json={"tags": ["a"]}).json()
    put = desk.call("POST", path, json={"tags": ["x", "y"]})
    # Then
    assert (added, taken, put.json()) == (
        {"tags": ["a", "b"]},
        {"tags": ["b"]},
        {"tags": ["x", "y"]},
    )
    assert put.status_code == HTTPStatus.CREATED
    assert desk.get(path) == {"tags": ["x", "y"]}


def test_one_tickets_tags_are_sent_as_a_whole(desk: Desk) -> None:
    # Given a ticket made with what Zendesk documents for many tickets at once
    ticket = desk.ticket(tags=["a"], additional_tags=["b"])
    # When it is changed with that
    change = {"priority": "high", "additional_tags": ["c"], "remove_tags": ["a"]}
    changed = desk.put(f"/tickets/{ticket['id']}", {"ticket": change})["ticket"]
    # Then its tags are as they were
    assert (changed["priority"], changed["tags"]) == ("high", ["a"])


def test_a_comment_can_be_made_private(desk: Desk) -> None:
    # Given
    ticket_id = desk.ticket()["id"]
    comment_id = comments(desk, ticket_id)[0]["id"]
    # When
    desk.put(f"/tickets/{ticket_id}/comments/{comment_id}/make_private", {})
    missing = desk.call("PUT", f"/tickets/{ticket_id}/comments/1/make_private", json={})
    # Then
    assert comments(desk, ticket_id)[0]["public"] is False
    assert missing.status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("ticket_id", [4711, 10**30])
@pytest.mark.parametrize("path", ["", "/comments", "/audits", "/tags"])
def test_an_unknown_ticket_is_not_found(desk: Desk, path: str, ticket_id: int) -> None:
    answer = desk.call("GET", f"/tickets/{ticket_id}{path}")
    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert answer.json()["error"] == "RecordNotFound"


def test_an_unknown_path_is_no_endpoint(desk: Desk) -> None:
    answer = desk.call("GET", "/nonsense.json")
    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert answer.json()["error"] == "InvalidEndpoint"


def test_hostile_text_is_stored_as_text(desk: Desk) -> None:
    # Given
    hostile = "<script>alert(1)</script> & \u202eevil\u202c <b>"
    # When
    ticket = desk.ticket(hostile)
    # Then
    comment = comments(desk, ticket["id"])[0]
    assert comment["plain_body"] == hostile
    assert "<script" not in comment["html_body"]
    assert "&lt;script&gt;" in comment["html_body"]


def test_a_requester_may_be_described_in_the_ticket(desk: Desk) -> None:
    # Given
    person = {"name": "Anna", "email": "anna@shop.example"}
    # When
    requesters = {desk.ticket(requester=person)["requester_id"] for _ in range(2)}
    # Then
    assert len(requesters) == 1
    assert desk.get(f"/users/{requesters.pop()}")["user"]["email"] == "anna@shop.example"


def test_a_method_that_is_not_there_is_refused_in_json(desk: Desk) -> None:
    answer = desk.call("DELETE", "/tickets")
    assert answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert answer.json()["error"] == "InvalidEndpoint"


def test_incidents_name_their_problem(desk: Desk) -> None:
    # Given a problem and a customer's ticket
    problem = desk.ticket("Outage", type="problem")
    ticket = desk.ticket("No internet")
    assert not problem["has_incidents"]
    # When the ticket is tied to it
    change = {"type": "incident", "problem_id": problem["id"]}
    desk.put(f"/tickets/{ticket['id']}", {"ticket": change})
    # Then each tells of the other
    assert desk.get(f"/tickets/{ticket['id']}")["ticket"]["problem_id"] == problem["id"]
    assert desk.get(f"/tickets/{problem['id']}")["ticket"]["has_incidents"]


def test_what_is_no_problem_can_be_named_as_none(desk: Desk) -> None:
    ticket, other = desk.ticket("No internet"), desk.ticket("A question")
    change = {"ticket": {"type": "incident", "problem_id": other["id"]}}
    answer = desk.call("PUT", f"/tickets/{ticket['id']}", json=change)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "problem_id" in answer.json()["details"]
