"""No input, whatever it is, raises anything but gehoor's own errors.

`make test` gives each reader a few inputs, `make fuzz` many. An input that fails is named by its
number: the same number makes the same input.
"""

from __future__ import annotations

import os
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fuzz import networks, parsers

if TYPE_CHECKING:
    from collections.abc import Callable

INPUTS = int(os.environ.get("GEHOOR_FUZZ", "1300"))
"""Of all readers together."""

FEEDS = sorted((Path(__file__).parents[1] / "fixtures/networks/feed").glob("*.*"))
READERS: dict[str, Callable[[Random], None]] = {
    "bluesky": networks.bluesky,
    "feed": networks.feed(FEEDS),
    "mastodon": networks.mastodon,
    "x": networks.x,
    "youtube": networks.youtube,
    "crm": parsers.crm,
    "webhooks of zendesk": parsers.sender("zendesk"),
    "webhooks of webhook": parsers.sender("webhook"),
    "webhooks of x": parsers.sender("x"),
    "handshake": parsers.handshake,
    "configuration": parsers.configuration,
    "configuration file": parsers.configuration_file,
    "stored items": parsers.items,
    "texts": parsers.texts,
}


@pytest.mark.timeout(3_000)
@pytest.mark.parametrize("reader", READERS)
def test_no_input_raises_anything_but_gehoors_errors(reader: str) -> None:
    @settings(
        max_examples=-(-INPUTS // len(READERS)),
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.integers(0, 2**64))
    def read(number: int) -> None:
        READERS[reader](Random(number))

    read()


def test_every_network_and_sender_is_fuzzed() -> None:
    from pkgutil import iter_modules

    from gehoor import networks as adapters
    from gehoor import webhooks

    senders = {f"webhooks of {module.name}" for module in iter_modules(webhooks.__path__)}
    assert {*adapters.names(), *senders} <= READERS.keys()
