"""Runs the playground: `python -m playground --config FILE.json`, on 127.0.0.1 only."""

import argparse
import logging
import signal
import sys
import threading
from pathlib import Path
from types import FrameType

from pydantic import ValidationError
from waitress.server import create_server

from playground.app import build, create_app
from playground.config import Settings

THREADS = 16


def main() -> int:
    """Serve until SIGTERM or Ctrl-C; 0 after a clean stop, 2 when the settings are wrong."""
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
    serve(settings)
    return 0


def serve(settings: Settings) -> None:
    """Serve until told to stop, then close everything in order."""
    place = build(settings)
    server = create_server(
        create_app(place), host="127.0.0.1", port=settings.port, threads=THREADS, ident="playground"
    )
    stop = threading.Event()

    def ask_to_stop(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask_to_stop)
    signal.signal(signal.SIGINT, ask_to_stop)
    serving = threading.Thread(target=server.run, name="server", daemon=True)
    place.worker.start()
    serving.start()
    stop.wait()
    server.close()
    place.worker.stop()
    place.store.close()


if __name__ == "__main__":
    sys.exit(main())
