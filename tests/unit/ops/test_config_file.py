"""`gehoor config check`: what is wrong with a file, on which line, and what to do."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fakes.adapters import STUBS
from gehoor.networks import names
from gehoor_ops.config_file import MAX_BYTES, read_config
from gehoor_ops.failures import CommandFailed

if TYPE_CHECKING:
    from fakes.command import Command

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "tests/fixtures/config/gehoor.yaml"
VALID = """\
company: Noordlicht
brands:
  - id: noordlicht
    languages: [nl, en]
sources:
  - id: alerts
    network: feed
    brand: noordlicht
    url: https://news.example/alerts.xml
  - id: more
    network: feed
    brand: noordlicht
    url: https://news.example/more.xml
helpdesk:
  kind: zendesk
  base_url: https://noordlicht.zendesk.example
  secret: /gehoor/zendesk
"""
TOKEN = "hunter2-hunter2"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "gehoor.yaml"


def fault_in(file: Path, text: str | bytes) -> tuple[int | None, str]:
    """The line and the accepted words of the only problem."""
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(CommandFailed) as caught:
        read_config(file, STUBS)
    [problem] = caught.value.details["problems"]
    return problem["line"], problem["accepted"]


def test_a_file_may_use_anchors_and_merges(file: Path) -> None:
    # Given a file whose second source takes over from the first
    merged = VALID.replace("  - id: alerts\n", "  - &feed\n    id: alerts\n", 1)
    start, end = merged.index("  - id: more\n"), merged.index("helpdesk:")
    file.write_text(f"{merged[:start]}  - {{<<: *feed, id: more}}\n{merged[end:]}")
    # When it is read
    first, second = read_config(file, STUBS).sources
    # Then both are there
    assert second == first.model_copy(update={"id": "more"})


@pytest.mark.parametrize(
    ("old", "new", "line", "accepted"),
    [
        ("network: feed", "network: fed", 7, "one of feed, mastodon"),
        ("    url: https://news.example/alerts.xml\n", "", 6, "this key is required"),
        ("company: Noordlicht\n", "", 1, "this key is required"),
        ("id: more", "id: alerts", 10, "an id that is used once"),
        ("[nl, en]", "\n      - nl\n      - english", 6, "a language as two letters (ISO 639-1)"),
        ("kind: zendesk", "knd: zendesk", 15, "no such key"),
    ],
    ids=["value", "missing key", "missing at the top", "repeated id", "list entry", "key"],
)
def test_a_problem_has_the_line_it_stands_on(
    file: Path, old: str, new: str, line: int, accepted: str
) -> None:
    # Given a file with one fault
    # When it is checked
    found_line, found = fault_in(file, VALID.replace(old, new, 1))
    # Then the fault is on its line
    assert (found_line, found[: len(accepted)]) == (line, accepted)


@pytest.mark.parametrize(
    ("text", "line", "accepted"),
    [
        pytest.param("", None, "this file is empty", id="empty"),
        pytest.param("# nothing\n", None, "this file is empty", id="only a comment"),
        pytest.param("- a\n- b\n", 1, "a mapping of keys to values", id="a list"),
        pytest.param(VALID + "company: Zuid\n", 18, "each key once", id="repeated key"),
        pytest.param("company: [a\nb: c\n", 2, "valid YAML", id="open bracket"),
        pytest.param("a: 1\n---\nb: 2\n", 2, "valid YAML", id="two documents"),
        pytest.param("a: &a [*a]\n", 1, "does not contain itself", id="anchor in itself"),
        pytest.param("a: !!python/name:os.system\n", 1, "without a tag", id="Python object"),
        pytest.param("a: !mine {b: 1}\n", 1, "without a tag", id="own tag"),
        pytest.param("1: a\n", 1, "put this one in quotes", id="number as key"),
        pytest.param("? [a]\n: b\n", 1, "put this one in quotes", id="list as key"),
        pytest.param("a: 0b_\n", None, "decimal digits", id="digits missing"),
        pytest.param(b"company: caf\xe9\n", None, "UTF-8", id="Latin-1"),
        pytest.param("a: \x00\n", None, "UTF-8", id="control character"),
        pytest.param("[" * 5000, None, "nested less deeply", id="deep nesting"),
        pytest.param(f"a: *{TOKEN}\n", 1, "valid YAML (found undefined alias)", id="no anchor"),
    ],
)
def test_what_is_no_plain_yaml_is_refused_with_its_line(
    file: Path, text: str | bytes, line: int | None, accepted: str
) -> None:
    found_line, found = fault_in(file, text)
    assert found_line == line
    assert accepted in found


def test_anchors_that_multiply_are_refused_before_they_fill_the_memory(file: Path) -> None:
    # Given a file of a few hundred bytes that spells out to billions
    levels = [f"k{n}: &k{n} [{', '.join([f'*k{n - 1}'] * 9)}]" for n in range(1, 12)]
    # When it is checked
    # Then it is refused for its size
    assert "anchors spelled out" in fault_in(file, "k0: &k0 [x]\n" + "\n".join(levels))[1]


def test_a_file_over_the_limit_is_not_read(file: Path) -> None:
    file.write_bytes(b"#" * (MAX_BYTES + 1))
    with pytest.raises(CommandFailed, match="larger than 256 KB"):
        read_config(file, STUBS)


def test_dates_and_base_60_numbers_are_not_turned_into_something_else(file: Path) -> None:
    # Given a company that is called like a date
    file.write_text(VALID.replace("Noordlicht", "2026-11-22", 1))
    # When the file is read
    # Then it is the text that stands there
    assert read_config(file, STUBS).company == "2026-11-22"


@pytest.mark.parametrize("text", [f"{TOKEN}: [\n", f"a: '{TOKEN}\n", f'a: "{TOKEN}\\q"\n'])
def test_a_syntax_error_does_not_quote_the_file(file: Path, text: str) -> None:
    file.write_text(text)
    with pytest.raises(CommandFailed) as caught:
        read_config(file, STUBS)
    assert TOKEN not in str(caught.value) + str(caught.value.lines) + str(caught.value.details)


def test_check_names_every_problem_with_file_and_line(gehoor: Command, file: Path) -> None:
    # Given a file with two faults
    file.write_text(VALID.replace("kind:", "knd:").replace("company:", "compny:"))
    # When it is checked
    run = gehoor("config", "check", str(file))
    # Then both are told, in the order of the file, with the next step
    assert (run.code, run.out) == (1, "")
    assert "compny: no such key" in run.err
    assert run.err.index(f"{file}:1: compny") < run.err.index(f"{file}:15: helpdesk.knd")
    assert run.err.endswith(f"check it again: gehoor config check {file}\n")


def test_check_gives_programs_one_document_of_problems(gehoor: Command, file: Path) -> None:
    # Given a file with one fault
    file.write_text(VALID.replace("    network: feed", "    network: fead", 1))
    # When it is checked for a program
    run = gehoor("config", "check", str(file), "--json")
    # Then all is in one document
    assert run.code == 1
    assert run.document["error"] == f"{file} has 1 problem"
    assert run.document["problems"] == [
        {
            "line": 7,
            "path": "sources[0].network",
            "value": "'fead'",
            "accepted": f"one of {', '.join(names())}",
            "nearest": "feed",
        }
    ]


def test_check_says_what_a_valid_file_holds(gehoor: Command, file: Path) -> None:
    # Given a valid file
    file.write_text(VALID)
    # When it is checked, for a person and for a program
    told = gehoor("config", "check", str(file))
    answered = gehoor("--json", "config", "check", str(file))
    # Then both learn what is in it
    assert (told.code, answered.code) == (0, 0)
    assert "alerts" in told.out
    assert answered.document == {
        "valid": True,
        "brands": ["noordlicht"],
        "sources": ["alerts", "more"],
        "helpdesk": "zendesk",
        "secrets": ["/gehoor/zendesk", "/gehoor/webhook/zendesk"],
    }


@pytest.mark.parametrize("name", ["missing.yaml", "."])
def test_a_file_that_cannot_be_read_is_refused(gehoor: Command, tmp_path: Path, name: str) -> None:
    run = gehoor("config", "check", str(tmp_path / name))
    assert run.code == 1
    assert "cannot be read" in run.err


def test_the_example_of_the_documentation_is_valid(gehoor: Command) -> None:
    run = gehoor("config", "check", str(EXAMPLE))
    assert (run.code, run.err) == (0, "")


def test_the_command_runs_as_a_module_with_any_encoding(file: Path) -> None:
    # Given a terminal that knows no accents, and a file that has one in a refused place
    file.write_text(VALID.replace("kind: zendesk", "kind: zéndesk"), encoding="utf-8")
    environment = {
        "PYTHONPATH": os.pathsep.join(str(ROOT / part) for part in ("functions", "infra")),
        "PYTHONIOENCODING": "ascii",
    }
    # When it is checked
    run = subprocess.run(
        [sys.executable, "-m", "gehoor_ops", "config", "check", str(file)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    # Then it is refused as everywhere
    assert run.returncode == 1
    assert "helpdesk.kind (found 'z\\xe9ndesk'): one of webhook, zendesk" in run.stderr
