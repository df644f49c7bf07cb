"""Zendesk's refusals in words, without what they quote."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gehoor.helpdesks._zendesk_reasons import reasons
from gehoor.http import Response


def answered(body: Any) -> Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Response(422, {"Content-Type": "application/json"}, content, "https://z.example/x")


def invalid(field: str, error: str, description: str) -> dict[str, Any]:
    detail = {"type": "invalid", "error": error, "description": description}
    return {"error": "RecordInvalid", "details": {field: [detail]}}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            invalid("requester", "InvalidValue", "Requester: Anna de Wit is suspended"),
            "requester is suspended (InvalidValue)",
        ),
        (
            invalid("email", "DuplicateValue", "Email: anna@x.example is already being used"),
            "email belongs to another record already (DuplicateValue)",
        ),
        (
            invalid("subject", "TooLong", "Subject: is too long (maximum is 150 characters)"),
            "subject is too long (maximum is 150 characters) (TooLong)",
        ),
        (
            invalid("status", "InvalidValue", "Status: closed prevents ticket update"),
            "status closed prevents ticket update (InvalidValue)",
        ),
        (invalid("base", "NewRule2026", "Anna may not"), "base is refused (NewRule2026)"),
        ({"error": "TooManyValues", "max_count": 100}, "has too many values (TooManyValues)"),
        ({"error": "InvalidEndpoint", "description": "no"}, "InvalidEndpoint"),
        ({"error": "Anna de Wit lost her parcel"}, "no reason given"),
        ({"details": {"Anna de Wit": [{"error": "x"}]}}, "no reason given"),
        ({"details": ["x"]}, "no reason given"),
        ([], "no reason given"),
        (b"<html>", "no reason given"),
    ],
)
def test_a_refusal_is_told_in_words(body: Any, expected: str) -> None:
    assert reasons(answered(body)) == expected


@given(st.text().map(lambda text: f"Anna de Wit {text} lost it"))
def test_what_was_sent_is_never_quoted(secret: str) -> None:
    # Given a refusal that quotes what was sent wherever it can
    body = {"error": secret, "details": {"subject": [{"error": secret, "description": secret}]}}
    # Then none of that is in the reason
    assert reasons(answered(body)) == "subject is refused"
