"""The import rule: the domain knows nothing, use cases know ports, handlers one use case."""

from pathlib import Path

import pytest

from import_rule import modules, violations

FUNCTIONS = Path(__file__).parents[2] / "functions"
MODULES = dict(modules(FUNCTIONS))


@pytest.mark.parametrize("module", MODULES)
def test_a_module_keeps_the_rule(module: str) -> None:
    assert violations(module, MODULES[module].read_text()) == []


def test_every_function_has_a_handler_that_is_checked() -> None:
    # Given the folders beside the shared package
    folders = {path.name for path in FUNCTIONS.iterdir() if path.is_dir()}
    functions = folders - {"gehoor", "__pycache__"}
    # When modules are collected
    # Then each of them has its handler among them
    assert functions
    assert {f"{name}.handler" for name in functions} <= set(MODULES)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("gehoor.domain.case", "import re\nfrom gehoor.domain.mention import Mention\n"),
        (
            "gehoor.usecases.poll",
            "from gehoor.ports import Clock\nfrom gehoor.errors import Gone\n",
        ),
        ("gehoor.usecases.poll", "def poll(time: int) -> int:\n    return time\n"),
        ("gehoor.networks.feed", "import feedparser\nfrom gehoor.http import Http\n"),
        ("gehoor.networks.feed", "from gehoor.networks._feed_dates import read\n"),
        (
            "gehoor.networks._feed_dates",
            "from datetime import datetime\nx = datetime.fromisoformat\n",
        ),
        ("gehoor.aws.cases", "from botocore.exceptions import ClientError\n"),
        ("gehoor.aws.cases", "from gehoor.aws.items import key\n"),
        ("gehoor.bootstrap", "import os\nx = os.environ['A']\n"),
        (
            "sweep.handler",
            "from gehoor import bootstrap\nfrom gehoor.usecases.sweep import Expected, sweep\n",
        ),
    ],
)
def test_what_the_rule_allows_is_not_reported(module: str, source: str) -> None:
    assert violations(module, source) == []


HANDLER = "from gehoor.usecases.sweep import sweep\n"


@pytest.mark.parametrize(
    ("module", "source", "reported"),
    [
        ("gehoor.domain.case", "import pydantic\n", "pydantic"),
        ("gehoor.domain.case", "from gehoor.errors import Gone\n", "gehoor.errors.Gone"),
        ("gehoor.domain.case", "def f():\n    import requests\n", "requests"),
        ("gehoor.domain.case", "from .. import errors\n", "...errors"),
        (
            "gehoor.domain.case",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from gehoor import ports\n",
            "gehoor.ports",
        ),
        ("gehoor.errors", "from gehoor.domain.case import Case\n", "gehoor.domain.case.Case"),
        ("gehoor.usecases.poll", "from gehoor.networks import feed\n", "gehoor.networks.feed"),
        ("gehoor.usecases.poll", "from gehoor.aws.items import key\n", "gehoor.aws.items.key"),
        ("gehoor.usecases.poll", "import pydantic\n", "pydantic"),
        ("gehoor.networks.feed", "from gehoor.usecases import poll\n", "gehoor.usecases.poll"),
        ("gehoor.networks.feed", "import sweep.handler\n", "sweep.handler"),
        (
            "gehoor.networks.feed",
            "from gehoor.helpdesks import zendesk\n",
            "gehoor.helpdesks.zendesk",
        ),
        (
            "gehoor.networks.feed",
            "from gehoor.networks._mastodon_api import Api\n",
            "gehoor.networks._mastodon_api.Api",
        ),
        (
            "gehoor.networks.feed",
            "from gehoor.networks import mastodon\n",
            "gehoor.networks.mastodon",
        ),
        ("gehoor.networks.feed", "import boto3\n", "boto3"),
        ("gehoor.http", "import botocore.config\n", "botocore.config"),
        ("gehoor.aws.cases", "import os\nx = os.environ['A']\n", "os.environ"),
        ("gehoor.aws.cases", "from os import environ as e\n", "os.environ"),
        ("gehoor.aws.cases", "import os\nx = os.getenv('A')\n", "os.getenv"),
        (
            "gehoor.networks.feed",
            "from datetime import datetime as d\nd.now()\n",
            "datetime.datetime.now",
        ),
        ("gehoor.networks.feed", "import datetime\ndatetime.date.today()\n", "datetime.date.today"),
        ("gehoor.networks.feed", "from time import time\nx = time()\n", "time.time"),
        (
            "gehoor.usecases.poll",
            "import importlib as i\ni.import_module('x')\n",
            "importlib.import_module",
        ),
        ("gehoor.bootstrap", "from sweep import handler\n", "sweep.handler"),
        ("gehoor.connections", "import boto3\n", "boto3"),
        ("gehoor.bootstrap_sweep", "import os\nx = os.environ['A']\n", "os.environ"),
        ("sweep.handler", HANDLER + "from gehoor import connections\n", "gehoor.connections"),
        ("sweep.handler", HANDLER + "import boto3\n", "boto3"),
        ("sweep.handler", HANDLER + "from gehoor.aws.items import key\n", "gehoor.aws.items.key"),
        ("sweep.handler", HANDLER + "from poll_source import handler\n", "poll_source.handler"),
        (
            "sweep.handler",
            HANDLER + "from gehoor.usecases import poll\n",
            "2 use cases and not one",
        ),
        ("sweep.handler", "x = 1\n", "0 use cases and not one"),
        ("gehoor.somewhere", "x = 1\n", "no layer"),
    ],
)
def test_a_planted_violation_is_reported(module: str, source: str, reported: str) -> None:
    # Given a module that knows what it must not
    # When it is checked
    told = violations(module, source)
    # Then that is told, and nothing else
    assert told
    assert all(line.startswith(module) and reported in line for line in told)
