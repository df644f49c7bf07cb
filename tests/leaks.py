"""Finds what must be told to nobody in what was logged, measured or queued.

A test plants words that stand nowhere else: in posts, names, answers, tokens. Whatever holds one of
them, in any form that programs write text in, has leaked.
"""

from __future__ import annotations

import html
import json
import logging
import re
from base64 import b64encode
from contextlib import contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from lambda_stack import Lambdas


def word(what: str) -> str:
    """A word that stands for `what` and stands nowhere else, the same in every run."""
    return "zq" + sha256(what.encode()).hexdigest()[:12]


def leaks(planted: Mapping[str, str], said: Iterable[str]) -> set[str]:
    """The names of the planted words that were said, whole, in any form and any case."""
    forms = {form.casefold(): what for what, one in planted.items() for form in _forms(one)}
    any_form = re.compile("|".join(map(re.escape, sorted(forms, key=len, reverse=True))))
    return {forms[found] for text in said for found in any_form.findall(text.casefold())}


def _forms(one: str) -> Iterator[str]:
    """As it is, and as JSON, HTML, addresses, bytes, hexadecimal and Base64 have it."""
    encoded = one.encode()
    yield from (one, json.dumps(one)[1:-1], html.escape(one), quote(one, safe=""), quote(one))
    yield from (repr(encoded)[2:-1], encoded.hex())
    # Base64 writes three bytes as four letters, so a word looks different at each of three places;
    # the letters that also depend on its neighbours are left out.
    for before in range(3):
        letters = b64encode(b"\0" * before + encoded).decode().rstrip("=")
        start, end = -(-before * 4 // 3), len(letters) if (before + len(encoded)) % 3 == 0 else -1
        yield letters[start:end]
        yield letters[start:end].replace("+", "-").replace("/", "_")


ONLY_IN_TESTS = ("moto", "responses", "waitress")
"""Libraries that stand in for others here."""


class _Ears(logging.Handler):
    """Hears every logger, as Lambda does, at the level an operator may choose."""

    def __init__(self, said: list[str]) -> None:
        super().__init__(logging.DEBUG)
        self._said = said

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.partition(".")[0] not in ONLY_IN_TESTS:
            self._said.append(f"{self.format(record)} {record.__dict__}")


@contextmanager
def listening(lambdas: Lambdas) -> Iterator[list[str]]:
    """All that is said until the block ends: log lines of all libraries, metrics, messages."""
    said: list[str] = []
    root, ears = logging.getLogger(), _Ears(said)
    level = root.level

    def hear(params: dict[str, Any], **_: Any) -> None:
        said.append(json.dumps(params, default=str))

    sqs = lambdas.stack.sqs.meta.events
    sqs.register("before-parameter-build.sqs.SendMessageBatch", hear)
    root.addHandler(ears)
    root.setLevel(logging.DEBUG)
    try:
        yield said
    finally:
        root.setLevel(level)
        root.removeHandler(ears)
        sqs.unregister("before-parameter-build.sqs.SendMessageBatch", hear)
        said.extend(lambdas.said.getvalue().splitlines())
