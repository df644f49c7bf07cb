"""Runs the playground: `python -m playground --config FILE.json`, on 127.0.0.1 only."""

import argparse
import logging
import signal
import sqlite3
import sys
import threading
from pathlib import Path
from types import FrameType

from pydantic import ValidationError

from playground.app import build
from playground.config import Settings
from playground.desk.store import OtherVersion
from playground.server import serve


def main() -> int:
    """Serve until told to stop: 0 then, 1 when it cannot serve, 2 when the settings are wrong."""
    parser = argparse.ArgumentParser(prog="playground", description=__doc__)
    parser.add_argument("--config", type=Path, required=True, help="settings, a JSON file")
    path: Path = parser.parse_args().config
    try:
        settings = Settings.model_validate_json(path.read_bytes())
    except OSError as exc:
        print(f"playground: cannot read {path}: {exc.strerror}", file=sys.stderr)
        return 2
    except ValidationError as exc:
        print(f"playground: {path} is wrong:", file=sys.stderr)
        for error in exc.errors(include_url=False, include_input=False):
            print(f"  {'.'.join(map(str, error['loc']))}: {error['msg']}", file=sys.stderr)
        return 2
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    try:
        _serve(settings)
    except (OSError, sqlite3.Error, OtherVersion) as exc:
        where = f"port {settings.port}, database {settings.database}"
        print(f"playground: cannot serve ({where}): {exc}", file=sys.stderr)
        return 1
    return 0


def _serve(settings: Settings) -> None:
    stop = threading.Event()

    def ask_to_stop(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask_to_stop)
    signal.signal(signal.SIGINT, ask_to_stop)
    serve(build(settings), stop)


if __name__ == "__main__":
    sys.exit(main())
