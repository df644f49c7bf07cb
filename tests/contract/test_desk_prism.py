"""Prism judges what our Zendesk adapter sends, and the Desk refuses what Prism refuses.

The specification is Zendesk's interface without its prose; it carries no licence to copy, so it is
read from ../shared.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
import requests

from desk_server import TOKEN, Desk, running_desk
from factories import comment_draft, ticket_draft
from fakes.sessions import FakeSessions
from fakes.wiring import wiring
from gehoor.domain.contact import VerifiedContact
from gehoor.domain.mention import Author
from gehoor.domain.network import ImageFile
from gehoor.domain.priority import Priority
from gehoor.domain.ticket import CommentDraft, CustomerProfile, ProblemDraft, TicketDraft
from gehoor.helpdesks._zendesk_check import check
from gehoor.helpdesks.zendesk import Settings, ZendeskHelpdesk, connect
from gehoor.http import Http
from gehoor.images import ENDINGS
from gehoor.wiring import Access
from loopback import Answer, Asked, serving
from prism import prism, zendesk_spec

TIMEOUT = (2, 30)
COMMENT = {"comment": {"body": "x"}}
WEBHOOK = {
    "name": "gehoor",
    "endpoint": "https://a.example/hook",
    "http_method": "POST",
    "request_format": "json",
    "status": "active",
    "subscriptions": ["zen:event-type:ticket.comment_added"],
}
NEW_IDENTITY = {"identity": {"type": "twitter", "value": "anna_dv", "verified": True}}

pytestmark = [pytest.mark.prism, pytest.mark.shared, pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Prism on the specification, with the corrections that `_corrected` explains."""
    given = json.loads(zendesk_spec().read_bytes())
    directory = tmp_path_factory.mktemp("prism")
    spec = directory / "zendesk.json"
    spec.write_text(json.dumps(_corrected(given)), encoding="utf-8")
    with prism(spec, directory / "prism.log") as url:
        yield url


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with running_desk(tmp_path) as desk:
        yield desk


def _corrected(spec: dict[str, Any]) -> dict[str, Any]:
    """Let field values and new identities be sent in the form in which the specification has them.

    It gives requests the type of a field's definition (title, type, key) in place of a value's. Of
    a new identity it has no body; its types are those of the identities it answers. Nor has it one
    of an upload, which is the file itself, of a new group, or of a change to many tickets, which is
    that of one; and it asks a list of groups for the user of a path that names none.
    """
    definitions = spec["definitions"]
    values = definitions["TicketObject"]["properties"]["custom_fields"]
    for name in ("TicketCreateInput", "TicketUpdateInput"):
        definitions[name]["properties"]["custom_fields"] = values
    types = definitions["UserIdentityObject"]["properties"]["type"]["enum"]
    for suffix in ("", ".json"):
        new_identity = spec["paths"][f"/api/v2/users/{{user_id}}/identities{suffix}"]["post"]
        new_identity["consumes"] = ["application/json"]
        new_identity["parameters"] = [_identity_body(types)]
        upload = spec["paths"][f"/api/v2/uploads{suffix}"]["post"]
        upload["consumes"] = list(ENDINGS)
        upload["parameters"] = [_UPLOAD_NAME, _UPLOAD_BODY]
        one, many = (
            spec["paths"][f"/api/v2/tickets/{name}{suffix}"]["put"]
            for name in ("{ticket_id}", "update_many")
        )
        many["consumes"] = one["consumes"]
        many["parameters"] += [sent for sent in one["parameters"] if sent["in"] == "body"]
        groups = spec["paths"][f"/api/v2/groups{suffix}"]
        groups["get"]["parameters"] = [_ONLY_LIVE]
        groups["post"]["consumes"] = ["application/json"]
        groups["post"]["parameters"] = [_GROUP_BODY]
    return spec


_ONLY_LIVE = {"in": "query", "name": "exclude_deleted", "type": "boolean"}
_GROUP = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
_GROUP_BODY = {
    "in": "body",
    "name": "body",
    "required": True,
    "schema": {"type": "object", "required": ["group"], "properties": {"group": _GROUP}},
}
_UPLOAD_NAME = {"in": "query", "name": "filename", "required": True, "type": "string"}
_UPLOAD_BODY = {
    "in": "body",
    "name": "body",
    "required": True,
    "schema": {"type": "string", "format": "binary"},
}


