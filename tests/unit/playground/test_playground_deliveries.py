import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desk_server import wait_for
from loopback import Answer, Asked, serving
from playground.desk import signing, webhooks
from playground.desk.deliveries import Attempt, DeliveryWorker, connect_to, retry_in
from playground.desk.inputs import WebhookInput
from playground.desk.store import Store


def test_the_signature_of_the_documented_test_secret() -> None:
    # Given: Zendesk's published test secret; the vector was computed apart from this program
    secret = "dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ=="
    body = b'{"ticket_id":"35436","comment_id":"1"}'
    # When
    signature = signing.sign(secret, "2026-11-22T10:00:00Z", body)
    # Then
    assert signature == "9Pa7c3PwSwhTtP9aXfVDbhrZioMirz4JMPQOHgJGB14="


@pytest.mark.parametrize(
    ("attempt", "same_so_far", "wait"),
    [
        (Attempt("answered", 200), 1, None),
        (Attempt("answered", 409), 1, 1),
        (Attempt("answered", 409), 3, 4),
        (Attempt("answered", 409), 4, None),
        (Attempt("answered", 429, "30"), 1, 30),
        (Attempt("answered", 503, "59"), 9, 59),
        (Attempt("answered", 503, "60"), 1, None),
        (Attempt("answered", 503), 1, None),
        (Attempt("answered", 503, "soon"), 1, None),
        (Attempt("answered", 500, "5"), 1, None),
        (Attempt("answered", 404), 1, None),
        (Attempt("timeout"), 1, 1),
        (Attempt("timeout"), 5, 16),
        (Attempt("timeout"), 6, None),
        (Attempt("unreachable"), 1, None),
    ],
)
def test_only_what_zendesk_repeats_is_repeated(
    attempt: Attempt, same_so_far: int, wait: float | None
) -> None:
    assert retry_in(attempt, same_so_far, pause=1) == wait


@pytest.mark.parametrize(
    ("endpoint", "url", "host"),
    [
        ("https://a.example/x?y=1", "https://a.example/x?y=1", None),
        ("https://api.aws.example/p/x?y=1", "http://127.0.0.1:4566/p/x?y=1", "api.aws.example"),
        ("http://q1.gw.example:4566/", "http://127.0.0.1:4567/", "q1.gw.example:4566"),
        ("http://gw.example/", "http://gw.example/", None),
    ],
)
def test_resolved_names_keep_their_host(endpoint: str, url: str, host: str | None) -> None:
    resolve = {"api.aws.example": "127.0.0.1:4566", "*.gw.example": "127.0.0.1:4567"}
    assert connect_to(endpoint, resolve) == (url, host)


@pytest.mark.parametrize(
    ("authentication", "headers"),
    [
        (None, {}),
        ({"type": "bearer_token", "data": {"token": "t"}}, {"Authorization": "Bearer t"}),
        ({"type": "api_key", "data": {"name": "X-Key", "value": "v"}}, {"X-Key": "v"}),
        (
            {"type": "basic_auth", "data": {"username": "u", "password": "p"}},
            {"Authorization": "Basic dTpw"},
        ),
    ],
)
def test_a_webhooks_own_credentials(
    authentication: dict[str, object] | None, headers: dict[str, str]
) -> None:
    assert signing.credentials(authentication) == headers


def test_a_receiver_that_is_too_slow_is_asked_again(tmp_path: Path) -> None:
    # Given
    awake = threading.Event()

    def answer(asked: Asked) -> Answer:
        if not awake.is_set():
            awake.set()
            time.sleep(0.5)
        return Answer()

    store = Store(tmp_path / "desk.sqlite")
    worker = DeliveryWorker(store, lambda: datetime.now(UTC), {}, timeout=0.2, pause=0.01)
    with serving(answer) as served:
        webhook = WebhookInput(
            name="w",
            endpoint=served.url,
            http_method="POST",
            request_format="json",
            status="active",
            subscriptions=["e"],
        )
        with store.transaction() as db:
            webhooks.create(db, webhook, 1, "2026-11-22T10:00:00Z", "secret")
            webhooks.enqueue(db, "e", {"x": 1}, "2026-11-22T10:00:00Z")
        # When
        worker.start()

        def outcomes() -> list[str]:
            with store.transaction() as db:
                rows = db.execute("SELECT outcome FROM attempts ORDER BY id").fetchall()
            return [row["outcome"] for row in rows]

        wait_for(lambda: "answered" in outcomes(), "an answer")
        worker.stop()
    # Then
    assert sorted(outcomes()) == ["answered", "timeout"]
    store.close()
