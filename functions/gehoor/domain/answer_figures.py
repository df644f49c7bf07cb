"""How soon first answers came, in figures."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from math import ceil

from gehoor.domain.case import Case
from gehoor.domain.first_answer import Ending, FirstAnswer
from gehoor.domain.frozen import frozen


@frozen
class Clocked:
    """A clock with the network it is of; `is_solved` without an answer, `waits` for one."""

    network: str
    clock: FirstAnswer
    is_solved: bool
    waits: bool


@frozen
class Figures:
    """Counts of clocks, and how long answers took in the hours they are counted in.

    `share_in_time` is that of the answers in time among all that were due: those answered, and
    those that wait and are `overdue`; None where there are none. Solved, withdrawn and merged ones
    are counted apart and are neither in time nor late.
    """

    answered: int
    in_time: int
    overdue: int
    waiting: int
    solved_unanswered: int
    withdrawn: int
    merged: int
    share_in_time: float | None
    median: timedelta | None
    percentile_90: timedelta | None


def clocked(case: Case, since: datetime) -> list[Clocked]:
    """The clocks of a case that started since then."""
    return [
        Clocked(
            case.network,
            clock,
            is_solved=clock.ending is Ending.SOLVED or (clock.ending is None and not case.is_open),
            waits=clock.ending is None and case.is_open,
        )
        for clock in case.clocks
        if clock.started_at >= since
    ]


def figures(found: Sequence[Clocked], now: datetime) -> Figures:
    """The figures of some clocks."""
    answered = [one.clock for one in found if one.clock.ending is Ending.ANSWERED]
    in_time = sum(clock.is_within for clock in answered)
    overdue = sum(one.waits and one.clock.due_at < now for one in found)
    took = sorted(clock.took for clock in answered if clock.took is not None)
    due = len(answered) + overdue
    return Figures(
        answered=len(answered),
        in_time=in_time,
        overdue=overdue,
        waiting=sum(one.waits for one in found) - overdue,
        solved_unanswered=sum(one.is_solved for one in found),
        withdrawn=_count(Ending.WITHDRAWN, found),
        merged=_count(Ending.MERGED, found),
        share_in_time=in_time / due if due else None,
        median=_percentile(50, took),
        percentile_90=_percentile(90, took),
    )


def by_name(named: Iterable[tuple[str, Clocked]], now: datetime) -> dict[str, Figures]:
    """The figures of each name, in the order of the names."""
    parts: dict[str, list[Clocked]] = {}
    for name, one in named:
        parts.setdefault(name, []).append(one)
    return {name: figures(parts[name], now) for name in sorted(parts)}


def _percentile(percent: int, took: Sequence[timedelta]) -> timedelta | None:
    """The shortest time within which so many answers came."""
    return took[ceil(percent * len(took) / 100) - 1] if took else None


def _count(ending: Ending, found: Iterable[Clocked]) -> int:
    return sum(one.clock.ending is ending for one in found)
