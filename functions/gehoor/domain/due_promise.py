"""A promise that an agent gave with a time: it comes back before it is due, unless it was kept."""

from dataclasses import replace
from datetime import datetime

from gehoor.domain.frozen import frozen

PROMISE_DUE = "promise_due"
"""The tag of a ticket that came back for a promise."""

PROMISE_KEPT = "promise_kept"
"""The tag with which an agent says that the promise is kept: then it does not come back."""


@frozen
class GivenPromise:
    """A promise of the answer `comment_id`; agents are reminded of it at `notice_at`.

    `kept_by` is the later answer that is taken for its keeping, "" without one. `is_over` says that
    agents were reminded, or said that it is kept.
    """

    comment_id: str
    quote: str
    due_at: datetime
    notice_at: datetime
    kept_by: str = ""
    is_over: bool = False

    @property
    def waits(self) -> bool:
        """Whether it is still to come back."""
        return not self.kept_by and not self.is_over

    def answered(self, comment_id: str) -> "GivenPromise":
        """The promise after another answer; one that came back is kept by that as well."""
        if self.kept_by or comment_id == self.comment_id:
            return self
        return replace(self, kept_by=comment_id)