def _identity_body(types: list[str]) -> dict[str, Any]:
    identity = {
        "type": "object",
        "required": ["type", "value"],
        "properties": {
            "type": {"type": "string", "enum": types},
            "value": {"type": "string", "minLength": 1},
            "verified": {"type": "boolean"},
        },
    }
    body = {"type": "object", "required": ["identity"], "properties": {"identity": identity}}
    return {"in": "body", "name": "body", "required": True, "schema": body}


def ask(server: str, method: str, path: str, body: object = None, token: str = TOKEN) -> int:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    url = f"{server}/api/v2{path}"
    return requests.request(method, url, json=body, headers=headers, timeout=TIMEOUT).status_code


@pytest.mark.parametrize("suffix", ["", ".json"])
def test_what_prism_accepts_the_desk_accepts(judge: str, desk: Desk, suffix: str) -> None:
    # Given
    anna = desk.customer("Anna", external_id="gehoor:m:1")
    ticket_id = desk.ticket(requester_id=anna)["id"]
    webhook_id = desk.post("/webhooks", {"webhook": WEBHOOK})["webhook"]["id"]
    group_id = desk.post("/groups", {"group": {"name": "Crisis"}})["group"]["id"]
    full = {
        "subject": "s",
        "group_id": group_id,
        "external_id": "mastodon:1",
        "requester_id": anna,
        "priority": "high",
        "tags": ["webcare"],
        "custom_fields": [{"id": 7, "value": "x"}],
        "metadata": {"marker": "m"},
        "comment": {"html_body": "<p>x</p>", "public": True, "author_id": anna},
    }
    requests_sent: list[tuple[str, str, object]] = [
        ("GET", f"/users/me{suffix}", None),
        (
            "POST",
            f"/users/create_or_update{suffix}",
            {"user": {"name": "Bram", "external_id": "gehoor:m:2", "skip_verify_email": True}},
        ),
        ("GET", f"/users/{anna}{suffix}", None),
        ("GET", f"/users/search{suffix}?external_id=gehoor:m:1", None),
        ("GET", f"/users/search{suffix}?query=phone:31612345678", None),
        ("GET", f"/users/show_many{suffix}?external_ids=gehoor:m:1", None),
        ("GET", f"/users/{anna}/related{suffix}", None),
        ("GET", f"/users/{anna}/identities{suffix}", None),
        ("GET", f"/users/{anna}/tickets/requested{suffix}?per_page=100&include=users", None),
        ("POST", f"/groups{suffix}", {"group": {"name": f"Webcare{suffix}"}}),
        ("GET", f"/groups{suffix}?exclude_deleted=true", None),
        ("GET", f"/groups/{group_id}{suffix}", None),
        ("POST", f"/tickets{suffix}", {"ticket": full}),
        ("POST", f"/tickets/create_many{suffix}", {"tickets": [full, full]}),
        ("GET", f"/tickets{suffix}?external_id=mastodon:1", None),
        ("GET", f"/tickets/{ticket_id}{suffix}?include=users", None),
        ("PUT", f"/tickets/{ticket_id}{suffix}", {"ticket": full}),
        ("PUT", f"/tickets/{ticket_id}{suffix}", {"ticket": {"status": "solved"}}),
        ("GET", f"/tickets/{ticket_id}/comments{suffix}?sort=-created_at&page[size]=100", None),
        ("GET", f"/tickets/{ticket_id}/audits{suffix}", None),
        ("GET", f"/tickets/{ticket_id}/tags{suffix}", None),
        ("POST", "/webhooks", {"webhook": WEBHOOK}),
        ("GET", "/webhooks", None),
        ("GET", f"/webhooks/{webhook_id}", None),
        ("GET", f"/webhooks/{webhook_id}/signing_secret", None),
    ]
    # When
    judged = {
        (method, path): (ask(judge, method, path, body), ask(desk.url, method, path, body))
        for method, path, body in requests_sent
    }
    # Then
    refused = {
        request: statuses
        for request, statuses in judged.items()
        if not all(status < HTTPStatus.MULTIPLE_CHOICES for status in statuses)
    }
    assert refused == {}


