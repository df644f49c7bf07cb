"""Serves the playground on 127.0.0.1 and stops it in order."""

import threading
from typing import Any

from waitress import wasyncore
from waitress.server import create_server

from playground.app import create_app
from playground.context import Playground

HOST = "127.0.0.1"
THREADS = 16
STOP_CHECK = 0.2
LAST_REQUESTS = 5


def serve(place: Playground, stop: threading.Event) -> None:
    """Serve until `stop` is set; then finish requests and deliveries and close the database."""
    sockets: dict[int, Any] = {}
    server = create_server(
        create_app(place),
        map=sockets,
        host=HOST,
        port=place.settings.port,
        threads=THREADS,
        ident="playground",
    )
    place.worker.start()
    try:
        while not stop.is_set():
            wasyncore.loop(timeout=STOP_CHECK, map=sockets, count=1)
    finally:
        server.task_dispatcher.shutdown(timeout=LAST_REQUESTS)
        wasyncore.close_all(sockets)
        place.worker.stop()
        place.store.close()
