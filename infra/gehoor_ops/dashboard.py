"""The CloudWatch dashboard: people edit infra/dashboard.json, the template carries it on one line.

CloudFormation would read the file itself only from S3, which the embedded AWS has nobody to put it.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from gehoor_ops.workspace import PROJECT

if TYPE_CHECKING:
    from pathlib import Path

FILE = PROJECT / "infra/dashboard.json"
TEMPLATE = PROJECT / "template.yaml"
_BODY = re.compile(r"^(      DashboardBody: !Sub ).*$", re.MULTILINE)


def written_into(template: str) -> str:
    """The template with the dashboard as the file has it; LookupError when it has no place."""
    body = json.dumps(json.loads(FILE.read_text()), separators=(",", ":")).replace("'", "''")
    if not _BODY.search(template):
        message = "the template has no DashboardBody"
        raise LookupError(message)
    return _BODY.sub(lambda found: f"{found[1]}'{body}'", template)


def main(template: Path = TEMPLATE) -> None:
    """Write the dashboard into the template."""
    template.write_text(written_into(template.read_text()))


if __name__ == "__main__":
    main()
