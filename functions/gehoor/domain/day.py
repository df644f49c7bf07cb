"""Days, as gehoor counts what may be done in one."""

from datetime import UTC, datetime, timedelta


def end_of_day(now: datetime) -> datetime:
    """The next midnight in UTC; `now` is aware UTC."""
    return datetime(now.year, now.month, now.day, tzinfo=UTC) + timedelta(days=1)
