"""Starts one function in a bare interpreter, up to its first call of anything outside.

    python first_message.py FUNCTION

Prints the CPU seconds since the interpreter stood, and how many modules were loaded for it, also
without those of Python itself. Without a function it is the yardstick: boto3 and one client. Only
the artifact is on the path.
"""

import json
import os
import sys
import time
from datetime import UTC, datetime
from functools import cache

STANDING = set(sys.modules)
BEGAN = time.process_time()

CONFIG = {
    "company": "Noordlicht",
    "brands": [{"id": "noordlicht", "languages": ["nl"], "accounts": {"mastodon": "noordlicht"}}],
    "sources": [
        {
            "id": "masto",
            "network": "mastodon",
            "brand": "noordlicht",
            "base_url": "https://social.example",
            "secret": "/gehoor/masto",
            "every": "1m",
            "silence": "7d",
            "backfill": "24h",
        }
    ],
    "helpdesk": {
        "kind": "zendesk",
        "base_url": "https://noordlicht.zendesk.example",
        "secret": "/gehoor/zendesk",
    },
}

SAID = "@noordlicht Bestelling 12345678 is kwijt, bel 06 12345678 of mail anna@example.org"
"""What is looked for in it is looked for in each post that becomes a ticket."""


def main(function: str) -> None:
    """Import what the function's first message needs, and build it."""
    if function:
        _prepare(function)
    else:
        import boto3

        boto3.client("dynamodb", region_name="eu-west-1")
    cpu_s, modules = time.process_time() - BEGAN, set(sys.modules) - STANDING
    files = [getattr(sys.modules[name], "__file__", None) for name in modules]
    packaged = sum(map(_is_packaged, files))
    print(json.dumps({"cpu_s": cpu_s, "modules": len(modules), "packaged": packaged}))


def _is_packaged(file: "str | None") -> bool:
    """Whether it came with the artifact and not with Python."""
    return (file or "").startswith(tuple(os.environ["PYTHONPATH"].split(os.pathsep)))


def _prepare(function: str) -> None:
    """The function's own ports; what they read from AWS first of all is given to them."""
    from importlib import import_module

    import_module(f"{function}.handler")
    from gehoor import bootstrap
    from gehoor.domain.budget import Lane

    if function == "receive_webhook":
        bootstrap.webhook("zendesk")
        bootstrap.secrets()
        bootstrap.queues()
        bootstrap.replays()
        return
    _give_what_is_read(bootstrap)
    bootstrap.config()
    if function == "dispatch_polls":
        bootstrap.sources()
        bootstrap.queues()
    elif function == "poll_source":
        from gehoor import bootstrap_intake, connections

        bootstrap_intake.watched("masto")
        bootstrap_intake.poll_ports()
        connections.network("masto")
    elif function == "deliver_mention":
        from gehoor.bootstrap_delivery import deliver_ports
        from gehoor.domain.personal_data import masked

        _give_setup()
        deliver_ports(Lane.NORMAL)
        masked(SAID)
    elif function == "apply_event":
        from gehoor.bootstrap_events import event_ports

        _give_setup()
        event_ports()
    elif function == "sweep":
        from gehoor.bootstrap_sweep import sweep_ports

        sweep_ports()
    else:
        raise ValueError(function)


def _give_what_is_read(bootstrap) -> None:  # type: ignore[no-untyped-def]  # a module
    from gehoor.aws.config_store import CachedConfig  # noqa: F401  what the reader is made of
    from gehoor.config import AS_STORED, from_json

    class Given:
        def get(self, _name: str) -> str:
            return "token"

    config = from_json(json.dumps(CONFIG), AS_STORED)
    bootstrap.state()
    bootstrap.ssm()
    bootstrap._config_reader = lambda: lambda: config
    bootstrap.secrets = Given
    bootstrap.clock = lambda: datetime.now(UTC)


def _give_setup() -> None:
    from gehoor import connections
    from gehoor.aws.setup_store import CachedSetup  # noqa: F401  what the reader is made of
    from gehoor.domain.setup import HelpdeskSetup

    connections._setup_reader = cache(lambda: lambda _base_url: HelpdeskSetup())


main(*sys.argv[1:])
