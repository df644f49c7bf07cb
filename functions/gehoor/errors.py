"""The errors of gehoor. The class says what the caller does about it.

    GehoorError
    ├── Transient            try again at `retry_at`, or when the caller's own back-off says so
    │   ├── RateLimited      the other side's limit is spent until `retry_at`
    │   │   ├── QuotaSpent   so is a quota, or the money for it: a person may want to raise it
    │   │   └── TicketLimited  so is what one ticket may take: nothing else need wait for it
    │   └── Unavailable      the other side is down, slow, or answered 5xx before any effect
    ├── UnknownOutcome       the call may have had its effect: look before repeating
    ├── Permanent            repeating the same call cannot help
    │   ├── Rejected         the other side refuses this item: set it aside with the reason
    │   ├── Gone             what the call was about no longer exists
    │   ├── PositionLost     a place in a list is not known any more: read from the newest again
    │   ├── AuthExpired      the credential is dead: nothing works until somebody renews it
    │   └── NotAllowed       a right is missing, or gehoor itself refuses (private address)
    └── ContractBroken       the other side answered what its contract does not allow

Messages name what failed, for which id, and what to do next. They carry no secret and no
personal text, because they are kept in logs and in the mention's record.
"""

from datetime import datetime


class GehoorError(Exception):
    """Root of every error gehoor raises on purpose."""


class Transient(GehoorError):
    """The same call may succeed later; `retry_at` is aware UTC, None when nobody said when."""

    def __init__(self, message: str, retry_at: datetime | None = None) -> None:
        super().__init__(message)
        self.retry_at = retry_at


class RateLimited(Transient):
    """The other side counts our calls and the count is spent."""


class QuotaSpent(RateLimited):
    """A quota for a day or longer is spent, or the money for it; nothing was sent."""


class TicketLimited(RateLimited):
    """One ticket has had its share of changes; every other call is as free as before."""


class Unavailable(Transient):
    """The other side could not be reached or said it cannot serve now; nothing took effect."""


class UnknownOutcome(GehoorError):
    """The answer was lost after the request went out: look before repeating."""


class Permanent(GehoorError):
    """Repeating the same call cannot help."""


class Rejected(Permanent):
    """The other side refuses this item: set it aside with the reason."""


class Gone(Permanent):
    """What the call was about was deleted, merged or made invisible."""


class PositionLost(Permanent):
    """The network knows a position no more: read from the newest again."""


class AuthExpired(Permanent):
    """The credential is dead: keep the work, raise the alarm, wait for a new one."""


class NotAllowed(Permanent):
    """A right is missing, or gehoor refuses the call itself."""


class ContractBroken(GehoorError):
    """An answer does not have the shape its contract promises."""
