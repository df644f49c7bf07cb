"""Users that are merged or deleted, and what they are known by."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import pytest

from desk_server import Desk, running_desk


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with running_desk(tmp_path_factory.mktemp("desk")) as desk:
        yield desk


@pytest.fixture
def desk(server: Desk) -> Desk:
    assert server.control("reset").ok
    return server


def merged(desk: Desk, gone: int, kept: int) -> dict[str, Any]:
    user: dict[str, Any] = desk.put(f"/users/{gone}/merge.json", {"user": {"id": kept}})["user"]
    return user


def identities(desk: Desk, user_id: int) -> list[tuple[str, str, bool]]:
    found = desk.get(f"/users/{user_id}/identities")["identities"]
    return [(one["type"], one["value"], one["primary"]) for one in found]


def test_a_merge_moves_tickets_words_and_identities(desk: Desk) -> None:
    # Given
    gone = desk.customer("Gone", email="gone@shop.example", external_id="x1")
    kept = desk.customer("Kept", email="kept@shop.example", user_fields={"handle": "@kept"})
    desk.post(f"/users/{gone}/identities", {"identity": {"type": "twitter", "value": "gone_t"}})
    first = desk.ticket("mine", requester_id=gone, submitter_id=gone)["id"]
    closed = desk.ticket(requester_id=gone, status="closed")["id"]
    # When
    user = merged(desk, gone, kept)
    # Then
    assert (user["id"], user["name"], user["email"]) == (kept, "Kept", "kept@shop.example")
    assert user["user_fields"] == {"handle": "@kept"}
    requested = desk.get(f"/users/{kept}/tickets/requested")["tickets"]
    assert [ticket["id"] for ticket in requested] == [first, closed]
    assert desk.get(f"/tickets/{first}/comments")["comments"][0]["author_id"] == kept
    assert sorted(identities(desk, kept)) == [
        ("email", "gone@shop.example", False),
        ("email", "kept@shop.example", True),
        ("twitter", "gone_t", True),
    ]
    change = desk.get(f"/tickets/{first}/audits")["audits"][-1]["events"][0]
    assert (change["field_name"], change["value"]) == ("requester_id", str(kept))


@pytest.mark.parametrize("path", ["", "/identities", "/tickets/requested", "/related"])
def test_a_user_that_was_merged_away_is_not_found(desk: Desk, path: str) -> None:
    # Given
    gone, kept = desk.customer("Gone"), desk.customer("Kept")
    # When
    merged(desk, gone, kept)
    # Then
    assert desk.call("GET", f"/users/{gone}{path}").status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("own", [None, "kept-1"])
def test_a_merge_never_moves_an_external_id(desk: Desk, own: str | None) -> None:
    # Given
    gone = desk.customer("Gone", external_id="gone-1")
    kept = desk.customer("Kept", external_id=own)
    # When
    user = merged(desk, gone, kept)
    # Then
    assert user["external_id"] == own
    assert desk.get("/users/search?external_id=gone-1")["count"] == 0
    assert desk.customer("Gone again", external_id="gone-1") != kept


def test_an_address_that_was_moved_finds_the_kept_user(desk: Desk) -> None:
    # Given
    gone = desk.customer("Gone", email="gone@shop.example")
    second = {"identity": {"type": "email", "value": "gone2@shop.example"}}
    desk.post(f"/users/{gone}/identities", second)
    kept = desk.customer("Kept")
    # When
    user = merged(desk, gone, kept)
    found = desk.post(
        "/users/create_or_update", {"user": {"name": "Kept", "email": "gone@shop.example"}}
    )
    # Then: who had no address gets the other's
    assert user["email"] == "gone@shop.example"
    assert found["user"]["id"] == kept


def test_only_two_end_users_are_merged(desk: Desk) -> None:
    # Given
    anna, staff = desk.customer("Anna"), desk.get("/users/me")["user"]["id"]

    def status(gone: int, body: object) -> int:
        return desk.call("PUT", f"/users/{gone}/merge", json=body).status_code

    # When, then
    for gone, kept in ((anna, anna), (anna, staff), (staff, anna)):
        assert status(gone, {"user": {"id": kept}}) == HTTPStatus.UNPROCESSABLE_ENTITY
    assert status(anna, {"user": {"id": 4711}}) == HTTPStatus.NOT_FOUND
    assert status(4711, {"user": {"id": anna}}) == HTTPStatus.NOT_FOUND
    nonsense: list[object] = [{}, {"user": {}}, {"user": {"id": "x"}}]
    for body in nonsense:
        assert status(anna, body) == HTTPStatus.UNPROCESSABLE_ENTITY


def test_a_deleted_user_is_shown_as_not_active_and_found_no_more(desk: Desk) -> None:
    # Given
    anna = desk.customer("Anna", external_id="x1", email="anna@shop.example")
    desk.ticket(requester_id=anna, status="closed")
    # When
    answer = desk.call("DELETE", f"/users/{anna}.json")
    # Then: the answer is as recorded
    assert (answer.status_code, answer.json()["user"]["active"]) == (HTTPStatus.OK, False)
    assert desk.get(f"/users/{anna}")["user"] == answer.json()["user"]
    assert desk.get("/users/search?external_id=x1")["count"] == 0
    assert desk.get("/users/search?query=Anna")["count"] == 0
    assert desk.get(f"/users/show_many?ids={anna}")["count"] == 0
    assert anna not in [user["id"] for user in desk.get("/users")["users"]]
    assert desk.get(f"/users/{anna}/tickets/requested")["count"] == 1


def test_a_deleted_user_takes_nothing_more(desk: Desk) -> None:
    # Given
    anna, bram = desk.customer("Anna", external_id="x1"), desk.customer("Bram")
    desk.call("DELETE", f"/users/{anna}")
    # When
    twitter = {"identity": {"type": "twitter", "value": "a"}}
    draft = {"ticket": {"comment": {"body": "x"}, "requester_id": anna}}
    answers = [
        desk.call("PUT", f"/users/{anna}", json={"user": {"name": "x"}}),
        desk.call("DELETE", f"/users/{anna}"),
        desk.call("POST", f"/users/{anna}/identities", json=twitter),
        desk.call("PUT", f"/users/{bram}/merge", json={"user": {"id": anna}}),
        desk.call("POST", "/tickets", json=draft),
    ]
    # Then
    assert [answer.status_code for answer in answers] == [404, 404, 404, 404, 422]
    assert desk.customer("Anna", external_id="x1") != anna


@pytest.mark.parametrize("status", ["new", "open", "pending", "hold", "solved"])
def test_a_user_with_tickets_that_are_not_closed_stays(desk: Desk, status: str) -> None:
    # Given
    anna = desk.customer("Anna")
    ticket_id = desk.ticket(requester_id=anna, status=status)["id"]
    # When
    refused = desk.call("DELETE", f"/users/{anna}")
    desk.call("DELETE", f"/tickets/{ticket_id}")
    accepted = desk.call("DELETE", f"/users/{anna}")
    # Then
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "1 ticket(s)" in refused.json()["details"]["base"][0]["description"]
    assert accepted.status_code == HTTPStatus.OK


def test_staff_are_not_deleted(desk: Desk) -> None:
    staff = desk.get("/users/me")["user"]["id"]
    assert desk.call("DELETE", f"/users/{staff}").status_code == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize(
    "kind",
    [
        "email",
        "twitter",
        "facebook",
        "google",
        "phone_number",
        "agent_forwarding",
        "any_channel",
        "foreign",
        "sdk",
    ],
)
def test_every_kind_of_identity_comes_and_goes(desk: Desk, kind: str) -> None:
    # Given
    path = f"/users/{desk.customer('Anna')}/identities"
    made = desk.post(path, {"identity": {"type": kind, "value": "v@x.example"}})["identity"]
    # When
    gone = desk.call("DELETE", f"{path}/{made['id']}.json")
    again = desk.call("DELETE", f"{path}/{made['id']}")
    # Then
    assert (made["type"], made["primary"]) == (kind, True)
    assert (gone.status_code, gone.content) == (HTTPStatus.NO_CONTENT, b"")
    assert again.status_code == HTTPStatus.NOT_FOUND
    assert desk.get(path)["identities"] == []


def test_the_primary_address_is_the_users_address(desk: Desk) -> None:
    # Given
    anna = desk.customer("Anna")
    path = f"/users/{anna}/identities"

    def add(value: str, primary: bool) -> int:
        identity = {"type": "email", "value": value, "primary": primary}
        return int(desk.post(path, {"identity": identity})["identity"]["id"])

    def address() -> str | None:
        email: str | None = desk.get(f"/users/{anna}")["user"]["email"]
        return email

    # When
    seen = [address()]
    add("a@shop.example", primary=False)
    seen.append(address())
    second = add("b@shop.example", primary=True)
    seen.append(address())
    desk.call("DELETE", f"{path}/{second}")
    seen.append(address())
    # Then
    assert seen == [None, "a@shop.example", "b@shop.example", "a@shop.example"]
    assert identities(desk, anna) == [("email", "a@shop.example", True)]
