"""Zendesk's webhooks: who signed, and what of them concerns gehoor."""

import hmac
import json
from base64 import b64encode
from contextlib import suppress
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories import NOW
from gehoor.domain.event import CommentAdded
from gehoor.errors import ContractBroken, NotAllowed
from gehoor.webhooks.zendesk import (
    COMMENT_ADDED,
    PUBLIC_TEST_SECRET,
    SIGNATURE,
    TIMESTAMP,
    read,
    signature,
    verify,
)

BODY = b'{"ticket_id":"35436","comment_id":"1"}'
SIGNED_AT = "2026-11-22T10:00:00Z"
SECRET = "a-secret-of-our-own"


def headers(secret: str = SECRET, at: str = SIGNED_AT, body: bytes = BODY) -> dict[str, str]:
    return {SIGNATURE: signature(secret, at, body), TIMESTAMP: at}


def event(**changes: Any) -> dict[str, Any]:
    """The event of an agent's public comment on a ticket of gehoor's."""
    comment = {"id": "11", "is_public": True, "author": {"id": "5", "is_staff": True}}
    detail = {"id": "35436", "external_id": "gehoor:abc"}
    made: dict[str, Any] = {"type": COMMENT_ADDED, "detail": detail, "event": {"comment": comment}}
    for path, value in changes.items():
        part, _, name = path.partition("__")
        target = made["event"]["comment"] if part == "comment" else made[part]
        target[name] = value
    return made


def test_the_signature_is_over_timestamp_and_body() -> None:
    # Zendesk's order, with its published test secret as text; the vector was computed by itself
    found = signature(PUBLIC_TEST_SECRET, SIGNED_AT, BODY)
    assert found == "9Pa7c3PwSwhTtP9aXfVDbhrZioMirz4JMPQOHgJGB14="


def test_the_order_of_an_older_description_is_not_accepted() -> None:
    # Given a call signed over body and timestamp, as an older copy of Zendesk's page had it
    digest = hmac.new(SECRET.encode(), BODY + SIGNED_AT.encode(), sha256).digest()
    old = {SIGNATURE: b64encode(digest).decode(), TIMESTAMP: SIGNED_AT}
    # Then it is refused
    with pytest.raises(NotAllowed):
        verify(old, BODY, SECRET, NOW)


@pytest.mark.parametrize("late", [0, 299, 300, -300])
def test_who_knows_the_secret_and_signed_lately_is_believed(late: int) -> None:
    verify(headers(), BODY, SECRET, NOW + timedelta(seconds=late))


@pytest.mark.parametrize("late", [301, -301, 10**6])
def test_an_old_or_early_signature_is_refused(late: int) -> None:
    with pytest.raises(NotAllowed):
        verify(headers(), BODY, SECRET, NOW + timedelta(seconds=late))


@pytest.mark.parametrize(
    ("given_headers", "body", "secret"),
    [
        (headers("another"), BODY, SECRET),
        (headers(), BODY + b" ", SECRET),
        ({**headers(), TIMESTAMP: "2026-11-22T10:00:01Z"}, BODY, SECRET),
        ({TIMESTAMP: SIGNED_AT}, BODY, SECRET),
        ({SIGNATURE: headers()[SIGNATURE]}, BODY, SECRET),
        ({}, BODY, SECRET),
        ({**headers(), SIGNATURE: "ü"}, BODY, SECRET),
        ({**headers(), SIGNATURE: "\ud800"}, BODY, SECRET),
        ({**headers(), TIMESTAMP: "\ud800"}, BODY, SECRET),
        (headers(PUBLIC_TEST_SECRET), BODY, PUBLIC_TEST_SECRET),
        (headers(""), BODY, ""),
        (headers(at="1763805600"), BODY, SECRET),
        (headers(at="2026-11-22T10:00:00"), BODY, SECRET),
        (headers(at=""), BODY, SECRET),
        ({**headers(), SIGNATURE: headers()[SIGNATURE][:-4]}, BODY, SECRET),
    ],
)
def test_everybody_else_is_refused_with_the_same_words(
    given_headers: dict[str, str], body: bytes, secret: str
) -> None:
    with pytest.raises(NotAllowed) as failure:
        verify(given_headers, body, secret, NOW)
    assert str(failure.value).startswith("the webhook's signature does not hold")


def test_ten_megabytes_are_verified() -> None:
    body = b"x" * 10_000_000
    verify(headers(body=body), body, SECRET, NOW)


def test_an_agents_public_comment_is_told_by_its_ids() -> None:
    assert read(json.dumps(event()).encode()) == CommentAdded("35436", "11")


def test_numbers_are_ids_too() -> None:
    found = event(detail__id=35436, comment__id=11)
    assert read(json.dumps(found).encode()) == CommentAdded("35436", "11")


def test_what_an_event_leaves_out_is_asked_for_later() -> None:
    # Given an event that says neither who wrote nor for whom, nor whose ticket it is
    short = {
        "type": COMMENT_ADDED,
        "detail": {"id": "35436"},
        "event": {"comment": {"id": "11"}},
    }
    # Then it is taken, because the helpdesk is asked before anything is posted
    assert read(json.dumps(short).encode()) == CommentAdded("35436", "11")
    assert read(json.dumps(event(detail__external_id=None)).encode()) is not None


@pytest.mark.parametrize(
    "found",
    [
        {"type": "zen:event-type:ticket.status_changed"},
        event(comment__is_public=False),
        event(comment__author={"id": "7", "is_staff": False}),
        event(detail__external_id="shop:17"),
    ],
)
def test_what_concerns_no_network_is_dropped(found: dict[str, Any]) -> None:
    assert read(json.dumps(found).encode()) is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b"{}",
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'{"type": ' + b"9" * 10_000 + b"}",
        json.dumps({"type": COMMENT_ADDED}).encode(),
        json.dumps(event(detail__id=None)).encode(),
        json.dumps(event(detail__id="../users/1")).encode(),
        json.dumps(event(detail__id="35436 ")).encode(),
        json.dumps(event(detail__id="9" * 300)).encode(),
        json.dumps(event(comment__id={"a": 1})).encode(),
        json.dumps(event(comment__id=True)).encode(),
        json.dumps(event(comment__author="Anna")).encode(),
        json.dumps({**event(), "event": {"comment": "Anna writes"}}).encode(),
    ],
    ids=range(18),
)
def test_what_is_no_event_is_refused_without_quoting_it(body: bytes) -> None:
    with pytest.raises(ContractBroken) as failure:
        read(body)
    assert "Anna" not in str(failure.value)
    assert failure.value.__cause__ is None


@given(st.binary(max_size=200))
def test_no_body_breaks_the_reader(body: bytes) -> None:
    with suppress(ContractBroken):
        assert read(body) is None
