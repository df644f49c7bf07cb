"""Answers that a system of the company's own sends: who signed, and what they say."""

import json
from base64 import b64encode
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cloudevents.core.bindings.http import to_structured_event
from cloudevents.core.v1.event import CloudEvent
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from gehoor.domain.event import CommentAdded
from gehoor.domain.ticket import Comment
from gehoor.errors import ContractBroken, NotAllowed
from gehoor.webhooks.webhook import (
    COMMENT_CREATED,
    ID,
    LONGEST_TEXT,
    SIGNATURE,
    TIMESTAMP,
    read,
    verify,
)

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = "whsec_" + b64encode(b"another key of thirty-two bytes!").decode()
VECTOR = {
    ID: "msg_p5jXN8AQM9LWM0D4loKWxJek",
    TIMESTAMP: "1614265330",
    SIGNATURE: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}
"""Published with Standard Webhooks, signed with SECRET."""

VECTOR_BODY = b'{"test": 2432232314}'
SIGNED_AT = datetime.fromtimestamp(1614265330, UTC)
BODY = b'{"type":"comment.created"}'


def signed(
    body: bytes = BODY, secret: str = SECRET, late: int = 0, message_id: str = "msg_1"
) -> dict[str, str]:
    """Headers as the package makes them, `late` seconds from now."""
    at = datetime.now(UTC) + timedelta(seconds=late)
    signature = Webhook(secret).sign(message_id, at, body.decode())
    return {ID: message_id, TIMESTAMP: str(int(at.timestamp())), SIGNATURE: signature}


def several_times_signed() -> dict[str, str]:
    """With signatures of another kind and of another key before the right one."""
    headers = signed()
    return {**headers, SIGNATURE: f"v1a,x v1,AAAA {headers[SIGNATURE]}"}


def is_believed(headers: dict[str, str], body: bytes, secret: str) -> bool:
    try:
        verify(headers, body, secret, datetime.now(UTC))
    except NotAllowed:
        return False
    return True


def is_believed_by_the_package(headers: dict[str, str], body: bytes, secret: str) -> bool:
    """Whether any of the secrets verifies; the package also raises errors of Python's own."""
    for one in secret.split():
        with suppress(Exception):
            Webhook(one).verify(body, headers, json_parse=False)
            return True
    return False


def test_the_published_vector_is_believed() -> None:
    verify(VECTOR, VECTOR_BODY, SECRET, SIGNED_AT)
    # And it is what the package makes
    made = Webhook(SECRET).sign(VECTOR[ID], SIGNED_AT, VECTOR_BODY.decode())
    assert made == VECTOR[SIGNATURE]


@pytest.mark.parametrize("late", [-300, -299, 299, 300])
def test_who_signed_within_five_minutes_is_believed(late: int) -> None:
    verify(VECTOR, VECTOR_BODY, SECRET, SIGNED_AT + timedelta(seconds=late))


@pytest.mark.parametrize("late", [-301, 301, 10**6])
def test_an_old_or_early_signature_is_refused(late: int) -> None:
    with pytest.raises(NotAllowed):
        verify(VECTOR, VECTOR_BODY, SECRET, SIGNED_AT + timedelta(seconds=late))


