"""`gehoor config`: check the configuration, and bring it into force."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from gehoor.config import ConfigInvalid, secret_names
from gehoor.config_problems import duration_text
from gehoor.errors import NotAllowed
from gehoor_ops.config_file import read_config
from gehoor_ops.failures import CommandFailed
from gehoor_ops.output import table
from gehoor_ops.stack import clock, find_stack

if TYPE_CHECKING:
    from argparse import Namespace

    from gehoor.aws.config_store import ConfigStore
    from gehoor.config import AppConfig
    from gehoor.settings import SourceSettings
    from gehoor_ops.output import Output
    from gehoor_ops.stack import Account


def register(commands: Any) -> None:
    """Add the commands."""
    config = commands.add_parser("config", help="check and push the configuration")
    actions = config.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, run, purpose in (
        ("check", check, "say what is wrong with a file, if anything"),
        ("push", push, "make a file the configuration in force"),
    ):
        action = actions.add_parser(name, help=purpose, description=purpose)
        action.add_argument("file", type=Path, metavar="FILE", help="for example gehoor.yaml")
        action.set_defaults(run=run)


def check(options: Namespace, output: Output) -> None:
    """Say that a file is a valid configuration; CommandFailed when it is not."""
    config = read_config(options.file)
    document = {
        "valid": True,
        "brands": [brand.id for brand in config.brands],
        "sources": [source.id for source in config.sources],
        "helpdesk": config.helpdesk.kind,
        "secrets": list(secret_names(config)),
    }
    output.show(document, f"{options.file} is valid.\n\n{_overview(config)}")


def push(options: Namespace, output: Output) -> None:
    """Store a file's configuration, and make the sources fit it."""
    config = read_config(options.file)
    stack = find_stack(options.stack, output)
    store, now = stack.config_store(), clock()
    before = store.version()
    if before:
        _refuse_moved(store, config)
    version = store.push(config, now)
    added, retired = stack.sources().reconcile([source.id for source in config.sources], now)
    missing = _missing_secrets(config, stack.account, output)
    document = {
        "version": version,
        "changed": version != before,
        "added": sorted(added),
        "retired": sorted(retired),
        "missing_secrets": missing,
    }
    output.show(document, _pushed(document))


def _refuse_moved(store: ConfigStore, config: AppConfig) -> None:
    """CommandFailed when a source is somewhere else than before.

    What it heard keeps its id, and posts that another server does not know would be held deleted.
    """
    try:
        homes = {source.id: _home(source) for source in store.current()[1].sources}
    except ConfigInvalid:
        return
    moved = [one.id for one in config.sources if homes.get(one.id, _home(one)) != _home(one)]
    if moved:
        raise CommandFailed(
            f"{', '.join(moved)}: another network or base_url than before",
            "give a source that is somewhere else an id of its own, and take the old one out",
            moved=moved,
        )


def _home(source: SourceSettings) -> tuple[str, str]:
    return source.network, getattr(source, "base_url", "").rstrip("/")


def _missing_secrets(config: AppConfig, account: Account, output: Output) -> list[str]:
    """Who may push need not be allowed to read secrets; then nobody can say what is missing."""
    secrets = account.secrets()
    try:
        missing = [name for name in secret_names(config) if not secrets.exists(name)]
    except NotAllowed as error:
        output.note(f"whether the secrets are set could not be checked: {error}")
        return []
    for name in missing:
        output.note(f"secret {name} is not set; run: gehoor secret set {name}")
    return missing


def _pushed(document: dict[str, Any]) -> str:
    state = "is in force" if document["changed"] else "is in force already; nothing changed"
    lines = [f"Version {document['version']} {state}."]
    for word in ("added", "retired"):
        if document[word]:
            lines.append(f"Sources {word}: {', '.join(document[word])}.")
    return "\n".join(lines)


def _overview(config: AppConfig) -> str:
    rows = [
        (source.id, source.network, source.brand, f"every {duration_text(source.every)}")
        for source in config.sources
    ]
    return table(("source", "network", "brand", "polled"), rows)
