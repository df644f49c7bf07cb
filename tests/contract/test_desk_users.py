from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest
import requests

from desk_server import TOKEN, Desk, running_desk


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with running_desk(tmp_path_factory.mktemp("desk")) as desk:
        yield desk


@pytest.fixture
def desk(server: Desk) -> Desk:
    assert server.control("reset").ok
    return server


def anonymous(desk: Desk, path: str, **headers: str) -> requests.Response:
    return requests.get(f"{desk.url}/api/v2{path}", headers=headers, timeout=5)


def test_me_with_a_token(desk: Desk) -> None:
    me = desk.get("/users/me.json")["user"]
    assert (me["name"], me["role"], me["email"]) == ("gehoor", "admin", "gehoor@desk.example")


def test_me_with_an_address_and_a_token(desk: Desk) -> None:
    # When
    credentials = ("gehoor@desk.example/token", TOKEN)
    answer = requests.get(f"{desk.url}/api/v2/users/me", auth=credentials, timeout=5)
    # Then
    assert answer.json()["user"]["name"] == "gehoor"


@pytest.mark.parametrize(
    "authorization", ["", "Bearer wrong", "Basic !!!", "Basic Z2Vob29yOnRva2Vu", "Digest x"]
)
def test_bad_credentials_are_nobody_on_me_and_refused_elsewhere(
    desk: Desk, authorization: str
) -> None:
    # When
    me = anonymous(desk, "/users/me", Authorization=authorization)
    other = anonymous(desk, "/tickets", Authorization=authorization)
    # Then
    assert me.status_code == HTTPStatus.OK
    assert (me.json()["user"]["id"], me.json()["user"]["name"]) == (None, "Anonymous user")
    assert other.status_code == HTTPStatus.UNAUTHORIZED
    assert other.json() == {"error": "Couldn't authenticate you"}


def test_create_or_update_makes_a_user_once_and_rewrites_the_case_of_its_key(desk: Desk) -> None:
    # When
    body = {"user": {"name": "Anna", "external_id": "gehoor:mastodon:Anna"}}
    made = desk.call("POST", "/users/create_or_update", json=body)
    body["user"] |= {"name": "Anna de Vries", "external_id": "GEHOOR:mastodon:anna"}
    changed = desk.call("POST", "/users/create_or_update.json", json=body)
    # Then
    user = changed.json()["user"]
    assert (made.status_code, changed.status_code) == (HTTPStatus.CREATED, HTTPStatus.OK)
    assert made.headers["Location"] == made.json()["user"]["url"]
    assert user["id"] == made.json()["user"]["id"]
    assert (user["name"], user["external_id"]) == ("Anna de Vries", "GEHOOR:mastodon:anna")


def test_create_or_update_finds_by_email_and_merges_user_fields(desk: Desk) -> None:
    # Given
    user_id = desk.customer(email="anna@shop.example", user_fields={"handle": "@anna"})
    # When
    given = {"email": "ANNA@shop.example", "external_id": "x1", "user_fields": {"site": "s"}}
    user = desk.post("/users/create_or_update", {"user": {"name": "Anna", **given}})["user"]
    # Then
    assert (user["id"], user["external_id"]) == (user_id, "x1")
    assert user["user_fields"] == {"handle": "@anna", "site": "s"}


def test_create_or_update_by_an_email_alone_finds_a_user_and_makes_none(desk: Desk) -> None:
    # Given
    user_id = desk.customer("Anna", email="anna@shop.example", external_id="x1")
    # When
    found = desk.call(
        "POST", "/users/create_or_update", json={"user": {"email": "anna@shop.example"}}
    )
    new = desk.call("POST", "/users/create_or_update", json={"user": {"email": "new@shop.example"}})
    # Then
    user = found.json()["user"]
    assert found.status_code == HTTPStatus.OK
    assert (user["id"], user["name"], user["external_id"]) == (user_id, "Anna", "x1")
    assert new.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "name" in new.json()["details"]


def test_an_email_in_an_update_is_another_one_and_not_the_primary_one(desk: Desk) -> None:
    # Given
    user_id = desk.customer("Anna", email="anna@shop.example")
    # When
    user = desk.put(f"/users/{user_id}", {"user": {"email": "anna2@shop.example"}})["user"]
    # Then
    assert user["email"] == "anna@shop.example"
    listed = desk.get(f"/users/{user_id}/identities")["identities"]
    assert [(i["value"], i["primary"]) for i in listed] == [
        ("anna@shop.example", True),
        ("anna2@shop.example", False),
    ]


