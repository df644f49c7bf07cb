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


def comments(desk: Desk, ticket_id: int, **params: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = desk.get(f"/tickets/{ticket_id}/comments", params=params)[
        "comments"
    ]
    return found


def test_comments_in_both_orders_and_in_pages(desk: Desk) -> None:
    # Given
    ticket_id = desk.ticket("0")["id"]
    for n in range(1, 5):
        desk.put(f"/tickets/{ticket_id}", {"ticket": {"comment": {"body": str(n)}}})
    # When
    seen: list[str] = []
    params: dict[str, Any] = {"sort": "-created_at", "page[size]": 2}
    sizes = []
    while True:
        page = desk.get(f"/tickets/{ticket_id}/comments.json", params=params)
        seen += [comment["plain_body"] for comment in page["comments"]]
        sizes.append(len(page["comments"]))
        if not page["meta"]["has_more"]:
            break
        params["page[after]"] = page["meta"]["after_cursor"]
    # Then
    assert seen == ["4", "3", "2", "1", "0"]
    assert sizes == [2, 2, 1]
    assert page["links"]["next"] is None
    oldest = comments(desk, ticket_id, sort="created_at")
    assert [comment["plain_body"] for comment in oldest] == seen[::-1]


def test_links_lead_forth_and_back_through_cursor_pages(desk: Desk) -> None:
    # Given
    ids = [desk.ticket(str(n))["id"] for n in range(5)]
    # When
    first = desk.get("/tickets", params={"page[size]": 2})
    second = desk.session.get(first["links"]["next"], timeout=5).json()
    back = desk.session.get(second["links"]["prev"], timeout=5).json()
    # Then
    assert [ticket["id"] for ticket in second["tickets"]] == ids[2:4]
    assert back["tickets"] == first["tickets"]


def test_offset_pages_end_with_null(desk: Desk) -> None:
    # Given
    for n in range(3):
        desk.ticket(str(n))
    # When
    first = desk.get("/tickets", params={"per_page": 2})
    second = desk.session.get(first["next_page"], timeout=5).json()
    # Then
    assert (len(first["tickets"]), len(second["tickets"]), first["count"]) == (2, 1, 3)
    assert (first["previous_page"], second["next_page"]) == (None, None)


@pytest.mark.parametrize(
    ("params", "status"),
    [
        ({"sort": "name; drop"}, HTTPStatus.BAD_REQUEST),
        ({"page[size]": "0"}, HTTPStatus.UNPROCESSABLE_ENTITY),
        ({"page": "x"}, HTTPStatus.UNPROCESSABLE_ENTITY),
        ({"page": "101"}, HTTPStatus.BAD_REQUEST),
        ({"page[after]": "???"}, HTTPStatus.BAD_REQUEST),
        ({"page[after]": "WzEsIHt9XQ=="}, HTTPStatus.BAD_REQUEST),
    ],
)
def test_wrong_paging_is_refused(desk: Desk, params: dict[str, str], status: HTTPStatus) -> None:
    assert desk.call("GET", "/tickets", params=params).status_code == status


def test_several_tickets_by_id_up_to_a_hundred(desk: Desk) -> None:
    # Given
    ids = [desk.ticket(str(n))["id"] for n in range(3)]
    # When
    found = desk.get("/tickets/show_many", params={"ids": f"{ids[2]},{ids[0]},4711"})["tickets"]
    many = {"ids": ",".join(["1"] * 101)}
    # Then
    assert [ticket["id"] for ticket in found] == [ids[0], ids[2]]
    for path in ("/tickets/show_many", "/job_statuses/show_many"):
        refused = desk.call("GET", path, params=many)
        assert (refused.status_code, refused.json()["max_count"]) == (HTTPStatus.BAD_REQUEST, 100)
