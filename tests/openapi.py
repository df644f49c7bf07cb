"""docs/openapi.yaml, and what of an event or an answer does not fit it."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator, FormatChecker

PATH = Path(__file__).parents[1] / "docs/openapi.yaml"
SCHEMAS = {
    "customer.updated": "CustomerUpdated",
    "customer.verified": "CustomerVerified",
    "mention.created": "MentionCreated",
    "case.updated": "CaseUpdated",
}
"""The schema of each event gehoor sends, by its type."""


@cache
def document() -> dict[str, Any]:
    """The whole document."""
    found: dict[str, Any] = yaml.safe_load(PATH.read_text(encoding="utf-8"))
    return found


def at(reference: str) -> Any:
    """What a reference into the document points to."""
    found: Any = document()
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    return found


def faults(schema: str, value: object) -> list[str]:
    """What of a value does not fit the schema of this name, without the value."""
    found = _validator(schema).iter_errors(value)
    return [f"{error.json_path}: {error.validator}" for error in found]


@cache
def _validator(schema: str) -> Draft202012Validator:
    rules = {"$ref": f"#/components/schemas/{schema}", "components": document()["components"]}
    return Draft202012Validator(rules, format_checker=FormatChecker())
