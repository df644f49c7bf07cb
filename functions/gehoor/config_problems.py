"""What is wrong with a configuration, in the words of the person who wrote it.

A value is shown only where it can be no secret: never for unknown keys, for keys that may hold a
secret, or when it looks like one.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from difflib import get_close_matches
from typing import Any

from pydantic_core import ErrorDetails, PydanticCustomError

from gehoor.domain.frozen import frozen
from gehoor.errors import GehoorError
from gehoor.settings import Name, SecretName, Url

Location = tuple[int | str, ...]
"""Keys and list positions from the top of the document."""

KnownKeys = Callable[[Location], tuple[str, ...]]
"""The keys a part of the document may have."""

REFUSED = "refused"
NO_SUCH_KEY = "no such key"
DURATION = "a number and a unit: 30s, 15m, 2h, 1d"
_MAY_HOLD_SECRET = re.compile(r"secret|token|passw|pwd|key|credential|auth|bearer|sign", re.I)
_LOOKS_SECRET = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[\w.+/=~-]{20,}")
_ADDRESS = re.compile(r"(\w+)://(?:.*@)?([^/?#]*).*", re.S)
_SHOWN_LENGTH = 60


@frozen
class Problem:
    """One thing to mend.

    `path` is like `sources[1].every`, "" for the whole document. `value` is what was found, ""
    when nothing is there or it must not be shown. `nearest` is the known word likely meant.
    """

    path: str
    value: str
    accepted: str
    nearest: str = ""

    def __str__(self) -> str:
        found = f" (found {self.value})" if self.value else ""
        hint = f"; did you mean {self.nearest}?" if self.nearest else ""
        return f"{self.path or 'the document'}{found}: {self.accepted}{hint}"


class ConfigInvalid(GehoorError):
    """The configuration is refused. `problems` has everything that is wrong with it."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        places = ", ".join(problem.path or "the document" for problem in problems[:3])
        more = ", ..." if len(problems) > len(problems[:3]) else ""
        super().__init__(f"{count} in the configuration: {places}{more}")


def refused(accepted: str, nearest: str = "") -> PydanticCustomError:
    """The error a validator raises: what is accepted, and the word that was likely meant."""
    return PydanticCustomError(REFUSED, "{accepted}", {"accepted": accepted, "nearest": nearest})


def nearest(word: object, known: Iterable[str]) -> str:
    """The known word that was likely meant, "" when none is close."""
    by_lower = {name.lower(): name for name in known}
    found = get_close_matches(str(word).lower(), by_lower, n=1)
    return by_lower[found[0]] if found else ""


def path_of(location: Location) -> str:
    """A location as people write it: `sources[1].every`."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in location)
    return "".join(steps).removeprefix(".")


def words(names: Iterable[str]) -> str:
    """A list of names to choose from."""
    return "one of " + ", ".join(sorted(names))


def shown(location: Location, value: object) -> str:
    """A value as it may be shown; "" where it may be a secret, or is more than a word."""
    if value is None or any(_MAY_HOLD_SECRET.search(str(step)) for step in location):
        return ""
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, Mapping):
        return "a mapping"
    if not isinstance(value, str):
        return str(value).lower()[:_SHOWN_LENGTH]
    text = _ADDRESS.sub(r"\1://\2/...", value.strip())
    if "@" in text or _LOOKS_SECRET.fullmatch(text):
        return ""
    return repr(text if len(text) <= _SHOWN_LENGTH else text[:_SHOWN_LENGTH] + "...")


def explain(errors: Sequence[ErrorDetails], known_keys: KnownKeys) -> Iterator[Problem]:
    """pydantic's errors as problems."""
    for error in errors:
        if _follows_from_another(error, errors):
            continue
        location = tuple(step for step in error["loc"] if step != "[key]")
        if error["type"] == "extra_forbidden":
            yield _unknown_key(location, known_keys(location[:-1]))
        else:
            yield _problem(location, error)


def _follows_from_another(error: ErrorDetails, errors: Sequence[ErrorDetails]) -> bool:
    """A list with a refused entry is also counted as too short; the entry is the one to mend."""
    location = error["loc"]
    return error["type"] == "too_short" and any(
        other["loc"] != location and other["loc"][: len(location)] == location for other in errors
    )


def _unknown_key(location: Location, known: tuple[str, ...]) -> Problem:
    accepted = f"{NO_SUCH_KEY}; known keys: {', '.join(known)}"
    return Problem(path_of(location), "", accepted, nearest(location[-1], known))


def _problem(location: Location, error: ErrorDetails) -> Problem:
    context = error.get("ctx", {})
    hides_value = error["type"] == "missing" or context.get("pattern") == pattern_of(SecretName)
    value = "" if hides_value else shown(location, error["input"])
    near = str(context.get("nearest", ""))
    if error["type"] in ("literal_error", "enum"):
        near = nearest(error["input"], re.findall(r"'([^']*)'", str(context["expected"])))
    return Problem(path_of(location), value, _accepted(error, context), near)


def _accepted(error: ErrorDetails, context: Mapping[str, Any]) -> str:
    kind = error["type"]
    if kind in _PLAIN:
        return _PLAIN[kind].format(**context)
    if kind == "string_pattern_mismatch":
        return _PATTERNS.get(context["pattern"], f"text that matches {context['pattern']}")
    if kind.endswith(("_than", "_than_equal")):
        [(relation, bound)] = context.items()
        return f"{_RELATIONS[relation]} {_bound(bound)}"
    return error["msg"].removeprefix("Value error, ")


def _bound(value: object) -> str:
    """A limit as it is written: pydantic hands over time spans in Python's notation."""
    if not str(value).startswith("datetime.timedelta("):
        return str(value)
    units = re.findall(r"(\w+)=(\d+)", str(value))
    return duration_text(timedelta(**{unit: int(amount) for unit, amount in units}))


def duration_text(value: timedelta) -> str:
    """A time span in the largest unit that divides it, as `Duration` reads it."""
    seconds = int(value.total_seconds())
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def pattern_of(annotated: Any) -> str:
    """The pattern of one of the text types in `gehoor.settings`."""
    return str(annotated.__metadata__[0].pattern)


_PATTERNS = {
    pattern_of(Name): "lower-case letters, digits and hyphens, at most 63",
    pattern_of(SecretName): (
        "the name of a secret, like /gehoor/mastodon; its value is set with: gehoor secret set NAME"
    ),
    pattern_of(Url): "an address that begins with https:// or http://",
}
_PLAIN = {
    REFUSED: "{accepted}",
    "missing": "this key is required",
    "invalid_key": "keys are text: put this one in quotes",
    "model_type": "a mapping of keys to values",
    "dict_type": "a mapping of keys to values",
    "list_type": "a list",
    "tuple_type": "a list",
    "string_type": "text",
    "string_too_short": "text of at least {min_length} characters",
    "string_too_long": "text of at most {max_length} characters",
    "too_short": "a list of at least {min_length}",
    "too_long": "a list of at most {max_length}",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "time_delta_type": DURATION,
    "time_delta_parsing": DURATION,
    "literal_error": "{expected}",
    "enum": "{expected}",
}
_RELATIONS = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}
