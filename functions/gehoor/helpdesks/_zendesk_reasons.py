"""Why Zendesk refuses something, in words that operators can act on.

Its descriptions quote what was sent, so only those parts of them are taken over that are known to
be Zendesk's own words.
"""

import re
from collections.abc import Iterator
from typing import Any

from gehoor.errors import ContractBroken
from gehoor.http import Response

_NAME = re.compile(r"[A-Za-z][\w.]{0,60}")
_MEANINGS = {
    "BlankValue": "is missing",
    "DuplicateValue": "belongs to another record already",
    "InvalidFormat": "has a form that Zendesk does not take",
    "InvalidValue": "has a value that Zendesk does not take",
    "RecordNotFound": "names a record that does not exist",
    "TooLong": "is too long",
    "TooManyValues": "has too many values",
}
_OWN_WORDS = re.compile(
    r"(is suspended|is too long \(maximum is \d{1,7} characters[a-z ]{0,20}\)|cannot be blank"
    r"|is not an active user|closed prevents ticket update|is required when solving a ticket"
    r"|has already been taken)"
)


def reasons(response: Response) -> str:
    """Each field with what is wrong with it; the error's name where no field is named."""
    try:
        found = list(_found(response.json()))
    except (ContractBroken, AttributeError, TypeError):
        found = []
    return "; ".join(found) or "no reason given"


def error_name(response: Response) -> str:
    """The name of the error, "" where there is none."""
    try:
        return str(response.json().get("error", ""))
    except (ContractBroken, AttributeError):
        return ""


def _found(answer: Any) -> Iterator[str]:
    details = answer.get("details") or {}
    for name, faults in details.items():
        if _NAME.fullmatch(name):
            yield from (_reason(name, fault) for fault in faults)
    error = str(answer.get("error", ""))
    if not details and _NAME.fullmatch(error):
        yield f"{_MEANINGS[error]} ({error})" if error in _MEANINGS else error


def _reason(name: str, fault: Any) -> str:
    code = str(fault.get("error", ""))
    own = _OWN_WORDS.search(str(fault.get("description", "")))
    said = own[1] if own else _MEANINGS.get(code, "is refused")
    return f"{name} {said} ({code})" if _NAME.fullmatch(code) else f"{name} {said}"
