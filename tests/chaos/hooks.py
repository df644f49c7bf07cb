"""The helpdesk's webhooks: signed, repeated where Zendesk repeats, now and then lost or doubled."""

import base64
from collections import Counter
from typing import Any

from chaos.faults import Dice
from chaos.switchboard import SharedClock, Switchboard
from playground.desk import signing
from playground.desk.deliveries import PAUSE, Attempt, retry_in
from playground.desk.store import Store, iso

HOOK_SECRET = "the-secret-of-the-webhook"
SUBSCRIPTIONS = tuple(
    f"zen:event-type:ticket.{name}"
    for name in ("comment_added", "merged", "status_changed", "requester_changed")
)
LOST, TWICE = 0.02, 0.03
"""How often a call never arrives, and arrives twice."""

LOOKED_AT = 20


class Hooks:
    """Takes what the Desk's database says is to be told, and brings it to `receive_webhook`."""

    def __init__(self, store: Store, clock: SharedClock, dice: Dice) -> None:
        self._store, self._clock, self._dice = store, clock, dice
        self._under_way: set[str] = set()
        self._outcomes: Counter[tuple[str, str, int | None]] = Counter()

    def call(self, board: Switchboard, seconds: float) -> None:
        """Hand what is due to receivers that have nothing to do, in no certain order."""
        due = self._due() if board.idle("receive_webhook") else []
        self._dice.random.shuffle(due)
        for invocation in due:
            worker = board.idle("receive_webhook")
            if worker is None:
                return
            name = str(invocation["id"])
            if self._dice.happens(LOST, "webhook: lost"):
                self._note(name, "failed", 0)
                continue
            self._under_way.add(name)
            board.give(worker, self._event(name, invocation["body"]), seconds, self._noted(name))

    def waiting(self) -> int:
        """How many calls are still to be made."""
        with self._store.transaction() as db:
            query = "SELECT COUNT(*) FROM invocations WHERE status = 'pending'"
            return int(db.execute(query).fetchone()[0])

    def _due(self) -> list[Any]:
        with self._store.transaction() as db:
            rows = db.execute(
                "SELECT id, body FROM invocations WHERE status = 'pending' AND due_at <= ?"
                " ORDER BY due_at, rowid LIMIT ?",
                (self._clock.seconds, LOOKED_AT),
            ).fetchall()
        return [row for row in rows if row["id"] not in self._under_way]

    def _event(self, name: str, body: str) -> dict[str, Any]:
        signed_at, sent = iso(self._clock()), body.encode()
        return {
            "pathParameters": {"sender": "zendesk"},
            "headers": {
                "X-Zendesk-Webhook-Invocation-Id": name,
                "X-Zendesk-Webhook-Signature": signing.sign(HOOK_SECRET, signed_at, sent),
                "X-Zendesk-Webhook-Signature-Timestamp": signed_at,
            },
            "body": base64.b64encode(sent).decode(),
            "isBase64Encoded": True,
        }

    def _noted(self, name: str) -> Any:
        """What Zendesk does with an answer; one that a dead worker owes is API Gateway's 500."""

        def note(answer: Any) -> None:
            self._under_way.discard(name)
            said = answer or {"statusCode": 500}
            status = said.get("statusCode", 500)
            attempt = Attempt("answered", status, said.get("headers", {}).get("Retry-After"))
            self._outcomes[name, attempt.outcome, status] += 1
            wait = retry_in(attempt, self._outcomes[name, attempt.outcome, status], PAUSE)
            if wait is None and self._dice.happens(TWICE, "webhook: told twice"):
                wait = PAUSE
            self._note(name, "failed" if wait is None else "pending", wait or 0)

        return note

    def _note(self, name: str, status: str, wait: float) -> None:
        with self._store.transaction() as db:
            db.execute(
                "UPDATE invocations SET status = ?, due_at = ? WHERE id = ?",
                (status, self._clock.seconds + wait, name),
            )
