"""What the pages promise a browser, seen without one."""

from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest
import requests

from desk_server import Desk, free_port, running_desk

PAGES = ["/", "/desk", "/desk/tickets/1", "/desk/parts/inbox", "/street/anna", "/desk/none"]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A Desk with one ticket and a Mastodon server that is not there."""
    people = {
        "base_url": f"http://127.0.0.1:{free_port()}",
        "company": "noordlicht",
        "customers": {"anna": "t"},
    }
    with running_desk(tmp_path, mastodon=people) as desk:
        desk.ticket("It broke")
        yield desk


def fetch(desk: Desk, path: str, **headers: str) -> requests.Response:
    return requests.get(desk.url + path, headers=headers, timeout=5)


def send(desk: Desk, path: str, form: dict[str, str], **headers: str) -> requests.Response:
    return requests.post(
        desk.url + path, data=form, headers=headers, timeout=5, allow_redirects=False
    )


@pytest.mark.parametrize("path", PAGES[:-1])
def test_every_page_allows_only_its_own_files(desk: Desk, path: str) -> None:
    # When
    page = fetch(desk, path)
    # Then
    policy = page.headers["Content-Security-Policy"]
    assert page.status_code == HTTPStatus.OK
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert "style=" not in page.text
    assert "<script>" not in page.text


@pytest.mark.parametrize("path", PAGES)
def test_a_foreign_name_for_this_machine_is_refused(desk: Desk, path: str) -> None:
    assert fetch(desk, path, Host="evil.example").status_code in (
        HTTPStatus.FORBIDDEN,
        HTTPStatus.NOT_FOUND,
    )
    assert "It broke" not in fetch(desk, path, Host="evil.example").text


def test_other_sites_cannot_answer(desk: Desk) -> None:
    # When
    answer = {"text": "gotcha", "kind": "public"}
    refused = send(desk, "/desk/tickets/1", answer, Origin="https://evil.example")
    # Then
    assert refused.status_code == HTTPStatus.FORBIDDEN
    assert len(desk.get("/tickets/1/comments")["comments"]) == 1


def test_an_answer_works_without_script(desk: Desk) -> None:
    # When
    sent = send(desk, "/desk/tickets/1", {"text": "Hello", "kind": "public"}, Origin=desk.url)
    # Then
    assert sent.status_code == HTTPStatus.SEE_OTHER
    assert sent.headers["Location"].endswith("/desk/tickets/1")
    assert desk.get("/tickets/1/comments")["comments"][1]["plain_body"] == "Hello"


def test_an_answer_is_tagged_as_its_kind_asks(desk: Desk) -> None:
    # When
    seen = []
    for kind in ("message", "note", "as_it_is", "public"):
        send(desk, "/desk/tickets/1", {"text": kind, "kind": kind}).raise_for_status()
        newest = desk.get("/tickets/1/comments")["comments"][-1]
        tags = desk.get("/tickets/1/tags")["tags"]
        seen.append((newest["plain_body"], newest["public"], tags))
    # Then: a note leaves the tag as it is
    assert seen == [
        ("message", True, ["gehoor_private"]),
        ("note", False, ["gehoor_private"]),
        ("as_it_is", True, ["gehoor_post_anyway"]),
        ("public", True, []),
    ]
    assert 'value="message"' in fetch(desk, "/desk/tickets/1").text


@pytest.mark.parametrize(
    "form",
    [{}, {"text": " ", "kind": "public"}, {"text": "x", "kind": "shout"}],
)
def test_an_answer_without_sense_is_refused(desk: Desk, form: dict[str, str]) -> None:
    assert send(desk, "/desk/tickets/1", form).status_code == HTTPStatus.BAD_REQUEST


def test_a_refused_answer_says_why_without_script(desk: Desk) -> None:
    # Given
    desk.put("/tickets/1", {"ticket": {"status": "closed"}})
    # When
    refused = send(desk, "/desk/tickets/1", {"text": "x", "kind": "public"})
    # Then
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "closed prevents ticket update" in refused.text
    assert "takes no more answers" in fetch(desk, "/desk/tickets/1").text


def test_a_part_that_did_not_change_is_not_sent_again(desk: Desk) -> None:
    # Given
    first = fetch(desk, "/desk/parts/tickets/1")
    tag = first.headers["ETag"]
    # When
    same = fetch(desk, "/desk/parts/tickets/1", **{"If-None-Match": tag})
    desk.put("/tickets/1", {"ticket": {"comment": {"body": "more"}}})
    changed = fetch(desk, "/desk/parts/tickets/1", **{"If-None-Match": tag})
    # Then
    assert (same.status_code, same.content) == (HTTPStatus.NOT_MODIFIED, b"")
    assert changed.status_code == HTTPStatus.OK


def test_a_network_that_does_not_answer_is_said_on_the_street(desk: Desk) -> None:
    # When
    page = fetch(desk, "/street/anna")
    post = send(desk, "/street/anna", {"text": "hello", "audience": "public"})
    scripted = send(desk, "/street/anna", {"text": "hello"}, Accept="application/json")
    # Then
    trouble = "The Mastodon server does not answer."
    assert page.status_code == HTTPStatus.OK
    assert trouble in page.text
    assert (post.status_code, trouble in post.text) == (HTTPStatus.BAD_GATEWAY, True)
    assert scripted.json() == {"error": trouble}


@pytest.mark.parametrize(
    "path",
    ["/desk/tickets/99", f"/desk/tickets/{10**30}", "/desk/parts/tickets/99", "/street/nobody"],
)
def test_what_is_not_there_is_not_found(desk: Desk, path: str) -> None:
    assert fetch(desk, path).status_code == HTTPStatus.NOT_FOUND


def test_a_street_without_a_network_says_so(tmp_path: Path) -> None:
    with running_desk(tmp_path) as desk:
        assert "started without a Mastodon server" in fetch(desk, "/street").text


def test_looking_at_a_ticket_marks_it_read(desk: Desk) -> None:
    # Given
    before = fetch(desk, "/desk/parts/inbox").text
    # When
    fetch(desk, "/desk/tickets/1")
    seen = fetch(desk, "/desk/parts/inbox").text
    desk.put("/tickets/1", {"ticket": {"comment": {"body": "more"}}})
    again = fetch(desk, "/desk/parts/inbox").text
    # Then
    assert ["unread" in text for text in (before, seen, again)] == [True, False, True]
