"""The README's table of networks says what the adapters declare."""

import pytest

from gehoor.networks import names
from gehoor_ops.network_table import BEGIN, END, README, table, written_into


def test_the_readme_is_as_the_adapters_declare() -> None:
    page = README.read_text()
    assert written_into(page) == page, "the README is behind the adapters; run: make readme"


def test_every_network_has_a_row() -> None:
    rows = table().splitlines()[2:]
    assert [row.split(" | ")[0].removeprefix("| ") for row in rows] == list(names())
    assert all(row.count("|") == 8 for row in rows)


def test_only_what_is_between_the_marks_is_written() -> None:
    page = written_into(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    assert page == f"before\n{BEGIN}\n{table()}\n{END}\nafter\n"
    with pytest.raises(LookupError, match="networks"):
        written_into("a page without marks")