@pytest.mark.parametrize("suffix", ["", ".json"])
def test_what_prism_accepts_of_later_life_the_desk_accepts(
    judge: str, desk: Desk, suffix: str
) -> None:
    # Given: of changes of many tickets the specification knows no body
    anna, bram, cas = (desk.customer(name) for name in ("Anna", "Bram", "Cas"))
    target, source, gone, erased = (desk.ticket()["id"] for _ in range(4))
    for ticket_id in (gone, erased):
        desk.call("DELETE", f"/tickets/{ticket_id}")
    twitter = {"identity": {"type": "twitter", "value": "bram_dv"}}
    identity = desk.post(f"/users/{bram}/identities", twitter)["identity"]["id"]
    job_id = desk.post("/tickets/create_many", {"tickets": [COMMENT]})["job_status"]["id"]
    token = desk.call("POST", "/uploads?filename=a.txt", data=b"x").json()["upload"]["token"]
    merge = {"ids": [source], "target_comment": "t", "target_comment_is_public": False}
    requests_sent: list[tuple[str, str, object]] = [
        ("GET", f"/job_statuses{suffix}", None),
        ("GET", f"/job_statuses/{job_id}{suffix}", None),
        ("GET", f"/job_statuses/show_many{suffix}?ids={job_id}", None),
        ("GET", f"/incremental/ticket_events{suffix}?start_time=1&include=comment_events", None),
        ("POST", f"/tickets/{target}/merge{suffix}", merge),
        ("PUT", f"/tickets/{target}{suffix}", {"ticket": {"requester_id": bram}}),
        ("GET", f"/deleted_tickets{suffix}?sort_by=deleted_at&sort_order=desc", None),
        ("PUT", f"/deleted_tickets/{gone}/restore{suffix}", None),
        ("DELETE", f"/deleted_tickets/{erased}{suffix}", None),
        ("DELETE", f"/tickets/{target}{suffix}", None),
        ("DELETE", f"/tickets/destroy_many{suffix}?ids={gone}", None),
        ("DELETE", f"/uploads/{token}{suffix}", None),
        ("POST", f"/users/{bram}/identities{suffix}", NEW_IDENTITY),
        ("DELETE", f"/users/{bram}/identities/{identity}{suffix}", None),
        ("PUT", f"/users/{anna}/merge{suffix}", {"user": {"id": bram}}),
        ("DELETE", f"/users/{cas}{suffix}", None),
    ]
    # When
    judged = {
        (method, path): (ask(judge, method, path, body), ask(desk.url, method, path, body))
        for method, path, body in requests_sent
    }
    # Then: not only accepted by both, but answered with one status
    assert {request: one for request, one in judged.items() if one[0] != one[1]} == {}
    assert all(status < HTTPStatus.MULTIPLE_CHOICES for status, _ in judged.values())


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/tickets", {"ticket": {"subject": "no comment"}}),
        ("POST", "/tickets", {"ticket": {"subject": 5, **COMMENT}}),
        ("POST", "/tickets", {"ticket": {"priority": "bogus", **COMMENT}}),
        ("POST", "/tickets", {"ticket": {"status": "done", **COMMENT}}),
        ("POST", "/tickets", {"ticket": {"type": "wish", **COMMENT}}),
        ("POST", "/tickets", {"ticket": {"requester_id": "x", **COMMENT}}),
        ("POST", "/tickets", {"ticket": {"external_id": 5, **COMMENT}}),
        ("POST", "/tickets", {"ticket": {"tags": "a", **COMMENT}}),
        ("POST", "/tickets", {"ticket": {"custom_fields": {"1": "a"}, **COMMENT}}),
        ("POST", "/tickets", {"ticket": {"custom_fields": [{"id": "a"}], **COMMENT}}),
        ("POST", "/tickets", {"ticket": {"comment": {"body": 5}}}),
        ("POST", "/tickets", {"ticket": {"comment": {"body": "x", "public": "yes"}}}),
        ("POST", "/tickets", {"ticket": {"comment": "x"}}),
        ("POST", "/tickets", {"ticket": {"safe_update": "yes", **COMMENT}}),
        ("PUT", "/tickets/1", {"ticket": {"status": "done"}}),
        ("PUT", "/tickets/1", {"ticket": {"priority": 1}}),
        ("POST", "/tickets/1/merge", {}),
        ("POST", "/tickets/1/merge", {"ids": ["x"]}),
        ("POST", "/tickets/1/merge", {"ids": [2], "target_comment": 5}),
        ("POST", "/tickets/1/merge", {"ids": [2], "target_comment_is_public": "yes"}),
        ("PUT", "/users/1/merge", {}),
        ("GET", "/incremental/ticket_events", None),
        ("GET", "/incremental/ticket_events?start_time=x", None),
        ("POST", "/users", {}),
        ("POST", "/users/create_or_update", {}),
        ("POST", "/users/36000000000001/identities", {}),
        ("POST", "/users/36000000000001/identities", {"identity": {"type": "twitter"}}),
        ("POST", "/webhooks", {"webhook": WEBHOOK | {"request_format": "jsn"}}),
        ("POST", "/webhooks", {"webhook": {"name": "only a name"}}),
        ("POST", "/webhooks", {"webhook": WEBHOOK | {"authentication": {"type": "magic"}}}),
    ],
)
def test_what_prism_refuses_the_desk_refuses(
    judge: str, desk: Desk, method: str, path: str, body: object
) -> None:
    # Given
    desk.ticket()
    # When
    judged = ask(judge, method, path, body), ask(desk.url, method, path, body)
    # Then
    assert judged == (HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.UNPROCESSABLE_ENTITY)


