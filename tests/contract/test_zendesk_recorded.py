"""What gehoor reads of Zendesk is in every answer recorded from it, refusals included."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from pydantic import BaseModel

from gehoor.errors import GehoorError, Gone, Rejected
from gehoor.helpdesks._zendesk_answers import (
    AuditAnswer,
    CommentAnswer,
    DatedAuditAnswer,
    GroupAnswer,
    JobAnswer,
    TicketAnswer,
    UploadAnswer,
    UserAnswer,
)
from gehoor.helpdesks._zendesk_api import ZendeskApi
from gehoor.http import Http
from gehoor.sign_in import StaticHeader
from loopback import Answer, serving

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "tests" / "fixtures" / "zendesk"
SHARED = ROOT.parent / "shared" / "fixtures" / "helpdesks" / "zendesk"
MODELS: dict[str, type[BaseModel]] = {
    "ticket": TicketAnswer,
    "tickets": TicketAnswer,
    "comments": CommentAnswer,
    "user": UserAnswer,
    "users": UserAnswer,
    "audit": AuditAnswer,
    "audits": DatedAuditAnswer,
    "group": GroupAnswer,
    "groups": GroupAnswer,
    "job_status": JobAnswer,
    "upload": UploadAnswer,
}
REFUSALS: dict[int, tuple[type[GehoorError], str]] = {
    400: (Rejected, "has too many values (TooManyValues)"),
    404: (Gone, "the test"),
}


def answers(value: Any, name: str = "") -> Iterator[dict[str, Any]]:
    """The bodies of answers in a recording, which may be a body or a list of exchanges."""
    if isinstance(value, dict):
        if name in ("", "response", "body"):
            yield value
        for key, part in value.items():
            if key in ("response", "body"):
                yield from answers(part, key)
    elif isinstance(value, list) and not name:
        for part in value:
            yield from answers(part)


def recorded(folder: Path, name: str) -> list[dict[str, Any]]:
    """Every object that stands under `name` in an answer; deletions answer ids and nothing else."""
    found = [
        item
        for path in sorted(folder.rglob("*.json"))
        for answer in answers(json.loads(path.read_text(encoding="utf-8")))
        if name in answer
        for item in (answer[name] if isinstance(answer[name], list) else [answer[name]])
    ]
    names = ("id", "token")
    return [item for item in found if isinstance(item, dict) and any(map(item.get, names))]


def read_all(folder: Path, name: str) -> list[BaseModel]:
    return [MODELS[name].model_validate(item) for item in recorded(folder, name)]


class Refusal(NamedTuple):
    """A recorded answer that is no success."""

    status: int
    body: bytes


def refusals(folder: Path) -> list[Refusal]:
    exchanges = (
        exchange["response"]
        for path in sorted(folder.rglob("zenpy/*.json"))
        for exchange in json.loads(path.read_text(encoding="utf-8"))
    )
    return [
        Refusal(said["status"]["code"], json.dumps(said["body"]).encode())
        for said in exchanges
        if said["status"]["code"] >= 400
    ]


@pytest.mark.parametrize("name", ["ticket", "tickets", "comments", "users", "audit"])
def test_what_was_recorded_can_be_read(name: str) -> None:
    assert read_all(FIXTURES, name)


def test_a_recorded_ticket_tells_how_the_customer_came() -> None:
    path = FIXTURES / "go-zendesk" / "GET_ticket.json"
    ticket = TicketAnswer.model_validate(json.loads(path.read_text(encoding="utf-8"))["ticket"])
    assert ticket.via is not None
    assert ticket.via.channel == "email"
    assert ticket.changed_at is not None


@pytest.mark.shared
@pytest.mark.parametrize("name", sorted(MODELS))
def test_every_shared_recording_can_be_read(name: str) -> None:
    if not SHARED.is_dir():
        pytest.skip("the recordings of zenpy are GPL and lie in ../shared, which is absent here")
    read = read_all(SHARED, name)
    assert read
    if name == "tickets":
        vias = (ticket.via for ticket in read if isinstance(ticket, TicketAnswer))
        assert {"api", "email", "web"} <= {via.channel for via in vias if via}


@pytest.mark.shared
def test_every_shared_refusal_says_what_to_do() -> None:
    if not SHARED.is_dir():
        pytest.skip("the recordings of zenpy are GPL and lie in ../shared, which is absent here")
    found = set(refusals(SHARED))
    assert {refusal.status for refusal in found} == set(REFUSALS)
    for refusal in found:
        kind, words = REFUSALS[refusal.status]
        answer = Answer(refusal.body, refusal.status, {"Content-Type": "application/json"})
        with serving(lambda _, answer=answer: answer) as served:  # type: ignore[misc]
            http = Http(lambda: datetime.now(UTC), frozenset({"127.0.0.1"}))
            api = ZendeskApi(served.url, StaticHeader("token", "look"), http)
            with pytest.raises(kind, match=re.escape(words)):
                api.call("GET", "/anything", "the test")


@pytest.mark.shared
def test_a_recorded_job_about_one_thing_is_over_and_made_no_ticket() -> None:
    if not SHARED.is_dir():
        pytest.skip("the recordings of zenpy are GPL and lie in ../shared, which is absent here")
    jobs = [job for job in recorded(SHARED, "job_status") if isinstance(job["results"], dict)]
    assert jobs
    assert [JobAnswer.model_validate(job).results for job in jobs] == [[]] * len(jobs)
