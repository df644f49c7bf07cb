"""Files that are uploaded, attached to comments and fetched again."""

from collections.abc import Iterator
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
import requests

from desk_server import Desk, running_desk
from fakes.clock import FakeClock

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with running_desk(tmp_path_factory.mktemp("desk")) as desk:
        yield desk


@pytest.fixture
def desk(server: Desk) -> Desk:
    assert server.control("reset").ok
    return server


def sent(desk: Desk, name: str, content: bytes, **more: Any) -> requests.Response:
    kind = more.pop("kind", "image/png")
    params = {"filename": name, **more}
    return desk.call(
        "POST", "/uploads.json", params=params, data=content, headers={"Content-Type": kind}
    )


def uploaded(desk: Desk, name: str, content: bytes = PNG, **more: Any) -> dict[str, Any]:
    answer = sent(desk, name, content, **more)
    assert answer.status_code == HTTPStatus.CREATED, answer.text
    upload: dict[str, Any] = answer.json()["upload"]
    return upload


def answered(desk: Desk, ticket_id: int, *tokens: str) -> requests.Response:
    comment = {"body": "see", "uploads": list(tokens)}
    return desk.call("PUT", f"/tickets/{ticket_id}", json={"ticket": {"comment": comment}})


def test_a_file_is_attached_to_a_comment_and_fetched(desk: Desk) -> None:
    # Given
    ticket_id = desk.ticket()["id"]
    upload = uploaded(desk, "screen shot.png")
    # When
    answer = answered(desk, ticket_id, upload["token"])
    # Then
    comment = desk.get(f"/tickets/{ticket_id}/comments")["comments"][1]
    (attachment,) = comment["attachments"]
    assert (
        attachment == upload["attachment"] == answer.json()["audit"]["events"][0]["attachments"][0]
    )
    assert (attachment["file_name"], attachment["size"]) == ("screen shot.png", len(PNG))
    file = requests.get(attachment["content_url"], timeout=5)
    assert (file.content, file.headers["Content-Type"]) == (PNG, "image/png")
    assert desk.get(f"/attachments/{attachment['id']}")["attachment"] == attachment


def test_a_token_takes_several_files(desk: Desk) -> None:
    # Given
    first = uploaded(desk, "a.png")
    # When
    second = uploaded(desk, "b.txt", b"text", token=first["token"], kind="text/plain")
    ticket = desk.ticket(comment={"body": "x", "uploads": [first["token"]]})
    # Then
    assert second["token"] == first["token"]
    assert second["attachment"]["file_name"] == "b.txt"
    names = [one["file_name"] for one in second["attachments"]]
    comment = desk.get(f"/tickets/{ticket['id']}/comments")["comments"][0]
    assert names == [one["file_name"] for one in comment["attachments"]] == ["a.png", "b.txt"]


def test_a_token_is_used_once(desk: Desk) -> None:
    # Given
    ticket_id = desk.ticket()["id"]
    token = uploaded(desk, "a.png")["token"]
    # When
    answers = [answered(desk, ticket_id, token) for _ in range(2)]
    more = sent(desk, "b.png", PNG, token=token)
    # Then
    assert [answer.status_code for answer in answers] == [200, 422]
    assert "uploads" in answers[1].json()["details"]
    assert more.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert len(desk.get(f"/tickets/{ticket_id}/comments")["comments"]) == 2


def test_a_refused_change_leaves_the_token_free(desk: Desk) -> None:
    # Given
    ticket_id = desk.ticket()["id"]
    token = uploaded(desk, "a.png")["token"]
    # When
    refused = answered(desk, ticket_id, token, "unknown")
    accepted = answered(desk, ticket_id, token)
    # Then
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert accepted.status_code == HTTPStatus.OK


def test_a_token_lives_for_three_days(tmp_path: Path) -> None:
    # Given
    clock = FakeClock(datetime(2026, 11, 22, 10, 0, tzinfo=UTC))
    with running_desk(tmp_path, clock=clock) as desk:
        ticket_id = desk.ticket()["id"]
        early, late = uploaded(desk, "a.png"), uploaded(desk, "b.png")
        # When
        clock.advance(days=3, seconds=-1)
        used = answered(desk, ticket_id, early["token"])
        clock.advance(seconds=1)
        refused = answered(desk, ticket_id, late["token"])
        # Then
        assert early["expires_at"] == "2026-11-25T10:00:00Z"
        assert (used.status_code, refused.status_code) == (200, 422)


def test_files_that_were_not_attached_can_be_forgotten(desk: Desk) -> None:
    # Given
    upload, kept = uploaded(desk, "a.png"), uploaded(desk, "b.png")
    ticket_id = desk.ticket()["id"]
    answered(desk, ticket_id, kept["token"])
    # When
    statuses = [
        desk.call("DELETE", f"/uploads/{token}.json").status_code
        for token in (upload["token"], upload["token"], kept["token"])
    ]
    # Then
    assert statuses == [204, 404, 404]
    assert requests.get(upload["attachment"]["content_url"], timeout=5).status_code == 404
    assert requests.get(kept["attachment"]["content_url"], timeout=5).ok


def test_an_erased_ticket_takes_its_files_along(desk: Desk) -> None:
    # Given
    ticket_id = desk.ticket()["id"]
    upload = uploaded(desk, "a.png")
    answered(desk, ticket_id, upload["token"])
    # When
    desk.call("DELETE", f"/tickets/{ticket_id}")
    desk.call("DELETE", f"/deleted_tickets/{ticket_id}")
    # Then
    gone = requests.get(upload["attachment"]["content_url"], timeout=5)
    assert gone.status_code == HTTPStatus.NOT_FOUND


def test_a_file_may_have_fifty_megabytes_and_no_more(desk: Desk) -> None:
    # When
    large = sent(desk, "large.json", b"0" * (50 * MEGABYTE), kind="application/json")
    larger = sent(desk, "larger.json", b"0" * (50 * MEGABYTE + 1), kind="application/json")
    # Then
    assert large.status_code == HTTPStatus.CREATED
    assert larger.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert larger.json()["error"] == "RequestEntityTooLarge"


def test_what_strangers_sent_is_never_shown_as_a_page(desk: Desk) -> None:
    # Given
    upload = uploaded(desk, "evil.html", b"<script>alert(1)</script>", kind="text/html")
    # When
    file = requests.get(upload["attachment"]["content_url"], timeout=5)
    # Then
    assert file.headers["Content-Disposition"].startswith("attachment; ")
    assert file.headers["X-Content-Type-Options"] == "nosniff"


def test_a_file_needs_a_name_and_the_caller_a_token(desk: Desk) -> None:
    # When
    nameless = sent(desk, "", PNG)
    stranger = requests.post(f"{desk.url}/api/v2/uploads?filename=a", data=b"x", timeout=5)
    # Then
    assert nameless.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert stranger.status_code == HTTPStatus.UNAUTHORIZED
    assert desk.call("GET", "/attachments/77").status_code == HTTPStatus.NOT_FOUND
