"""Prism judges what gehoor asks of Bluesky against an OpenAPI file made from the lexicons."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from bluesky_exchanges import Exchange, exchanges
from prism import prism

SPEC = Path(__file__).parents[3] / "shared/specs/social/bluesky-xrpc.openapi.json"
TIMEOUT = (2, 30)

pytestmark = [pytest.mark.prism, pytest.mark.shared, pytest.mark.timeout(400)]

EXCHANGES = exchanges()
BY_CALL = {exchange.call: exchange for exchange in EXCHANGES}


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if not SPEC.exists():
        pytest.skip("the description of Bluesky is not kept here and ../shared is absent")
    with prism(SPEC, tmp_path_factory.mktemp("prism") / "prism.log") as url:
        yield url


def verdict(judge: str, exchange: Exchange, **changes: Any) -> int:
    """The status that Prism gives a call, changed by name."""
    asked = exchange.asked
    body = json.loads(asked.body) if asked.body else None
    given: dict[str, Any] = {"params": asked.query, "json": body, **changes}
    names = ("authorization", "atproto-proxy")
    headers = {name: asked.headers[name] for name in names if name in asked.headers}
    # Prism wants a token even where signing in gives one.
    headers.setdefault("authorization", "Bearer none")
    answer = requests.request(
        asked.method, f"{judge}{asked.path}", headers=headers, timeout=TIMEOUT, **given
    )
    return answer.status_code


@pytest.mark.parametrize("call", sorted(BY_CALL))
def test_every_call_is_one_of_the_protocol(judge: str, call: str) -> None:
    for exchange in EXCHANGES:
        if exchange.call == call:
            assert verdict(judge, exchange) == 200


@pytest.mark.parametrize(
    ("call", "changes"),
    [
        ("app.bsky.notification.listNotifications", {"params": {"limit": "1000"}}),
        ("app.bsky.feed.getPosts", {"params": {}}),
        ("com.atproto.repo.createRecord", {"json": {"collection": "x"}}),
        ("chat.bsky.convo.sendMessage", {"json": {"convoId": "x", "message": {}}}),
    ],
)
def test_the_judge_refuses_what_is_none(judge: str, call: str, changes: dict[str, object]) -> None:
    assert verdict(judge, BY_CALL[call], **changes) in (400, 422)