def test_both_want_credentials(judge: str, desk: Desk) -> None:
    statuses = [ask(server, "GET", "/tickets", token="") for server in (judge, desk.url)]
    assert statuses == [HTTPStatus.UNAUTHORIZED] * 2


@dataclass(frozen=True)
class Judged:
    """How to reach the Desk, and what Prism says to each operation that is asked of it there."""

    settings: Settings
    http: Http
    verdicts: dict[str, int]

    def connect(self) -> ZendeskHelpdesk:
        return connect(self.settings, wiring(TOKEN, self.http))


@pytest.fixture(params=["", ".json"])
def judged(judge: str, desk: Desk, request: pytest.FixtureRequest) -> Iterator[Judged]:
    """A server between adapter and Desk that shows every request to Prism too, in both styles."""
    verdicts: dict[str, int] = {}

    def forward(asked: Asked) -> Answer:
        headers = {
            name: value
            for name, value in asked.headers.items()
            if name in ("authorization", "content-type", "idempotency-key")
        }
        sent: dict[str, Any] = {"params": asked.query, "data": asked.body, "headers": headers}
        verdict, answer = (
            requests.request(asked.method, url, timeout=TIMEOUT, **sent)
            for url in (f"{judge}{asked.path}{request.param}", desk.url + asked.path)
        )
        name = _operation(asked)
        verdicts[name] = max(verdict.status_code, verdicts.get(name, 0))
        return Answer(
            answer.content, answer.status_code, {"Content-Type": answer.headers["Content-Type"]}
        )

    with serving(forward) as between:
        settings = Settings(
            kind="zendesk",
            base_url=between.url,
            secret="/gehoor/zendesk",
            ticket_fields={"handle": 7},
        )
        http = Http(lambda: datetime.now(UTC), frozenset({"127.0.0.1"}))
        yield Judged(settings, http, verdicts)


def _operation(asked: Asked) -> str:
    path = asked.path.removeprefix("/api/v2/").split("/")
    is_id = re.compile(r"[0-9]+|V3-.*").fullmatch
    return f"{asked.method} {'/'.join('#' if is_id(part) else part for part in path)}"


