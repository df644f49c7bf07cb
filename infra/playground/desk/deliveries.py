"""Sends queued events to webhooks: signed, and repeated only where Zendesk repeats.

Zendesk's rules: 409 up to three more times; 429 and 503 only with a Retry-After below 60 s; a
timeout up to five more times; nothing else is repeated, a refused connection neither.
"""

import json
import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from urllib.parse import urlsplit, urlunsplit

import requests

from playground.desk import signing, webhooks
from playground.desk.events import ACCOUNT_ID
from playground.desk.store import Store, iso

log = logging.getLogger(__name__)

TIMEOUT = 12.0
PAUSE = 1.0
MAX_CONFLICTS = 3
MAX_TIMEOUTS = 5
MAX_RETRY_AFTER = 60
MAX_RESPONSE = 2000
THROTTLED = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of one attempt; `outcome` is answered, timeout or unreachable."""

    outcome: str
    status_code: int | None = None
    retry_after: str | None = None
    body: str = ""


class DeliveryWorker:
    """One background thread that empties the queue of invocations.

    An invocation leaves the queue only after its outcome is stored, so a stop in between sends it
    again: receivers must expect doubles, as they must with Zendesk.
    """

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        resolve: Mapping[str, str],
        *,
        timeout: float = TIMEOUT,
        pause: float = PAUSE,
    ) -> None:
        self._store = store
        self._clock = clock
        self._resolve = resolve
        self._timeout = timeout
        self._pause = pause
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="webhook-deliveries", daemon=True)
        self._session = requests.Session()
        self._session.trust_env = False

    def start(self) -> None:
        """Start sending, first what an earlier run left behind."""
        self._thread.start()

    def wake(self) -> None:
        """Say that something may be waiting."""
        self._wake.set()

    def stop(self) -> None:
        """Finish the attempt under way and stop."""
        self._stopping.set()
        self._wake.set()
        self._thread.join(timeout=self._timeout + 5)
        self._session.close()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            due = self._next()
            if due is None:
                self._wake.wait(timeout=0.5)
                continue
            self._deliver(due)

    def _next(self) -> sqlite3.Row | None:
        with self._store.transaction() as db:
            row: sqlite3.Row | None = db.execute(
                "SELECT invocations.*, webhooks.endpoint, webhooks.http_method, webhooks.secret,"
                " webhooks.authentication FROM invocations"
                " JOIN webhooks ON webhooks.id = invocations.webhook_id"
                " WHERE invocations.status = 'pending' AND due_at <= ?"
                " ORDER BY due_at, invocations.id LIMIT 1",
                (time.time(),),
            ).fetchone()
            return row

    def _deliver(self, invocation: sqlite3.Row) -> None:
        headers = self._headers(invocation)
        attempt = self._send(invocation, headers)
        log.info(
            "webhook %s invocation %s: %s %s",
            invocation["webhook_id"],
            invocation["id"],
            attempt.outcome,
            attempt.status_code or "",
        )
        with self._store.transaction() as db:
            self._note(db, invocation, headers, attempt)

    def _headers(self, invocation: sqlite3.Row) -> dict[str, str]:
        timestamp = iso(self._clock())
        body = invocation["body"].encode("utf-8")
        return {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Zendesk Webhook",
            "X-Zendesk-Account-Id": str(ACCOUNT_ID),
            "X-Zendesk-Webhook-Id": invocation["webhook_id"],
            "X-Zendesk-Webhook-Invocation-Id": invocation["id"],
            "X-Zendesk-Webhook-Signature": signing.sign(invocation["secret"], timestamp, body),
            "X-Zendesk-Webhook-Signature-Timestamp": timestamp,
        }

    def _send(self, invocation: sqlite3.Row, headers: dict[str, str]) -> Attempt:
        try:
            url, host = connect_to(invocation["endpoint"], self._resolve)
            extra = signing.credentials(json.loads(invocation["authentication"] or "null"))
            if host:
                extra["Host"] = host
            answer = self._session.request(
                invocation["http_method"],
                url,
                data=invocation["body"].encode("utf-8"),
                headers=headers | extra,
                timeout=self._timeout,
                allow_redirects=False,
            )
        except requests.Timeout:
            return Attempt("timeout")
        except (requests.RequestException, ValueError):
            # ValueError: an address or a header of the webhook's own that cannot be sent.
            return Attempt("unreachable")
        retry_after = answer.headers.get("Retry-After")
        return Attempt("answered", answer.status_code, retry_after, answer.text[:MAX_RESPONSE])

    def _note(
        self,
        db: sqlite3.Connection,
        invocation: sqlite3.Row,
        headers: dict[str, str],
        attempt: Attempt,
    ) -> None:
        known = db.execute("SELECT 1 FROM invocations WHERE id = ?", (invocation["id"],)).fetchone()
        if known is None:
            return
        now = iso(self._clock())
        db.execute(
            "INSERT INTO attempts (id, invocation_id, outcome, status_code, request_headers,"
            " response_body, completed_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                webhooks.new_ulid(),
                invocation["id"],
                attempt.outcome,
                attempt.status_code,
                json.dumps(headers),
                attempt.body,
                now,
            ),
        )
        wait = retry_in(attempt, _same_outcomes(db, invocation["id"], attempt), self._pause)
        db.execute(
            "UPDATE invocations SET status = ?, status_code = ?, due_at = ?,"
            " latest_completed_at = ? WHERE id = ?",
            (
                "pending" if wait is not None else _final(attempt),
                attempt.status_code,
                time.time() + (wait or 0),
                now,
                invocation["id"],
            ),
        )


def retry_in(attempt: Attempt, same_so_far: int, pause: float) -> float | None:
    """Seconds until the next attempt, None when there is none.

    `same_so_far` counts the attempts that ended like this one, this one included.
    """
    if attempt.outcome == "timeout" and same_so_far <= MAX_TIMEOUTS:
        return float(pause * 2 ** (same_so_far - 1))
    if attempt.status_code == HTTPStatus.CONFLICT and same_so_far <= MAX_CONFLICTS:
        return float(pause * 2 ** (same_so_far - 1))
    if attempt.status_code in THROTTLED:
        return _seconds(attempt.retry_after)
    return None


def connect_to(endpoint: str, resolve: Mapping[str, str]) -> tuple[str, str | None]:
    """The address to connect to, and the Host to send when it is another one.

    A name in `resolve` is an emulated service: it is spoken to in plain HTTP.
    """
    parts = urlsplit(endpoint)
    name = parts.hostname or ""
    parent = "*." + name.partition(".")[2]
    address = resolve.get(name) or resolve.get(parent)
    if address is None:
        return endpoint, None
    return urlunsplit(("http", address, parts.path, parts.query, "")), parts.netloc


def _seconds(retry_after: str | None) -> float | None:
    if retry_after is None or not retry_after.isdigit():
        return None
    seconds = int(retry_after)
    return float(seconds) if seconds < MAX_RETRY_AFTER else None


def _same_outcomes(db: sqlite3.Connection, invocation_id: str, attempt: Attempt) -> int:
    return int(
        db.execute(
            "SELECT COUNT(*) FROM attempts WHERE invocation_id = ? AND outcome = ?"
            " AND status_code IS ?",
            (invocation_id, attempt.outcome, attempt.status_code),
        ).fetchone()[0]
    )


def _final(attempt: Attempt) -> str:
    done = attempt.status_code is not None and attempt.status_code < HTTPStatus.MULTIPLE_CHOICES
    return "success" if done else "failed"
