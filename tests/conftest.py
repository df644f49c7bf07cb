"""What holds for every test."""

from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("gehoor", deadline=None)
settings.load_profile("gehoor")

STACK = Path(__file__).parent / "integration"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let one worker do a file's tests, which share servers, and one all that start the stack."""
    for item in items:
        group = STACK if item.path.is_relative_to(STACK) else item.path
        item.add_marker(pytest.mark.xdist_group(str(group)))