def test_prism_accepts_what_our_adapter_asks_about_customers_and_comments(judged: Judged) -> None:
    helpdesk = judged.connect()
    # When
    author = Author("mastodon", "109", "@anna@social.example", "Anna", "https://s.example/@a")
    customer = helpdesk.upsert_customer(
        CustomerProfile(author, "nl", date(2026, 11, 22))
    ).customer_id
    first = CommentDraft("<p>It broke</p>", public=True, marker="m1", author_id=customer)
    draft = TicketDraft(
        external_id="mastodon:1",
        subject="It broke",
        requester_id=customer,
        first=first,
        priority=Priority.HIGH,
        tags=("webcare",),
        fields=(("handle", "@anna"),),
    )
    opened = helpdesk.open_ticket(draft)
    found = helpdesk.find_ticket("mastodon:1")
    note = CommentDraft("<p>history</p>", public=False, marker="m2")
    comment_id = helpdesk.add_comment(opened.ticket_id, note)
    noted = helpdesk.find_comment(opened.ticket_id, "m2")
    comment = helpdesk.read_comment(opened.ticket_id, comment_id)
    history = helpdesk.history(customer)
    proved = VerifiedContact("anna@shop.example", "+31612345678")
    on_x = CustomerProfile(Author("x", "783214", "@anna", "Anna", ""), "nl", date(2026, 11, 22))
    helpdesk.upsert_customer(on_x, proved)
    known = helpdesk.find_customer(proved)
    assert helpdesk.find_customer(replace(proved, email="")) == known
    assert known is not None
    renamed = replace(on_x, author=replace(on_x.author, handle="@an"), known_handle="@anna")
    helpdesk.update_customer(known.customer_id, renamed, named=True)
    taken = helpdesk.add_contact(customer, proved)
    given = helpdesk.add_contact(customer, VerifiedContact("anna2@shop.example"))
    # Then
    assert (taken, given) == (False, True)
    assert found == opened
    assert noted == comment_id
    assert (comment.text, comment.public, comment.by_agent) == ("history", False, False)
    assert [ticket.ticket_id for ticket in history.tickets] == [opened.ticket_id]
    assert set(judged.verdicts) == {
        "DELETE users/#/identities/#",
        "GET tickets",
        "GET tickets/#/comments",
        "GET users/#/identities",
        "GET users/#/tickets/requested",
        "GET users/me",
        "GET users/search",
        "POST tickets",
        "POST users/#/identities",
        "POST users/create_or_update",
        "PUT tickets/#",
        "PUT users/#",
    }
    assert {name: status for name, status in judged.verdicts.items() if status >= 300} == {}


def test_prism_accepts_what_our_adapter_asks_about_tickets_jobs_and_files(
    judged: Judged,
) -> None:
    # Given a customer with a ticket
    helpdesk = judged.connect()
    customer, other = (
        helpdesk.upsert_customer(
            CustomerProfile(Author("mastodon", name, name, name, ""), "nl", date(2026, 11, 22))
        ).customer_id
        for name in ("anna", "bob")
    )
    ticket_id = helpdesk.open_ticket(ticket_draft(customer)).ticket_id
    # When everything else is asked
    picture = helpdesk.upload(ImageFile("1.png", "image/png", b"png"))
    tags: dict[str, Any] = {"tags": ("risk_press",), "drops_tags": ("gehoor",)}
    words = comment_draft(reopens=True, at_least=Priority.URGENT, uploads=(picture,), **tags)
    comment_id = helpdesk.add_comment(ticket_id, words)
    helpdesk.tags_at(ticket_id, comment_id)
    helpdesk.merged_into(ticket_id)
    helpdesk.set_requester(ticket_id, other)
    assert helpdesk.is_customer(other)
    assert [ticket.requester_id for ticket in helpdesk.read_tickets([ticket_id])] == [other]
    helpdesk.comments_since(datetime.now(UTC) - timedelta(hours=1))
    bulk = helpdesk.bulk
    assert set(bulk.known_customers(["gehoor:mastodon:anna"])) == {"gehoor:mastodon:anna"}
    bulk.read_job(bulk.open_tickets([replace(ticket_draft(customer), external_id="gehoor:2")]))
    bulk.is_at_work()
    bulk.read_job(bulk.write_comments([(ticket_id, comment_draft("Known", public=False))]))
    bulk.is_changing()
    helpdesk.open_ticket(ticket_draft(customer, external_id="gehoor:3", group="Crisis"))
    problem = ProblemDraft("gehoor:problem", "Many say so", "<p>Look</p>", ("gehoor_incident",))
    helpdesk.problems.link([ticket_id], helpdesk.problems.open_problem(problem))
    check(judged.settings, Access(TOKEN, judged.http, FakeSessions()))
    # Then Prism takes it all
    assert set(judged.verdicts) == {
        "GET groups",
        "GET incremental/ticket_events",
        "GET job_statuses",
        "GET job_statuses/#",
        "GET tickets/#",
        "GET tickets/#/audits",
        "GET tickets/show_many",
        "GET triggers",
        "GET users/#",
        "GET users/me",
        "GET users/show_many",
        "POST tickets",
        "POST tickets/create_many",
        "POST uploads",
        "POST users/create_or_update",
        "PUT tickets/#",
        "PUT tickets/update_many",
    }
    assert {name: status for name, status in judged.verdicts.items() if status >= 300} == {}
