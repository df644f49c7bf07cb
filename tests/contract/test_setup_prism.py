"""Prism judges every request that setup sends, in both styles of paths."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from desk_server import Desk, running_desk
from desk_setup import WANTED, objects_at, set_up
from gehoor_ops.setup_apply import carry_out
from gehoor_ops.setup_plan import KINDS, Action, plan, plan_removal
from loopback import Answer, Asked, serving
from prism import prism, zendesk_spec

TIMEOUT = (2, 30)
BODIES = {
    "ticket_field": "TicketFieldObject",
    "user_field": "CustomFieldObject",
    "ticket_form": "TicketFormObject",
    "view": "ViewObject",
}

pytestmark = [pytest.mark.prism, pytest.mark.shared, pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Prism on the specification, with the bodies that `_with_bodies` explains."""
    directory = tmp_path_factory.mktemp("prism")
    spec = directory / "zendesk.json"
    given = json.loads(zendesk_spec().read_bytes())
    spec.write_text(json.dumps(_with_bodies(given)), encoding="utf-8")
    with prism(spec, directory / "prism.log") as url:
        yield url


def _with_bodies(spec: dict[str, Any]) -> dict[str, Any]:
    """Let what is written be judged by what is answered.

    The specification gives no body for these writes, and Prism would refuse any. A change need not
    hold what a making must.
    """
    for kind, definition in BODIES.items():
        found = spec["definitions"][definition]
        changed = {name: part for name, part in found.items() if name != "required"}
        bodies = {"post": found, "put": changed}
        for path, operations in spec["paths"].items():
            if re.fullmatch(rf"/api/v2/{kind}s(/{{{kind}_id}})?(\.json)?", path):
                for method in bodies.keys() & operations:
                    schema = {"type": "object", "properties": {kind: bodies[method]}}
                    body = {"in": "body", "name": "body", "required": True, "schema": schema}
                    operations[method]["parameters"] = [body]
                    operations[method]["consumes"] = ["application/json"]
    return spec


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with running_desk(tmp_path) as running:
        yield running


def switch_everything_off(desk: Desk) -> None:
    for kind in KINDS:
        off: dict[str, Any] = {"status": "inactive"} if kind == "webhook" else {"active": False}
        for one in desk.get(f"/{kind}s")[f"{kind}s"]:
            if one.get("removable", True) and not one.get("default", False):
                desk.call(
                    "PATCH" if kind == "webhook" else "PUT",
                    f"/{kind}s/{one['id']}",
                    json={kind: off},
                ).raise_for_status()


@pytest.mark.parametrize("suffix", ["", ".json"])
def test_prism_accepts_every_request_of_setup(judge: str, desk: Desk, suffix: str) -> None:
    # Given a server between setup and Desk that shows every request to Prism too
    verdicts: dict[tuple[str, str], int] = {}

    def forward(asked: Asked) -> Answer:
        # Webhooks have one style only.
        path = asked.path if "/webhooks" in asked.path else asked.path + suffix
        headers = {
            name: value
            for name, value in asked.headers.items()
            if name in ("authorization", "content-type")
        }
        sent: dict[str, Any] = {"params": asked.query, "data": asked.body, "headers": headers}
        verdict, answer = (
            requests.request(asked.method, server + path, timeout=TIMEOUT, **sent)
            for server in (judge, desk.url)
        )
        verdicts[asked.method, path] = verdict.status_code
        return Answer(answer.content, answer.status_code)

    with serving(forward) as between:
        objects = objects_at(between.url)
        # When everything is made, changed and removed again
        made = set_up(objects)
        objects.signing_secret(made.ids["webhook", "webhook"])
        switch_everything_off(desk)
        changes = plan(WANTED, objects.found())
        changed = carry_out(changes, objects, lambda _: None)
        removed = carry_out(plan_removal(objects.found()), objects, lambda _: None)
    # Then Prism accepted it, and the Desk did it
    assert {step.action for step in changes} == {Action.CHANGE}
    assert (made.refused, changed.refused, removed.refused) == ([], [], [])
    assert {method for method, _ in verdicts} == {"GET", "POST", "PUT", "DELETE"}
    assert len(verdicts) >= 2 * len(KINDS) + 2 * len(WANTED) + 1
    assert {request: status for request, status in verdicts.items() if status >= 300} == {}
