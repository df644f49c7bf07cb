"""Events on their way through the queues."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories import NOW
from gehoor.domain.event import (
    NAMES,
    CommentAdded,
    CustomerMerged,
    Event,
    RequesterChanged,
    TicketDeleted,
    TicketMerged,
    event_from,
    message_of,
)
from gehoor.entry import ID, IDS

ids = st.from_regex(r"[0-9a-f]{1,32}", fullmatch=True)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)).map(
    lambda at: at.replace(microsecond=0)
)


def events() -> st.SearchStrategy[Any]:
    """Every kind of event, with and without what is optional."""

    def of(kind: type[Any]) -> st.SearchStrategy[Any]:
        values = {
            field.name: st.none()
            if field.name == "comment"
            else st.none() | moments
            if field.name == "at"
            else (ids if field.default is not None else st.none() | ids)
            for field in fields(kind)
        }
        return st.builds(kind, **values)

    return st.one_of([of(kind) for kind in NAMES])


@given(events())
def test_an_event_comes_out_of_a_message_as_it_went_in(event: Event) -> None:
    # When an event is sent
    message = message_of(event)
    # Then its handler lets all of it pass, and it is the same
    assert set(message) <= set(IDS)
    assert all(ID.fullmatch(value) for value in message.values())
    assert event_from(message) == event


def test_a_message_without_a_name_is_a_comment_as_it_once_was() -> None:
    old = {"ticket_id": "35436", "comment_id": "1"}
    assert event_from(old) == CommentAdded("35436", "1")


def test_what_is_not_known_is_not_sent() -> None:
    assert message_of(TicketMerged("1")) == {"event": "ticket_merged", "ticket_id": "1"}
    assert message_of(TicketDeleted("1")) == {"event": "ticket_deleted", "ticket_id": "1"}
    assert message_of(CustomerMerged("7")) == {"event": "customer_merged", "customer_id": "7"}


def test_a_time_is_sent_in_utc() -> None:
    at = NOW.astimezone(timezone(timedelta(hours=1)))
    assert message_of(RequesterChanged("1", at))["at"] == "20261122T100000Z"


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"event": "comment_added"},
        {"event": "unknown"},
        {"event": "customer_deleted", "at": "1"},
    ],
)
def test_what_is_no_event_is_refused(message: dict[str, str]) -> None:
    with pytest.raises((KeyError, TypeError)):
        event_from(message)
