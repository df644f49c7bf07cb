"""X's webhooks: who signed, whether gehoor knows the secret, and what of them concerns gehoor."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories import NOW
from gehoor.domain.event import Event, Pushed
from gehoor.errors import ContractBroken, NotAllowed
from gehoor.webhooks.x import SIGNATURES, challenge_response, names, read, signature, verify

SECRET = "dev-secret-1"
BODY = '{"event_type":"post.mention.create","text":"hé @acme ☕"}'.encode()
SIGNED = "sha256=BusSP8eGP3DQUalWP/RuMLxPhlVKCIzxKF+wOeP9rpQ="
"""Computed once by itself, as X's documentation has it."""

OAUTH2, OAUTH1 = SIGNATURES
SHARED = Path(__file__).parents[3] / "shared" / "fixtures" / "sources" / "x"
DOCUMENTED = {
    "chat_received": None,
    "dm_received": Pushed("x", "dm-inbound"),
    "follow_follow": None,
    "oauth_revoke": Pushed("x"),
    "post_create": None,
    "post_delete": None,
    "post_mention_create": Pushed("x", "mentions", "2080765813578191303"),
    "post_repost_create": None,
}


def event(kind: str = "post.mention.create", tag: Any = "acme", **changes: Any) -> bytes:
    """An event in X's shape."""
    payload = {"id": "2080765813578191303", "text": "hey @acme", "author_id": "2222222222222222222"}
    made = {"event_uuid": "2080765813578191303", "filter": {"user_id": "11"}, "event_type": kind}
    made |= {"tag": tag, "payload": payload, **changes}
    return json.dumps({"data": made}).encode()


@pytest.mark.parametrize("header", SIGNATURES)
def test_who_knows_the_secret_is_believed(header: str) -> None:
    verify({header: SIGNED}, BODY, SECRET, NOW)


def test_one_of_two_signatures_is_enough() -> None:
    # Given an app with two secrets, which X signs with both
    both = {OAUTH2: SIGNED, OAUTH1: signature("the other secret", BODY)}
    verify(both, BODY, SECRET, NOW)
    verify(both, BODY, "the other secret", NOW)


@pytest.mark.parametrize(
    ("headers", "body", "secret"),
    [
        ({OAUTH1: SIGNED}, BODY + b" ", SECRET),
        ({OAUTH1: SIGNED}, BODY, "guessed"),
        ({OAUTH1: signature("", BODY)}, BODY, ""),
        ({OAUTH1: SIGNED.removeprefix("sha256=")}, BODY, SECRET),
        ({OAUTH1: SIGNED[:-4]}, BODY, SECRET),
        ({OAUTH1: SIGNED + "="}, BODY, SECRET),
        ({OAUTH1: SIGNED.lower()}, BODY, SECRET),
        ({OAUTH1: ""}, BODY, SECRET),
        ({OAUTH1: "ü"}, BODY, SECRET),
        ({OAUTH1: "\ud800"}, BODY, SECRET),
        ({"x-hub-signature-256": SIGNED}, BODY, SECRET),
        ({}, BODY, SECRET),
        ({}, b"", SECRET),
    ],
)
def test_everybody_else_is_refused_with_the_same_words(
    headers: dict[str, str], body: bytes, secret: str
) -> None:
    with pytest.raises(NotAllowed) as failure:
        verify(headers, body, secret, NOW)
    assert str(failure.value).startswith("the webhook's signature does not hold")


def test_ten_megabytes_are_verified() -> None:
    body = b"x" * 10_000_000
    verify({OAUTH2: signature(SECRET, body)}, body, SECRET, NOW)


def test_gehoor_shows_that_it_knows_the_secret() -> None:
    answer = challenge_response({"crc_token": "challenge_string_S"}, SECRET)
    expected = "sha256=l6/QvyB5RPsMDocaKck1ZfouLhJBKurLb6JeFsHRgb8="
    assert json.loads(answer) == {"response_token": expected}


@pytest.mark.parametrize(
    "query",
    [{}, {"crc_token": ""}, {"token": "a"}, {"crc_token": "a" * 257}, {"crc_token": "a b"}],
)
def test_a_call_that_asks_for_nothing_gets_nothing(query: dict[str, str]) -> None:
    with pytest.raises(ContractBroken, match="crc_token"):
        challenge_response(query, SECRET)


