"""What SECURITY.md says holds is shown by tests that exist."""

import re

from gehoor_ops.workspace import PROJECT

PAGE = (PROJECT / "SECURITY.md").read_text()
ROW = re.compile(r"^\| (?P<threat>[^|]+) \| (?P<holds>[^|]+) \| (?P<shown>[^|]+) \|$", re.MULTILINE)


def test_every_threat_names_the_test_that_shows_what_holds() -> None:
    table = PAGE.partition("**What holds, and what shows it.**")[2].partition("Three wildcards")[0]
    rows = [row for row in ROW.finditer(table) if row["threat"] not in ("threat", "---")]
    assert len(rows) > 10
    for row in rows:
        paths = re.findall(r"`(tests/[\w/.]+)`", row["shown"])
        assert paths, row["threat"]
        assert all((PROJECT / path).exists() for path in paths), row["shown"]
