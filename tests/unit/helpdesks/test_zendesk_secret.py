"""The secret gehoor signs in to Zendesk with: its forms, and what is said of any other."""

from __future__ import annotations

import json

import pytest

from gehoor.errors import AuthExpired
from gehoor.helpdesks._zendesk_secret import (
    ApiToken,
    BearerToken,
    Form,
    OAuthClient,
    SignedInClient,
    parse_secret,
)

NAME = "/gehoor/zendesk"
HUSH = "hush-hush"


@pytest.mark.parametrize(
    ("value", "form"),
    [
        (
            {"client_id": "gehoor", "client_secret": HUSH},
            OAuthClient(client_id="gehoor", client_secret=HUSH, scope="read write"),
        ),
        (
            {"client_id": "gehoor", "client_secret": HUSH, "scope": "tickets:read users:read"},
            OAuthClient(client_id="gehoor", client_secret=HUSH, scope="tickets:read users:read"),
        ),
        (
            {"client_id": "gehoor", "client_secret": HUSH, "refresh_token": "r"},
            SignedInClient(client_id="gehoor", client_secret=HUSH, refresh_token="r"),
        ),
        (
            {"email": "gehoor@desk.example", "token": HUSH},
            ApiToken(email="gehoor@desk.example", token=HUSH),
        ),
        ({"token": HUSH}, BearerToken(token=HUSH)),
    ],
)
def test_each_form_is_told_by_its_keys(value: dict[str, str], form: Form) -> None:
    found = parse_secret(NAME, f" {json.dumps(value)}\n")
    assert (type(found), found) == (type(form), form)
    assert HUSH not in repr(found)


def test_a_token_may_stand_by_itself() -> None:
    assert parse_secret(NAME, f"  {HUSH}\n") == BearerToken(token=HUSH)


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("", "`token` is not usable"),
        ("two words", "`token` is not usable"),
        ("hush-höss", "`token` is not usable"),
        ('{"token": "hush-hush"', "it begins like JSON and is not"),
        ("{}", "it has no key of any form"),
        ('{"hush-hush": "x"}', "it has no key of any form"),
        ('{"token": null}', "`token` is not usable"),
        ('{"token": "x", "hush-hush": 1}', "a key that belongs to none of the forms"),
        ('{"client_id": "hush-hush"}', "`client_secret` is missing"),
        ('{"client_id": "a", "client_secret": ""}', "`client_secret` is not usable"),
        ('{"client_id": "a", "client_secret": "hush-hush", "scope": " "}', "`scope` is not usable"),
        ('{"client_id": "a", "refresh_token": "hush-hush"}', "`client_secret` is missing"),
        ('{"email": "hush-hush", "token": "x"}', "`email` is not usable"),
        ('{"email": "a@b.example"}', "`token` is missing"),
    ],
)
def test_any_other_value_is_refused_with_the_forms_and_without_itself(
    value: str, problem: str
) -> None:
    # When a value is none of the forms
    with pytest.raises(AuthExpired) as failure:
        parse_secret(NAME, value)
    # Then what is wrong is told, and how to mend it
    cause, _, next_step = str(failure.value).partition("; ")
    assert problem in cause
    assert next_step.startswith(f"set it anew with: gehoor secret set {NAME}, to one of: ")
    for key in ("client_id", "client_secret", "refresh_token", "email", "token", "2027-04-30"):
        assert key in next_step
    # And nothing of the value, in the message or in what it came from
    assert "hush" not in str(failure.value)
    assert failure.value.__cause__ is None
    assert failure.value.__suppress_context__
