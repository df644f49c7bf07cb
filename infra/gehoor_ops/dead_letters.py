"""Dead letters: what each was about, and what became of that, which is the reason it tells.

A message carries ids alone, and what it asked for may have been done since by the sweep.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from gehoor.aws.translate import translated
from gehoor.domain.record import MentionState
from gehoor.errors import ContractBroken

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef

    from gehoor_ops.stack import Stack

QUEUES = ("Polls", "Deliveries", "UrgentDeliveries", "Events")
MOST = 1_000
"""Dead letters of one queue that are looked at in one run."""

HIDDEN_S = 600
"""Longer than a run takes; what it leaves is shown again at its end."""

LISTENING_S = 1


class Fate(StrEnum):
    """What is to be done with a dead letter."""

    SEND = "send again"
    DROP = "drop"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that failed too often; `reason` says what became of what it asked for."""

    queue: str
    body: str
    group: str
    receipt: str
    fate: Fate
    reason: str


@contextmanager
def dead_letters(stack: Stack, queue: str) -> Iterator[list[DeadLetter]]:
    """The dead letters of a queue; those left in the list at the end are shown to others again."""
    client, url = stack.account.sqs(), stack.output(f"{queue}DeadLetters")
    messages = list(_received(client, url))
    found = [_judged(message, queue, stack) for message in messages]
    try:
        yield found
    finally:
        for letter in found:
            with translated("showing a dead letter again"):
                client.change_message_visibility(
                    QueueUrl=url, ReceiptHandle=letter.receipt, VisibilityTimeout=0
                )


def send_again(letter: DeadLetter, stack: Stack) -> None:
    """Put a letter's message back into its queue, then take it off the dead ones.

    Who dies in between has sent it twice, which is harmless: queues do that themselves.
    """
    with translated("sending a dead letter again"):
        stack.account.sqs().send_message(
            QueueUrl=stack.output(f"{letter.queue}Queue"),
            MessageBody=letter.body,
            MessageGroupId=letter.group,
        )
    drop(letter, stack)


def drop(letter: DeadLetter, stack: Stack) -> None:
    """Take a letter off the dead ones."""
    with translated("dropping a dead letter"):
        stack.account.sqs().delete_message(
            QueueUrl=stack.output(f"{letter.queue}DeadLetters"), ReceiptHandle=letter.receipt
        )


def _received(client: SQSClient, url: str) -> Iterator[MessageTypeDef]:
    count = 0
    while count < MOST:
        with translated("reading dead letters"):
            answer = client.receive_message(
                QueueUrl=url,
                MaxNumberOfMessages=10,
                VisibilityTimeout=HIDDEN_S,
                WaitTimeSeconds=LISTENING_S,
                MessageSystemAttributeNames=["MessageGroupId"],
            )
        messages = answer.get("Messages", [])
        if not messages:
            return
        yield from messages
        count += len(messages)


def _judged(message: MessageTypeDef, queue: str, stack: Stack) -> DeadLetter:
    body = message["Body"]
    fate, reason = _fate(body, stack)
    group = message.get("Attributes", {}).get("MessageGroupId", "redriven")
    return DeadLetter(queue, body, group, message["ReceiptHandle"], fate, reason)


def _fate(body: str, stack: Stack) -> tuple[Fate, str]:
    ids = _ids(body)
    for name, judge in _JUDGES.items():
        if name in ids:
            try:
                return judge(ids, stack)
            except ContractBroken:
                return Fate.SEND, "what it is about cannot be read"
    return Fate.KEEP, "no message of gehoor's"


def _ids(body: str) -> dict[str, str]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _mention(ids: dict[str, str], stack: Stack) -> tuple[Fate, str]:
    record = stack.mentions().get(ids["mention_id"])
    if record is None:
        return Fate.DROP, "mention: not stored any more"
    if record.state is MentionState.PENDING:
        return Fate.SEND, "mention: still pending"
    if record.state is MentionState.ASIDE:
        return Fate.DROP, f"mention: set aside ({record.reason})"
    return Fate.DROP, "mention: delivered meanwhile"


def _recheck(ids: dict[str, str], stack: Stack) -> tuple[Fate, str]:
    if stack.mentions().get(ids["recheck_id"]) is None:
        return Fate.DROP, "look at a post: not stored any more"
    return Fate.SEND, "look at a post: its network did not tell for long"


def _alert(ids: dict[str, str], stack: Stack) -> tuple[Fate, str]:
    record = stack.alerts().get(ids["alert_id"])
    if record is None or record.told_at is not None:
        return Fate.DROP, "alert: told meanwhile"
    return Fate.SEND, "alert: still to be told"


def _note(ids: dict[str, str], stack: Stack) -> tuple[Fate, str]:
    if stack.notes().get(ids["case_id"]) is None:
        return Fate.DROP, "history note: written meanwhile"
    return Fate.SEND, "history note: still to be written"


def _bulk(ids: dict[str, str], stack: Stack) -> tuple[Fate, str]:
    if stack.bulks().get(ids["bulk_id"]) is None:
        return Fate.DROP, "bulk: over meanwhile"
    return Fate.SEND, "bulk: still open"


def _poll(ids: dict[str, str], stack: Stack) -> tuple[Fate, str]:
    state = stack.sources().get(ids["source_id"])
    if state is None:
        return Fate.DROP, "poll: the source left the configuration"
    error = f"source {ids['source_id']}: {state.error or 'well again'}"
    if "post_id" in ids:
        return Fate.SEND, f"look at a pushed post: {error}"
    return Fate.DROP, f"poll: {error}; it is polled at its next turn anyway"


def _event(ids: dict[str, str], stack: Stack) -> tuple[Fate, str]:
    if "comment_id" not in ids or "ticket_id" not in ids:
        return Fate.SEND, f"event: {ids['event']}"
    answer = stack.answers().get(ids["ticket_id"], ids["comment_id"])
    if answer is not None and answer.closed_at is not None:
        return Fate.DROP, "answer: ended meanwhile"
    return Fate.SEND, "answer: still pending"


_JUDGES = {
    "mention_id": _mention,
    "recheck_id": _recheck,
    "bulk_id": _bulk,
    "alert_id": _alert,
    "source_id": _poll,
    "event": _event,
    "case_id": _note,
}
"""By an id that the message carries; `case_id` last, which some events carry too."""
