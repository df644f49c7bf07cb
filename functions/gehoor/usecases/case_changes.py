"""Changing a stored case while other workers do so too."""

from collections.abc import Callable

from gehoor.domain.case import Case
from gehoor.errors import Unavailable
from gehoor.ports.stores import CaseStore

MOST_RACES = 5


def change_case(
    case_id: str, change: Callable[[Case], Case], cases: CaseStore
) -> tuple[Case, Case] | None:
    """Store what `change` makes of a case; the case before and after, None when it is not stored.

    Nothing is written when nothing changes. Unavailable while others store it again and again.
    """
    for _ in range(MOST_RACES):
        before = cases.get(case_id)
        if before is None:
            return None
        after = change(before)
        if after == before or cases.put(after):
            return before, after
    message = f"case {case_id} is being stored by other workers"
    raise Unavailable(message)
