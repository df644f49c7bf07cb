"""Times as others write them."""

from datetime import UTC, datetime


def in_utc(moment: datetime) -> datetime:
    """The same time in UTC, which one without a zone is taken for.

    ValueError for one of the year 1 or 9999 that is in no year there.
    """
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        message = "beyond the calendar"
        raise ValueError(message) from None
