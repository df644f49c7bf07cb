"""JSON Pointer (RFC 6901): where in an answer a value stands."""

import re
from typing import Any

_POINTER = re.compile(r"(?:/(?:[^~/]|~[01])*)+")
_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")
_MISSING = object()


def is_pointer(text: str) -> bool:
    """Whether a text points into a document; the empty pointer, the whole of it, is none here."""
    return _POINTER.fullmatch(text) is not None


def value_at(document: Any, pointer: str) -> Any:
    """The value a pointer leads to, None when there is none."""
    value = document
    for token in pointer.split("/")[1:]:
        value = _step(value, token.replace("~1", "/").replace("~0", "~"))
        if value is _MISSING:
            return None
    return value


def _step(value: Any, token: str) -> Any:
    if isinstance(value, dict):
        return value.get(token, _MISSING)
    if isinstance(value, list) and _INDEX.fullmatch(token) and int(token) < len(value):
        return value[int(token)]
    return _MISSING
