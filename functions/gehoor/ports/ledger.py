"""What was promised to be done exactly once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import Enum
from typing import NamedTuple, Protocol


class Begin(Enum):
    """What the ledger says when somebody wants to do something exactly once."""

    NEW = "nobody has begun: do it"
    DONE = "it is done: use the result"
    UNKNOWN = "somebody began and did not finish: look before repeating"
    BUSY = "somebody is at it now: come back later"


class Promise(NamedTuple):
    """The ledger's answer; `result` is only set when done, `free_at` only when busy."""

    begin: Begin
    result: dict[str, str]
    free_at: datetime | None


class Ledger(Protocol):
    """What gehoor promised to do exactly once, and whether it is done."""

    def begin(self, key: str, now: datetime, lease: timedelta) -> Promise:
        """Say that the work named `key` starts; atomic between all workers."""

    def begin_new(self, keys: Sequence[str], now: datetime, lease: timedelta) -> Sequence[str]:
        """Say that those works start that nobody began, and which: in few calls for many.

        The others are left as they are, and so may be some that nobody began: `begin` them.
        """

    def has_begun(self, key: str) -> bool:
        """Whether anybody began the work named `key`, and did not withdraw."""

    def finish(self, key: str, result: dict[str, str], now: datetime) -> None:
        """Say that the work is done and what came of it."""

    def release(self, key: str) -> None:
        """Say that the work stopped half-way, with an answer: the next `begin` may look at once."""

    def withdraw(self, key: str) -> None:
        """Say that the work never began: the next `begin` is the first."""

    def claim(self, key: str, owner: str, now: datetime) -> bool:
        """Say that the thing named `key` is `owner`'s for ever; False when it is another's."""

    def owner(self, key: str) -> str | None:
        """Whose the thing named `key` is."""

    def decide(self, key: str, choice: dict[str, str], now: datetime) -> dict[str, str]:
        """Decide `key` for ever; returns the choice that counts, which is the first one."""

    def decided(self, key: str) -> dict[str, str] | None:
        """What was decided for `key`, None when nothing was."""

    def decided_many(self, keys: Sequence[str]) -> dict[str, dict[str, str]]:
        """What was decided, for those of the keys for which something was: in few calls."""
