"""Running the command in process, as its user would."""

import io
import json
import sys
from dataclasses import dataclass
from typing import Any, TextIO

import pytest

from gehoor_ops.cli import main


@dataclass(frozen=True)
class Run:
    """What a command said, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on stdout."""
        return json.loads(self.out)


class Command:
    """Runs `gehoor`."""

    def __init__(self, capture: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch) -> None:
        self._capture = capture
        self._patch = patch

    def __call__(self, *words: str, stdin: bytes | TextIO = b"") -> Run:
        given = io.TextIOWrapper(io.BytesIO(stdin)) if isinstance(stdin, bytes) else stdin
        self._capture.readouterr()
        with self._patch.context() as patch:
            patch.setattr(sys, "stdin", given)
            try:
                code = main(words)
            except SystemExit as stop:
                code = int(stop.code or 0)
        said = self._capture.readouterr()
        return Run(code, said.out, said.err)