@given(st.text())
def test_nobody_gets_an_event_signed_by_asking_for_it(token: str) -> None:
    # Given whatever somebody asks a digest of
    try:
        answer = challenge_response({"crc_token": token}, SECRET)
    except ContractBroken:
        return
    # Then what they get back signs nothing that is an event
    headers = {OAUTH1: json.loads(answer)["response_token"]}
    verify(headers, token.encode(), SECRET, NOW)
    with pytest.raises(ContractBroken):
        read(token.encode())


@pytest.mark.parametrize("body", [event(), event(text="x"), b'{"data":{}}', b"{}"])
def test_no_event_is_a_token(body: bytes) -> None:
    with pytest.raises(ContractBroken):
        challenge_response({"crc_token": body.decode()}, SECRET)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (event(), Pushed("x", "acme", "2080765813578191303")),
        (event("post.reply.create"), Pushed("x", "acme", "2080765813578191303")),
        (event("post.quote.create"), Pushed("x", "acme", "2080765813578191303")),
        (event(tag=None), Pushed("x", None, "2080765813578191303")),
        (event(tag="Our mentions!"), Pushed("x", None, "2080765813578191303")),
        (event(tag=["acme"]), Pushed("x", None, "2080765813578191303")),
        (event("dm.received", payload={"direct_message_events": []}), Pushed("x", "acme")),
        (event("oauth.revoke", tag=None, payload={"user_id": "11"}), Pushed("x")),
        (event("post.create"), None),
        (event("post.delete"), None),
        (event("post.repost.create"), None),
        (event("chat.received"), None),
        (event("something.new", payload=None), None),
    ],
)
def test_of_an_event_only_ids_are_read(body: bytes, found: Event | None) -> None:
    assert read(body) == found


@pytest.mark.shared
@pytest.mark.parametrize("name", DOCUMENTED)
def test_the_events_in_xs_documentation_are_read(name: str) -> None:
    if not SHARED.is_dir():
        pytest.skip("X's samples name no licence, so they are read where they lie, if they do")
    assert read((SHARED / f"activity_{name}.json").read_bytes()) == DOCUMENTED[name]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"not json",
        b'{"data": null}',
        b'{"data": []}',
        b'{"data": "event_type"}',
        b'{"data": {"event_type": ["post.mention.create"]}}',
        b"\xff\xfe",
        b"[" * 100_000,
        event(payload=None),
        event(payload={"id": 2080765813578191303}),
        event(payload={"id": "../users"}),
        event(payload={"id": "1" * 21}),
        event(payload={"id": "\N{ARABIC-INDIC DIGIT ONE}"}),
        event(payload={}),
    ],
)
def test_what_is_no_event_is_refused_without_its_words(body: bytes) -> None:
    with pytest.raises(ContractBroken, match=r"not an event as X documents it$") as failure:
        read(body)
    assert failure.value.__cause__ is None


values = st.none() | st.booleans() | st.text() | st.integers()


@given(st.recursive(values, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_whatever_is_signed_is_read_or_refused(payload: Any) -> None:
    for body in (json.dumps(payload).encode(), event(payload=payload), event(tag=payload)):
        with suppress(ContractBroken):
            read(body)


def test_a_duplicate_is_known_by_the_event_whatever_stands_around_it() -> None:
    # Given an event that X sends again, written in another way
    body = event()
    again = json.dumps(json.loads(body), indent=1).encode()
    # Then it has a name in common with the first, and others have none
    first = set(names({OAUTH1: signature(SECRET, body)}, body))
    assert first & set(names({OAUTH1: signature(SECRET, again)}, again))
    for other in (event(tag="second"), event("post.reply.create"), event(event_uuid="-5")):
        assert not first & set(names({OAUTH1: signature(SECRET, other)}, other))


def test_a_call_that_is_played_back_under_another_header_is_known() -> None:
    body = event()
    signed = signature(SECRET, body)
    assert set(names({OAUTH1: signed}, body)) & set(names({OAUTH2: signed}, body))


def test_names_show_nothing_of_what_is_named() -> None:
    found = names({OAUTH2: SIGNED, OAUTH1: SIGNED}, event(tag="Anna de Wit"))
    assert all(len(name) == 32 and int(name, 16) >= 0 for name in found)
