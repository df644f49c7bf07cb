"""Groups of agents at the Desk, and tickets in them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desk_server import Desk, running_desk

COMMENT = {"comment": {"body": "It broke"}}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with running_desk(tmp_path) as running:
        yield running


def group(desk: Desk, name: str = "Webcare") -> int:
    return int(desk.post("/groups", {"group": {"name": name}})["group"]["id"])


def test_a_group_is_made_listed_and_shown(desk: Desk) -> None:
    made = desk.post("/groups", {"group": {"name": "Webcare", "description": "Answers"}})["group"]
    assert (made["name"], made["description"], made["deleted"]) == ("Webcare", "Answers", False)
    assert desk.get("/groups")["groups"] == [made]
    assert desk.get(f"/groups/{made['id']}")["group"] == made


def test_a_group_without_a_name_or_with_a_known_one_is_refused(desk: Desk) -> None:
    group(desk)
    refused = [desk.call("POST", "/groups", json={"group": one}) for one in ({}, {"name": ""})]
    again = desk.call("POST", "/groups", json={"group": {"name": "Webcare"}})
    assert [answer.status_code for answer in (*refused, again)] == [422, 422, 422]
    assert "DuplicateValue" in again.text


def test_a_deleted_group_is_listed_on_request_and_takes_no_more_tickets(desk: Desk) -> None:
    # Given a group with a ticket
    group_id = group(desk)
    ticket = desk.ticket(group_id=group_id)
    # When it is deleted
    assert desk.call("DELETE", f"/groups/{group_id}").status_code == 204
    # Then its ticket keeps it, a new one is refused, and lists tell
    assert desk.get(f"/tickets/{ticket['id']}")["ticket"]["group_id"] == group_id
    refused = desk.call("POST", "/tickets", json={"ticket": {"group_id": group_id, **COMMENT}})
    assert (refused.status_code, "group_id" in refused.text) == (422, True)
    assert desk.get("/groups?exclude_deleted=true")["groups"] == []
    assert [one["deleted"] for one in desk.get("/groups")["groups"]] == [True]
    assert desk.get(f"/groups/{group_id}")["group"]["deleted"]


@pytest.mark.parametrize("group_id", [1, 36_000_000_000_001])
def test_a_ticket_for_a_group_that_is_none_is_refused(desk: Desk, group_id: int) -> None:
    ticket_id = desk.ticket()["id"]
    sent = {"group_id": group_id, **COMMENT}
    answers = [
        desk.call("POST", "/tickets", json={"ticket": sent}),
        desk.call("PUT", f"/tickets/{ticket_id}", json={"ticket": sent}),
    ]
    assert [answer.status_code for answer in answers] == [422, 422]


def test_what_is_no_group_is_not_found(desk: Desk) -> None:
    answers = [desk.call(method, "/groups/5") for method in ("GET", "DELETE")]
    assert [answer.status_code for answer in answers] == [404, 404]


def test_a_suspended_agent_is_given_no_tickets(desk: Desk) -> None:
    kim = desk.post("/users", {"user": {"name": "Kim", "role": "agent"}})["user"]
    assert kim["suspended"] is False
    desk.put(f"/users/{kim['id']}", {"user": {"suspended": True}})
    assert desk.get(f"/users/{kim['id']}")["user"]["suspended"] is True
    refused = desk.call("POST", "/tickets", json={"ticket": {"assignee_id": kim["id"], **COMMENT}})
    assert refused.status_code == 422


def test_tickets_bring_their_people_along_on_request(desk: Desk) -> None:
    # Given a ticket with an agent
    anna = desk.customer("Anna")
    kim = desk.post("/users", {"user": {"name": "Kim", "role": "agent"}})["user"]["id"]
    ticket_id = desk.ticket(requester_id=anna, assignee_id=kim)["id"]
    # When it is read with them, and without
    paths = (f"/tickets/{ticket_id}", f"/users/{anna}/tickets/requested")
    for path in paths:
        named = {user["name"] for user in desk.get(f"{path}?include=users")["users"]}
        # Then they come, once each
        assert named == {"Anna", "Kim", "gehoor"}
        assert "users" not in desk.get(path)
