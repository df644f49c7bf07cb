"""The whole stack, started once by the command a user types."""

import json
import time
from collections.abc import Callable, Iterator

import pytest

from running_stack import Desk, Running, Street, gehoor


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """`gehoor up --detach --json`, and `gehoor down` at the end."""
    run = tmp_path_factory.mktemp("run") / "up"
    started = time.monotonic()
    result = gehoor(run, "up", "--detach", "--json")
    assert result.returncode == 0, result.stderr
    yield Running(json.loads(result.stdout), run, time.monotonic() - started)
    gehoor(run, "down")


@pytest.fixture(scope="session")
def street(stack: Running) -> Street:
    """The network."""
    return Street(stack)


@pytest.fixture(scope="session")
def desk(stack: Running) -> Desk:
    """The helpdesk."""
    return Desk(stack)


@pytest.fixture
def poll_now(stack: Running) -> Callable[[], None]:
    """Poll every source without waiting for the minute."""

    def poll() -> None:
        for source in json.loads(gehoor(stack.run, "source", "list", "--json").stdout)["sources"]:
            gehoor(stack.run, "source", "poll", source["id"])

    return poll