def test_a_number_is_one_users_direct_line_or_shared_and_found_by_its_digits(desk: Desk) -> None:
    # Given
    anna = desk.customer("Anna", phone="+31612345678")
    bram = desk.customer("Bram", phone="+31612345678")
    carla = desk.customer("Carla")
    line = {"identity": {"type": "phone_number", "value": "+31687654321"}}
    desk.post(f"/users/{carla}/identities", line)
    # When
    found = [
        [user["id"] for user in desk.get("/users/search", params={"query": query})["users"]]
        for query in ("phone:31612345678", "phone:31687654321", "phone:612345678")
    ]
    # Then
    assert found == [[anna, bram], [carla], []]
    kinds = [len(desk.get(f"/users/{user}/identities")["identities"]) for user in (anna, bram)]
    assert kinds == [1, 0]
    assert desk.get(f"/users/{carla}")["user"]["phone"] == "+31687654321"


def test_an_external_id_and_an_email_of_two_users_are_refused(desk: Desk) -> None:
    # Given
    desk.customer(external_id="x1")
    desk.customer(email="bram@shop.example")
    # When
    body = {"user": {"name": "?", "external_id": "x1", "email": "bram@shop.example"}}
    refused = desk.call("POST", "/users/create_or_update", json=body)
    # Then
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert refused.json()["error"] == "RecordInvalid"
    assert refused.json()["details"]["email"][0]["error"] == "DuplicateValue"


@pytest.mark.parametrize(
    ("user", "field"),
    [
        ({}, "name"),
        ({"name": 5}, "name"),
        ({"name": ""}, "name"),
        ({"name": "x", "email": "no-address"}, "email"),
        ({"name": "x", "role": "boss"}, "role"),
        ({"name": "x", "external_id": "a" * 256}, "external_id"),
        ({"name": "x", "identities": [{"type": "mastodon", "value": "x"}]}, "identities"),
    ],
)
def test_wrong_users_are_refused_with_the_field(
    desk: Desk, user: dict[str, object], field: str
) -> None:
    # When
    refused = desk.call("POST", "/users", json={"user": user})
    # Then
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert field in refused.json()["details"]


def test_search_by_external_id_and_by_words(desk: Desk) -> None:
    # Given
    anna = desk.customer("Anna de Vries", external_id="gehoor:m:1")
    desk.customer("Bram", external_id="gehoor:m:2")
    # When
    exact = desk.get("/users/search", params={"external_id": "GEHOOR:m:1"})
    words = desk.get("/users/search.json", params={"query": "vries"})
    percent = desk.get("/users/search", params={"query": "%"})
    # Then
    listed = desk.get("/users", params={"external_id": "gehoor:m:1"})
    assert [user["id"] for user in exact["users"]] == [anna]
    assert listed["users"] == exact["users"]
    assert desk.call("GET", "/users/search").status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert [user["id"] for user in words["users"]] == [anna]
    assert (exact["count"], exact["next_page"], percent["count"]) == (1, None, 0)


def test_show_many_by_external_ids_and_ids_up_to_a_hundred(desk: Desk) -> None:
    # Given
    ids = [desk.customer(f"User {n}", external_id=f"e{n}") for n in range(3)]
    # When
    by_key = desk.get("/users/show_many", params={"external_ids": "E0,e2,unknown"})
    by_id = desk.get("/users/show_many", params={"ids": f"{ids[1]}"})
    many = ",".join(f"e{n}" for n in range(101))
    refused = desk.call("GET", "/users/show_many", params={"external_ids": many})
    # Then
    assert [user["id"] for user in by_key["users"]] == [ids[0], ids[2]]
    assert [user["id"] for user in by_id["users"]] == [ids[1]]
    assert refused.status_code == HTTPStatus.BAD_REQUEST
    assert refused.json() | {"description": ""} == {
        "error": "TooManyValues",
        "description": "",
        "max_count": 100,
    }


def test_bulk_upsert_is_switched_off_as_on_a_new_account(desk: Desk) -> None:
    refused = desk.call("POST", "/users/create_or_update_many", json={"users": []})
    assert refused.status_code == HTTPStatus.FORBIDDEN