@pytest.mark.parametrize(
    ("make_headers", "body", "secret", "believed"),
    [
        (lambda: signed(), BODY, SECRET, True),
        (lambda: signed(late=-290), BODY, SECRET, True),
        (lambda: signed(late=290), BODY, SECRET, True),
        (lambda: signed(late=-310), BODY, SECRET, False),
        (lambda: signed(late=310), BODY, SECRET, False),
        (lambda: signed(), BODY, SECRET.removeprefix("whsec_"), True),
        (lambda: signed(), BODY, f"{OTHER} {SECRET}", True),
        (lambda: signed(secret=OTHER), BODY, f"{OTHER} {SECRET}", True),
        (lambda: signed(secret=OTHER), BODY, SECRET, False),
        (lambda: signed(), BODY, "", False),
        (lambda: signed(), BODY, "whsec_", False),
        (lambda: signed(), BODY, "whsec_%%%", False),
        (lambda: signed(), BODY, "whsec_a", False),
        (lambda: signed(), BODY, f"whsec_a {SECRET}", True),
        (lambda: signed("ü".encode()), "ü".encode(), SECRET, True),
        (lambda: signed(b""), b"", SECRET, True),
        (lambda: signed(), BODY + b" ", SECRET, False),
        (lambda: {**signed(), ID: "msg_2"}, BODY, SECRET, False),
        (lambda: {**signed(), ID: ""}, BODY, SECRET, False),
        (lambda: signed(message_id=""), BODY, SECRET, False),
        (lambda: {**signed(), TIMESTAMP: ""}, BODY, SECRET, False),
        (lambda: {**signed(), TIMESTAMP: "soon"}, BODY, SECRET, False),
        (lambda: {**signed(), TIMESTAMP: "nan"}, BODY, SECRET, False),
        (lambda: {**signed(), TIMESTAMP: "9" * 30}, BODY, SECRET, False),
        (lambda: {**signed(), TIMESTAMP: str(int(signed()[TIMESTAMP]) + 1)}, BODY, SECRET, False),
        (lambda: {**signed(), SIGNATURE: ""}, BODY, SECRET, False),
        (lambda: {**signed(), SIGNATURE: "v1"}, BODY, SECRET, False),
        (lambda: {**signed(), SIGNATURE: "v1,"}, BODY, SECRET, False),
        (lambda: {**signed(), SIGNATURE: "v1,ü"}, BODY, SECRET, False),
        (lambda: {**signed(), SIGNATURE: "v1,\ud800"}, BODY, SECRET, False),
        (lambda: {**signed(), SIGNATURE: signed()[SIGNATURE][:-4]}, BODY, SECRET, False),
        (
            lambda: {**signed(), SIGNATURE: signed()[SIGNATURE].replace("v1,", "v1a,")},
            BODY,
            SECRET,
            False,
        ),
        (
            lambda: {**signed(), SIGNATURE: signed()[SIGNATURE].replace("v1,", "v2,")},
            BODY,
            SECRET,
            False,
        ),
        (lambda: several_times_signed(), BODY, SECRET, True),
        (lambda: {name: signed()[name] for name in (ID, TIMESTAMP)}, BODY, SECRET, False),
        (lambda: {name: signed()[name] for name in (ID, SIGNATURE)}, BODY, SECRET, False),
        (lambda: {name: signed()[name] for name in (SIGNATURE, TIMESTAMP)}, BODY, SECRET, False),
        (lambda: {}, BODY, SECRET, False),
    ],
)
def test_the_package_believes_the_same(
    make_headers: Callable[[], dict[str, str]], body: bytes, secret: str, believed: bool
) -> None:
    # Made now and not when tests are collected: signatures grow old
    headers = make_headers()
    assert is_believed(headers, body, secret) is believed
    assert is_believed_by_the_package(headers, body, secret) is believed


@given(st.binary(min_size=24, max_size=64), st.text(max_size=50), st.text(min_size=1, max_size=20))
def test_whatever_the_package_signs_is_believed(key: bytes, body: str, message_id: str) -> None:
    secret = f"whsec_{b64encode(key).decode()}"
    said = body.encode("utf-8", "replace")
    name = message_id.encode("utf-8", "replace").decode()
    assert is_believed(signed(said, secret, message_id=name), said, secret)


@given(
    st.sampled_from([ID, TIMESTAMP, SIGNATURE]),
    st.one_of(st.text(max_size=30), st.from_regex(r"[0-9.]{1,12}", fullmatch=True)),
)
def test_whatever_is_believed_is_believed_by_the_package(name: str, value: str) -> None:
    headers = {**signed(), name: value}
    assert not is_believed(headers, BODY, SECRET) or is_believed_by_the_package(
        headers, BODY, SECRET
    )


@pytest.mark.parametrize("suffix", [".0", ".9", " "])
def test_a_timestamp_is_whole_seconds_where_the_package_is_laxer(suffix: str) -> None:
    headers = signed()
    headers[TIMESTAMP] += suffix
    assert is_believed_by_the_package(headers, BODY, SECRET)
    assert not is_believed(headers, BODY, SECRET)


def test_a_refusal_tells_nobody_which_part_was_wrong() -> None:
    messages = set()
    for headers in ({}, {**VECTOR, ID: "x"}, {**VECTOR, TIMESTAMP: "1"}):
        with pytest.raises(NotAllowed, match="does not hold") as failure:
            verify(headers, VECTOR_BODY, SECRET, SIGNED_AT)
        messages.add(str(failure.value))
    assert len(messages) == 1


def event(**changes: Any) -> dict[str, Any]:
    """An agent's public comment on a ticket of gehoor's; `changes` are to the comment."""
    comment = {
        "external_id": "gehoor:0a1b",
        "comment_id": "11",
        "text": "We are <on> it",
        "public": True,
        "author": "agent",
        "created_at": "2026-11-22T10:00:00Z",
    }
    return {"type": COMMENT_CREATED, "data": {**comment, **changes}}


