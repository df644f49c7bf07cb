"""Reading what Zendesk answers."""

import re
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from gehoor.errors import ContractBroken, UnknownOutcome
from gehoor.http import Response

T = TypeVar("T")
_CODE = re.compile(r"[A-Za-z][\w.]{0,60}( \w{1,60})?")


def reasons(response: Response) -> str:
    """Zendesk's reasons as fields and error codes: its descriptions quote what was sent."""
    try:
        answer = response.json()
        details = answer.get("details") or {}
        found = [
            f"{name} {fault.get('error', '')}".strip()
            for name, faults in details.items()
            for fault in faults
        ]
        named = found or [str(answer.get("error", ""))]
    except (ContractBroken, AttributeError, TypeError):
        named = []
    return ", ".join(filter(_CODE.fullmatch, named)) or "no reason given"


def read(kind: type[T], response: Response, name: str) -> T:
    body = response.json()
    try:
        return TypeAdapter(kind).validate_python(body[name])
    except (ValidationError, KeyError, TypeError):
        # The cause would quote the answer, so it is left out.
        message = f"Zendesk's answer has no usable `{name}`"
        raise ContractBroken(message) from None


def read_change(kind: type[T], response: Response, name: str) -> T:
    """What a write made. An answer that says nothing of it leaves open whether it was done."""
    try:
        return read(kind, response, name)
    except ContractBroken as error:
        message = f"{error}: it may have been written all the same"
        raise UnknownOutcome(message) from error
