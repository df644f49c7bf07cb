"""Tickets that are deleted, restored, erased and merged, and tickets that change hands."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import pytest

from desk_server import Desk, running_desk, wait_for

SHOWN_DELETED = {"id", "subject", "actor", "deleted_at", "previous_state"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with running_desk(tmp_path_factory.mktemp("desk")) as desk:
        yield desk


@pytest.fixture
def desk(server: Desk) -> Desk:
    assert server.control("reset").ok
    return server


def job_of(desk: Desk, started: dict[str, Any]) -> dict[str, Any]:
    job: dict[str, Any] = desk.get(f"/job_statuses/{started['job_status']['id']}")["job_status"]
    return job


def test_a_deleted_ticket_is_hidden_everywhere(desk: Desk) -> None:
    # Given
    anna = desk.customer("Anna")
    kept = desk.ticket(requester_id=anna)["id"]
    gone = desk.ticket("Gone words", requester_id=anna, external_id="m:1")["id"]
    # When
    answer = desk.call("DELETE", f"/tickets/{gone}.json")
    # Then
    assert (answer.status_code, answer.content) == (HTTPStatus.NO_CONTENT, b"")
    for path in ("", "/comments", "/audits", "/tags"):
        found = desk.call("GET", f"/tickets/{gone}{path}")
        assert found.status_code == HTTPStatus.NOT_FOUND
    change = {"ticket": {"priority": "low"}}
    assert desk.call("PUT", f"/tickets/{gone}", json=change).status_code == HTTPStatus.NOT_FOUND
    assert desk.call("DELETE", f"/tickets/{gone}").status_code == HTTPStatus.NOT_FOUND
    assert [ticket["id"] for ticket in desk.get("/tickets")["tickets"]] == [kept]
    assert desk.get("/tickets?external_id=m:1")["count"] == 0
    assert desk.get(f"/tickets/show_many?ids={kept},{gone}")["count"] == 1
    assert desk.get(f"/users/{anna}/tickets/requested")["count"] == 1
    assert desk.get(f"/users/{anna}/related")["user_related"]["requested_tickets"] == 1
    assert "Gone words" not in desk.session.get(f"{desk.url}/desk", timeout=5).text


def test_deleted_tickets_are_listed_with_who_deleted_them(desk: Desk) -> None:
    # Given
    ids = [desk.ticket(subject=name, status="pending")["id"] for name in ("b", "a")]
    for ticket_id in ids:
        desk.call("DELETE", f"/tickets/{ticket_id}")
    # When
    listed = desk.get("/deleted_tickets.json")
    by_subject = desk.get("/deleted_tickets", params={"sort_by": "subject"})
    # Then
    first = listed["deleted_tickets"][0]
    assert set(first) == SHOWN_DELETED
    assert (first["id"], first["previous_state"]) == (ids[0], "pending")
    assert first["actor"]["name"] == "gehoor"
    assert (listed["count"], listed["next_page"]) == (2, None)
    assert [one["subject"] for one in by_subject["deleted_tickets"]] == ["a", "b"]


def test_a_restored_ticket_is_as_it_was(desk: Desk) -> None:
    # Given
    ticket = desk.ticket(status="hold", external_id="m:1")
    desk.call("DELETE", f"/tickets/{ticket['id']}")
    # When
    restored = desk.call("PUT", f"/deleted_tickets/{ticket['id']}/restore.json")
    # Then: the answer is the recorded one
    assert (restored.status_code, restored.json()) == (HTTPStatus.OK, {})
    after = desk.get(f"/tickets/{ticket['id']}")["ticket"]
    assert after | {"updated_at": 0} == ticket | {"updated_at": 0}
    changes = [
        (event["previous_value"], event["value"])
        for audit in desk.get(f"/tickets/{ticket['id']}/audits")["audits"][1:]
        for event in audit["events"]
    ]
    assert changes == [("hold", "deleted"), ("deleted", "hold")]
    again = desk.call("PUT", f"/deleted_tickets/{ticket['id']}/restore")
    assert again.status_code == HTTPStatus.NOT_FOUND


def test_a_ticket_is_erased_only_after_it_was_deleted(desk: Desk) -> None:
    # Given
    ticket_id = desk.ticket()["id"]
    path = f"/deleted_tickets/{ticket_id}"
    # When
    early = desk.call("DELETE", path)
    desk.call("DELETE", f"/tickets/{ticket_id}")
    erased = desk.call("DELETE", path)
    # Then: as recorded, with a total that is null and one result for the whole
    assert early.status_code == HTTPStatus.NOT_FOUND
    assert erased.headers["zendesk-ratelimit-deleted-tickets-destroy"].startswith("total=1000; ")
    started = erased.json()
    assert (started["job_status"]["status"], started["job_status"]["total"]) == ("queued", None)
    job = job_of(desk, started)
    assert (job["status"], job["progress"], job["results"]) == (
        "completed",
        None,
        {"success": True},
    )
    assert desk.call("PUT", f"{path}/restore").status_code == HTTPStatus.NOT_FOUND
    assert desk.get("/deleted_tickets")["count"] == 0
    assert desk.ticket()["id"] > ticket_id


def test_an_erasure_that_comes_too_late_fails_and_harms_nothing(desk: Desk) -> None:
    # Given
    ticket_id = desk.ticket()["id"]
    desk.call("DELETE", f"/tickets/{ticket_id}")
    desk.control("jobs", {"seconds": 0.5})
    started = desk.call("DELETE", f"/deleted_tickets/{ticket_id}").json()
    # When
    desk.put(f"/deleted_tickets/{ticket_id}/restore", {})
    job = wait_for(
        lambda: next((j for j in [job_of(desk, started)] if j["status"] == "failed"), None),
        "the job to fail",
    )
    # Then
    assert (job["message"], job["results"]) == ("Failed: RecordNotFound", None)
    assert desk.get(f"/tickets/{ticket_id}")["ticket"]["id"] == ticket_id


def test_many_tickets_are_deleted_in_one_job(desk: Desk) -> None:
    # Given
    ids = [desk.ticket()["id"] for _ in range(2)]
    # When
    started = desk.call("DELETE", f"/tickets/destroy_many.json?ids={ids[0]},77,{ids[1]}").json()
    results = job_of(desk, started)["results"]
    # Then
    assert started["job_status"]["job_type"] == "Bulk Update Ticket"
    assert [result.get("success") for result in results] == [True, None, True]
    assert desk.get("/tickets")["count"] == 0
    assert desk.get("/deleted_tickets")["count"] == 2


def test_merged_tickets_are_closed_and_the_target_goes_on(desk: Desk) -> None:
    # Given
    target, first, second = (desk.ticket(tags=["webcare"])["id"] for _ in range(3))
    # When
    merge = {
        "ids": [first, second],
        "target_comment": "Merged here",
        "target_comment_is_public": True,
        "source_comment": "Goes on elsewhere",
    }
    started = desk.post(f"/tickets/{target}/merge.json", merge)
    # Then
    job = job_of(desk, started)
    assert (job["status"], job["total"]) == ("completed", 2)
    assert [result["success"] for result in job["results"]] == [True, True]
    for source in (first, second):
        ticket = desk.get(f"/tickets/{source}")["ticket"]
        assert (ticket["status"], ticket["tags"]) == ("closed", ["webcare", "closed_by_merge"])
        last = desk.get(f"/tickets/{source}/comments")["comments"][-1]
        assert (last["plain_body"], last["public"]) == ("Goes on elsewhere", False)
    last = desk.get(f"/tickets/{target}/comments")["comments"][-1]
    assert (last["plain_body"], last["public"]) == ("Merged here", True)
    assert desk.get(f"/tickets/{target}")["ticket"]["status"] == "open"


def test_merging_without_words_adds_none(desk: Desk) -> None:
    # Given
    target, source = (desk.ticket()["id"] for _ in range(2))
    # When
    desk.post(f"/tickets/{target}/merge", {"ids": [source]})
    # Then
    for ticket_id in (target, source):
        assert len(desk.get(f"/tickets/{ticket_id}/comments")["comments"]) == 1


def test_words_about_a_merge_stay_private_where_a_ticket_came_from_a_network(desk: Desk) -> None:
    # Given
    target, source = (desk.ticket()["id"] for _ in range(2))
    desk.control(f"tickets/{source}", {"channel": "twitter"}).raise_for_status()
    # When
    words = {"target_comment": "t", "source_comment": "s"}
    public = {"target_comment_is_public": True, "source_comment_is_public": True}
    desk.post(f"/tickets/{target}/merge", {"ids": [source], **words, **public})
    # Then
    for ticket_id in (target, source):
        assert desk.get(f"/tickets/{ticket_id}/comments")["comments"][-1]["public"] is False


def test_a_ticket_that_cannot_be_merged_leaves_the_others_alone(desk: Desk) -> None:
    # Given
    target, good, closed = (desk.ticket()["id"] for _ in range(3))
    desk.put(f"/tickets/{closed}", {"ticket": {"status": "closed"}})
    # When
    started = desk.post(f"/tickets/{target}/merge", {"ids": [closed, 4711, good]})
    results = job_of(desk, started)["results"]
    # Then
    errors = [result.get("error") for result in results]
    assert errors == ["RecordInvalid", "RecordNotFound", None]
    assert desk.get(f"/tickets/{good}")["ticket"]["status"] == "closed"
    assert "closed_by_merge" not in desk.get(f"/tickets/{closed}")["ticket"]["tags"]


@pytest.mark.parametrize("merge", [{}, {"ids": []}, {"ids": ["x"]}, {"ids": "1"}])
def test_a_merge_that_makes_no_sense_is_refused(desk: Desk, merge: object) -> None:
    # Given
    target = desk.ticket()["id"]
    # When
    refused = desk.call("POST", f"/tickets/{target}/merge", json=merge)
    itself = desk.call("POST", f"/tickets/{target}/merge", json={"ids": [target]})
    # Then
    assert refused.status_code == itself.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_only_an_open_ticket_can_take_others_in(desk: Desk) -> None:
    # Given
    closed, source = (desk.ticket()["id"] for _ in range(2))
    desk.put(f"/tickets/{closed}", {"ticket": {"status": "closed"}})
    # When
    refused = desk.call("POST", f"/tickets/{closed}/merge", json={"ids": [source]})
    missing = desk.call("POST", "/tickets/4711/merge", json={"ids": [source]})
    # Then
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert missing.status_code == HTTPStatus.NOT_FOUND


def test_a_ticket_changes_hands(desk: Desk) -> None:
    # Given
    anna, bram = desk.customer("Anna"), desk.customer("Bram")
    path = f"/tickets/{desk.ticket(requester_id=anna)['id']}"
    # When
    named = desk.put(path, {"ticket": {"requester_id": bram}})["ticket"]
    person = {"name": "Cas", "email": "cas@shop.example"}
    described = desk.put(path, {"ticket": {"requester": person}})["ticket"]
    # Then
    assert named["requester_id"] == bram
    assert desk.get(f"/users/{described['requester_id']}")["user"]["email"] == "cas@shop.example"


def test_a_follow_up_names_what_it_follows(desk: Desk) -> None:
    # Given
    closed = desk.ticket(status="closed")["id"]
    # When
    followup = desk.ticket(via_followup_source_id=closed, ticket_form_id=77)
    # Then
    source = followup["via"]["source"]
    assert (source["rel"], source["from"]) == ("follow_up", {"ticket_id": closed})
    assert followup["ticket_form_id"] == 77
    assert desk.get(f"/tickets/{closed}")["ticket"]["followup_ids"] == [followup["id"]]


def test_a_ticket_is_staged_as_come_by_another_channel_and_rated(desk: Desk) -> None:
    # Given
    ticket_id = desk.ticket()["id"]
    rating = {"score": "good", "comment": "Quick!"}
    # When
    staged = {"channel": "email", "satisfaction_rating": rating}
    desk.control(f"tickets/{ticket_id}", staged).raise_for_status()
    # Then
    ticket = desk.get(f"/tickets/{ticket_id}")["ticket"]
    comment = desk.get(f"/tickets/{ticket_id}/comments")["comments"][0]
    assert (ticket["via"]["channel"], comment["via"]["channel"]) == ("email", "email")
    assert ticket["satisfaction_rating"] | {"id": 0} == rating | {"id": 0}
    for wrong in ({"channel": "smoke"}, {"satisfaction_rating": {"score": "fine"}}, {"colour": 1}):
        refused = desk.control(f"tickets/{ticket_id}", wrong)
        assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert desk.control("tickets/4711", {}).status_code == HTTPStatus.NOT_FOUND