def without(name: str) -> dict[str, Any]:
    """The event without a part of its comment."""
    made = event()
    del made["data"][name]
    return made


SENT = Comment(
    comment_id="11",
    text="We are <on> it",
    public=True,
    by_agent=True,
    created_at=datetime(2026, 11, 22, 10, tzinfo=UTC),
)
ENVELOPE = {"specversion": "1.0", "id": "1", "source": "/crm", "datacontenttype": "x/y"}


@pytest.mark.parametrize("envelope", [{}, {"timestamp": "2026-11-22T10:00:00Z"}, ENVELOPE])
def test_a_comment_is_read_from_plain_json_and_from_a_cloudevent(envelope: dict[str, str]) -> None:
    body = json.dumps({**envelope, **event()}).encode()
    assert read(body) == CommentAdded("0a1b", "11", SENT)


def test_a_cloudevent_as_the_package_writes_it_is_read() -> None:
    attributes = {"type": COMMENT_CREATED, "source": "/crm", "subject": "gehoor:0a1b"}
    made = to_structured_event(CloudEvent(attributes, event()["data"]))
    assert made.headers["content-type"] == "application/cloudevents+json"
    assert read(made.body) == CommentAdded("0a1b", "11", SENT)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"comment_id": 11}, {}),
        ({"public": False}, {"public": False}),
        ({"author": "customer"}, {"by_agent": False}),
        ({"author": "Agent"}, {"by_agent": False}),
        ({"attachments": 2}, {"attachments": 2}),
        ({"text": ""}, {"text": ""}),
        ({"text": "🎈" * LONGEST_TEXT}, {"text": "🎈" * LONGEST_TEXT}),
        ({"created_at": "2026-11-22T11:00:00+01:00"}, {}),
        ({"color": "blue"}, {}),
    ],
)
def test_a_comment_is_taken_as_it_is(changes: dict[str, Any], expected: dict[str, Any]) -> None:
    found = read(json.dumps(event(**changes)).encode())
    assert found is not None
    assert found.comment is not None
    for name in ("comment_id", "text", "public", "by_agent", "created_at", "attachments"):
        assert getattr(found.comment, name) == expected.get(name, getattr(SENT, name))


@pytest.mark.parametrize(
    "found",
    [
        {**event(), "type": "comment.updated"},
        {"type": "ticket.closed"},
        event(external_id=None),
        event(external_id="shop:17"),
        event(external_id=""),
    ],
)
def test_what_concerns_no_ticket_of_gehoors_is_dropped(found: dict[str, Any]) -> None:
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
        json.dumps({"type": COMMENT_CREATED}).encode(),
        json.dumps({"type": COMMENT_CREATED, "data": "Anna writes"}).encode(),
        *(
            json.dumps(event(**{name: value})).encode()
            for name, value in [
                ("external_id", 17),
                ("external_id", "gehoor:"),
                ("external_id", "gehoor:a_b"),
                ("external_id", "gehoor:../a"),
                ("external_id", "gehoor:" + "a" * 65),
                ("comment_id", None),
                ("comment_id", True),
                ("comment_id", ""),
                ("comment_id", "a b"),
                ("comment_id", "a/b"),
                ("comment_id", "9" * 65),
                ("comment_id", 9.5),
                ("text", None),
                ("text", 5),
                ("text", "Anna \ud800"),
                ("text", "x" * (LONGEST_TEXT + 1)),
                ("public", None),
                ("public", "false"),
                ("public", 1),
                ("author", None),
                ("author", {"name": "Anna"}),
                ("created_at", "yesterday"),
                ("created_at", "2026-11-22T10:00:00"),
                ("created_at", 1614265330),
                ("attachments", True),
                ("attachments", -1),
                ("attachments", 10**30),
            ]
        ),
        *(
            json.dumps(without(name)).encode()
            for name in ("external_id", "comment_id", "text", "public", "author", "created_at")
        ),
    ],
    ids=range(43),
)
def test_what_is_no_comment_is_refused_without_quoting_it(body: bytes) -> None:
    with pytest.raises(ContractBroken) as failure:
        read(body)
    assert "Anna" not in str(failure.value)
    assert failure.value.__cause__ is None


@given(st.binary(max_size=200))
def test_no_body_breaks_the_reader(body: bytes) -> None:
    with suppress(ContractBroken):
        assert read(body) is None
