"""The receiver starts fast: what it does not use is not imported."""

import subprocess
import sys
from pathlib import Path

FUNCTIONS = Path(__file__).parents[2] / "functions"
LIST = "import sys, receive_webhook.handler; print(*sys.modules)"


def test_the_receiver_knows_no_sign_in_and_no_helpdesk() -> None:
    # When the receiver is imported as Lambda does it
    done = subprocess.run(
        [sys.executable, "-c", LIST], cwd=FUNCTIONS, capture_output=True, text=True, check=True
    )
    # Then neither adapters nor what they are connected with came along
    modules = done.stdout.split()
    assert "gehoor.bootstrap" in modules
    forbidden = ("gehoor.helpdesks", "gehoor.wiring", "gehoor.aws.sessions", "gehoor.http")
    assert [name for name in modules if name.startswith(forbidden)] == []
