"""What operators write for X, and the example they read."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from gehoor.networks.x import Settings

PAGE = Path(__file__).parents[3] / "docs" / "x.md"
LEAST: dict[str, Any] = {"id": "x", "network": "x", "brand": "b", "secret": "/gehoor/x"}


def test_the_example_on_the_page_is_taken() -> None:
    example = re.search(r"^```yaml\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    assert example

    sources = [Settings.model_validate(one) for one in yaml.safe_load(example[1])["sources"]]

    assert [source.query is None for source in sources] == [True, False]
    assert sources[0].prices.mention_read == 0.001


def test_the_prices_on_the_page_are_those_that_are_used() -> None:
    prices = dict(re.findall(r"^\| `(\w+)` \| .* \| ([0-9.]+) \|$", PAGE.read_text(), re.MULTILINE))

    used = Settings.model_validate(LEAST).prices.model_dump()

    assert {name: float(price) for name, price in prices.items()} == used


@pytest.mark.parametrize(
    "wrong",
    [
        {"query": ""},
        {"query": "a" * 451},
        {"daily_budget_usd": 0.49},
        {"daily_budget_usd": 101},
        {"prices": {"post_read": -1}},
        {"prices": {"like": 1}},
        {"secret": "token"},
        {"base_url": "api.x.com"},
    ],
)
def test_what_cannot_work_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate(LEAST | wrong)