def test_update_changes_only_what_was_sent(desk: Desk) -> None:
    # Given
    user_id = desk.customer("Anna", external_id="e1", notes="likes tea", tags=["VIP x"])
    # When
    user = desk.put(f"/users/{user_id}", {"user": {"notes": None, "phone": "+31 20 1234567"}})
    # Then
    after = user["user"]
    assert (after["name"], after["external_id"]) == ("Anna", "e1")
    assert (after["notes"], after["phone"]) == (None, "+31 20 1234567")
    assert after["tags"] == ["vip", "x"]


def test_identities_are_listed_made_and_unique(desk: Desk) -> None:
    # Given
    anna = desk.customer("Anna", email="anna@shop.example")
    bram = desk.customer("Bram")
    path = f"/users/{anna}/identities"
    # When
    twitter = {"identity": {"type": "twitter", "value": "anna_dv"}}
    made = desk.call("POST", path, json=twitter)
    taken = desk.call("POST", f"/users/{bram}/identities.json", json=twitter)
    unknown = desk.call("POST", path, json={"identity": {"type": "mastodon", "value": "a"}})
    listed = desk.get(path)["identities"]
    # Then
    assert made.status_code == HTTPStatus.CREATED
    assert desk.session.get(made.headers["Location"], timeout=5).json() == made.json()
    assert taken.json()["details"]["value"][0]["error"] == "DuplicateValue"
    assert "type" in unknown.json()["details"]
    assert [(i["type"], i["value"], i["primary"]) for i in listed] == [
        ("email", "anna@shop.example", True),
        ("twitter", "anna_dv", True),
    ]


def test_related_counts_tickets_and_requested_lists_them(desk: Desk) -> None:
    # Given
    anna = desk.customer("Anna")
    first = desk.ticket("one", requester_id=anna)
    second = desk.ticket("two", requester_id=anna)
    desk.ticket("of gehoor itself")
    # When
    related = desk.get(f"/users/{anna}/related")["user_related"]
    newest = {"per_page": 1, "sort_by": "created_at", "sort_order": "desc"}
    requested = desk.get(f"/users/{anna}/tickets/requested", params=newest)
    # Then
    assert (related["requested_tickets"], related["assigned_tickets"]) == (2, 0)
    assert [ticket["id"] for ticket in requested["tickets"]] == [second["id"]]
    assert requested["count"] == 2
    assert desk.session.get(requested["next_page"], timeout=5).json()["tickets"] == [first]


@pytest.mark.parametrize("path", ["", "/related", "/identities", "/tickets/requested"])
def test_an_unknown_user_is_not_found(desk: Desk, path: str) -> None:
    # When
    answer = desk.call("GET", f"/users/9223372036854775807{path}.json")
    # Then
    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert answer.json() == {"error": "RecordNotFound", "description": "Not found"}


def test_fields_can_be_made_and_listed(desk: Desk) -> None:
    # When
    made = desk.post("/ticket_fields", {"ticket_field": {"type": "text", "title": "Handle"}})
    field = {"type": "text", "title": "Mastodon", "key": "mastodon"}
    desk.post("/user_fields", {"user_field": field})
    again = desk.call("POST", "/user_fields.json", json={"user_field": field})
    # Then
    field_id = made["ticket_field"]["id"]
    assert desk.get(f"/ticket_fields/{field_id}") == made
    shown = [f for f in desk.get("/ticket_fields")["ticket_fields"] if f["removable"]]
    assert [f["title"] for f in shown] == ["Handle"]
    assert [f["key"] for f in desk.get("/user_fields")["user_fields"]] == ["mastodon"]
    assert again.json()["details"]["key"][0]["error"] == "DuplicateValue"
    for wrong in ("/ticket_fields/1", "/user_fields/1", "/other_fields"):
        assert desk.call("GET", wrong).status_code == HTTPStatus.NOT_FOUND


def test_what_is_stored_is_there_after_a_restart(tmp_path: Path) -> None:
    # Given
    with running_desk(tmp_path) as first:
        user_id = first.customer("Anna", external_id="e1")
    # When
    with running_desk(tmp_path) as second:
        found = second.get("/users/search", params={"external_id": "e1"})["users"]
    # Then
    assert [user["id"] for user in found] == [user_id]
