"""What holds for every test."""

from typing import Any

import pytest
from hypothesis import settings
from xdist.scheduler import LoadFileScheduling

settings.register_profile("gehoor", deadline=None)
settings.load_profile("gehoor")


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Hand each worker whole files, and one of them all that start a stack.

    Two that start at once would take the same free ports.
    """
    scheduler = LoadFileScheduling(config, log)
    file_of = scheduler._split_scope

    def group_of(test: str) -> str:
        return "stacks" if test.startswith("tests/integration/") else str(file_of(test))

    scheduler._split_scope = group_of
    return scheduler
