"""Zendesk's webhooks: who signed, and what of them concerns gehoor."""

import hmac
import json
from base64 import b64encode
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories import NOW
from gehoor.domain.event import (
    CommentAdded,
    CustomerDeleted,
    CustomerMerged,
    Event,
    RequesterChanged,
    TicketDeleted,
    TicketMerged,
    TicketRestored,
    TicketStatusChanged,
)
from gehoor.errors import ContractBroken, NotAllowed
from gehoor.webhooks.zendesk import (
    COMMENT_ADDED,
    INVOCATION,
    PUBLIC_TEST_SECRET,
    SIGNATURE,
    TIMESTAMP,
    names,
    read,
    signature,
    verify,
)

BODY = b'{"ticket_id":"35436","comment_id":"1"}'
SIGNED_AT = "2026-11-22T10:00:00Z"
SECRET = "a-secret-of-our-own"
AT = datetime(2026, 11, 22, 10, 0, 0, 465719, tzinfo=UTC)


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
        {"type": "zen:event-type:ticket.subject_changed"},
        {"type": "zen:event-type:article.published", "detail": None},
        {"type": "another sender's"},
        {"type": "zen:event-typ"},
        event(comment__is_public=False),
        event(comment__author={"id": "7", "is_staff": False}),
    ],
)
def test_what_concerns_nobody_is_dropped(found: dict[str, Any]) -> None:
    assert read(json.dumps(found).encode()) is None


def test_a_comment_on_another_programs_ticket_is_told_too() -> None:
    # Given a ticket of another program's, which one of gehoor's may have been merged into
    found = event(detail__external_id="shop:17")
    # Then the worker is asked, who knows that
    assert read(json.dumps(found).encode()) == CommentAdded("35436", "11")


def told(kind: str, detail: dict[str, Any] | None = None, **event: Any) -> Event | None:
    """What is read from an event in Zendesk's shape."""
    sequence = {"id": "CE4A698AF24F35B3208649C6951E000E", "position": 1}
    payload = {
        "type": f"zen:event-type:{kind}",
        "account_id": 18525119,
        "id": "2b24ef10-19d4-4740-93cf-8f98ec4776c0",
        "time": "2026-11-22T10:00:00.465719851Z",
        "zendesk_event_version": "2022-11-06",
        "detail": {"id": "35436", "external_id": "gehoor:abc", **(detail or {})},
        "event": {"meta": {"sequence": sequence}, **event},
    }
    return read(json.dumps(payload).encode())


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        ("ticket.status_changed", TicketStatusChanged("35436")),
        ("ticket.soft_deleted", TicketDeleted("35436", "abc")),
        ("ticket.permanently_deleted", TicketDeleted("35436", "abc")),
        ("ticket.undeleted", TicketRestored("35436")),
        ("ticket.requester_changed", RequesterChanged("35436", AT)),
        ("user.deleted", CustomerDeleted("35436")),
    ],
)
def test_what_happens_to_tickets_and_customers_is_told_by_ids(kind: str, found: Event) -> None:
    assert told(kind, current="1", previous="2") == found


@pytest.mark.parametrize(
    ("event", "into"),
    [
        ({"target_ticket_id": "36"}, "36"),
        ({"target_ticket_id": 36}, "36"),
        ({"target_ticket": {"id": "36"}}, "36"),
        ({}, None),
        ({"target_ticket_id": None}, None),
        ({"target_ticket_id": "../36"}, None),
        ({"target_ticket_id": "35436"}, None),
        ({"ticket": {"id": "35436"}, "target_ticket_id": "36"}, "36"),
        ({"ticket_id": "37", "target_ticket_id": "36"}, None),
    ],
)
def test_where_a_merged_ticket_goes_on_is_taken_when_it_is_sure(
    event: dict[str, Any], into: str | None
) -> None:
    assert told("ticket.merged", **event) == TicketMerged("35436", into)


@pytest.mark.parametrize(
    ("event", "other"),
    [
        ({"user": {"id": "8"}}, "8"),
        ({"target_user_id": "8"}, "8"),
        ({}, None),
        ({"user": 1.5}, None),
    ],
)
def test_the_other_one_of_merged_customers_is_taken_when_it_is_sure(
    event: dict[str, Any], other: str | None
) -> None:
    assert told("user.merged", **event) == CustomerMerged("35436", other)


def test_a_type_may_be_written_with_a_slash() -> None:
    found = {"type": "zen:event-type/user.merged", "detail": {"id": "7"}}
    assert read(json.dumps(found).encode()) == CustomerMerged("7")


@pytest.mark.parametrize("kind", ["ticket.status_changed", "ticket.requester_changed"])
@pytest.mark.parametrize("external_id", ["shop:17", "", None])
def test_what_happens_often_to_others_tickets_is_dropped(kind: str, external_id: object) -> None:
    assert told(kind, {"external_id": external_id}) is None


@pytest.mark.parametrize("kind", ["ticket.merged", "ticket.soft_deleted", "ticket.undeleted"])
def test_what_happens_seldom_to_others_tickets_may_concern_gehoors_in_them(kind: str) -> None:
    assert told(kind, {"external_id": "shop:17"}) is not None


@pytest.mark.parametrize("at", ["yesterday", "2026-11-22T10:00:00", None])
def test_a_time_that_cannot_be_read_is_left_out(at: object) -> None:
    payload = {
        "type": "zen:event-type:ticket.requester_changed",
        "detail": {"id": "1"},
        "time": at,
    }
    assert read(json.dumps(payload).encode()) == RequesterChanged("1")


def test_a_call_is_named_by_its_signature_and_its_invocation() -> None:
    # Given a call
    call = {**headers(), INVOCATION: "01K"}
    # When it comes again, signed anew or under another invocation
    again = {**headers(at="2026-11-22T10:00:01Z"), INVOCATION: "01K"}
    replayed = {**headers(), INVOCATION: "01L"}
    # Then one of its names is the same, and another call has none of them
    assert set(names(call, BODY)) & set(names(again, BODY))
    assert set(names(call, BODY)) & set(names(replayed, BODY))
    other = {**headers(body=b"other"), INVOCATION: "01M"}
    assert not set(names(call, BODY)) & set(names(other, BODY))


def test_names_show_neither_signature_nor_what_a_sender_made_up() -> None:
    call = {**headers(), INVOCATION: "Anna de Wit " * 1_000}
    assert all(len(name) == 32 and int(name, 16) >= 0 for name in names(call, BODY))
    assert len(names(headers(), BODY)) == 1


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
        json.dumps({"type": "zen:event-type:ticket.merged", "detail": "Anna"}).encode(),
        json.dumps({"type": "zen:event-type:user.deleted", "detail": {"id": "Anna"}}).encode(),
        json.dumps({"type": "zen:event-type:ticket.status_changed", "detail": {}}).encode(),
        json.dumps({"type": ["Anna"]}).encode(),
    ],
    ids=range(22),
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
