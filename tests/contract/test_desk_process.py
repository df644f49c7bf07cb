import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import requests

from desk_server import TOKENS, free_port, wait_for

INFRA = Path(__file__).parents[2] / "infra"


def settings(directory: Path, **more: Any) -> Path:
    path = directory / "playground.json"
    given = {"port": free_port(), "database": str(directory / "d.sqlite"), "tokens": TOKENS}
    path.write_text(json.dumps(given | more), encoding="utf-8")
    return path


def start(config: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "playground", "--config", str(config)],
        env={**os.environ, "PYTHONPATH": str(INFRA)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def is_healthy(port: int) -> bool:
    try:
        answer = requests.get(f"http://127.0.0.1:{port}/_health", timeout=2)
    except requests.ConnectionError:
        return False
    return bool(answer.ok and answer.json() == {"status": "ok"})


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_and_stops_cleanly(tmp_path: Path, stop: signal.Signals) -> None:
    # Given
    config = settings(tmp_path)
    port = json.loads(config.read_text(encoding="utf-8"))["port"]
    with start(config) as process:
        wait_for(lambda: is_healthy(port), "the playground to be healthy", 20)
        # When
        process.send_signal(stop)
        output, _ = process.communicate(timeout=10)
    # Then
    assert process.returncode == 0, output
    assert "Traceback" not in output
    assert not (tmp_path / "d.sqlite-wal").exists()
    with closing(sqlite3.connect(tmp_path / "d.sqlite")) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_wrong_settings_are_named_and_no_secret_is_shown(tmp_path: Path) -> None:
    # Given
    config = settings(tmp_path, port="high", webhook=[{"secret": "hush"}])
    # When
    with start(config) as process:
        output, _ = process.communicate(timeout=20)
    # Then
    assert process.returncode == 2
    assert "port: " in output
    assert "webhook: " in output
    assert "hush" not in output


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    # When
    with start(tmp_path / "none.json") as process:
        output, _ = process.communicate(timeout=20)
    # Then
    assert process.returncode == 2
    assert "none.json" in output


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    # Given
    config = settings(tmp_path)
    port = json.loads(config.read_text(encoding="utf-8"))["port"]
    # When
    with socket.create_server(("127.0.0.1", port)), start(config) as process:
        output, _ = process.communicate(timeout=20)
    # Then
    assert process.returncode == 1
    assert f"port {port}" in output
    assert "Traceback" not in output


def test_a_file_of_another_version_is_refused_and_kept(tmp_path: Path) -> None:
    # Given
    config = settings(tmp_path)
    with closing(sqlite3.connect(tmp_path / "d.sqlite")) as db:
        db.execute("CREATE TABLE tickets (id INTEGER)")
    # When
    with start(config) as process:
        output, _ = process.communicate(timeout=20)
    # Then
    assert process.returncode == 1
    assert "another version of the playground; remove it" in output
    assert "Traceback" not in output
    with closing(sqlite3.connect(tmp_path / "d.sqlite")) as db:
        assert db.execute("SELECT COUNT(*) FROM tickets").fetchone() == (0,)
