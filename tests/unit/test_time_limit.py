"""What stops a read whose time is over, and only that one."""

import threading
from threading import Event

from gehoor.time_limit import cut_off_in_time, time_limit

SOON, LATE, LONG = 0.05, 0.2, 30.0


def test_a_read_that_ends_sooner_than_those_before_it_is_stopped_in_its_own_time() -> None:
    # Given a read that may take long, and another one that may not
    stopped, other = Event(), Event()
    with (
        time_limit(LONG),
        cut_off_in_time(other.set) as patient,
        time_limit(SOON),
        cut_off_in_time(stopped.set) as short,
    ):
        # When the time of the second is over
        assert stopped.wait(LONG)

    # Then that one alone was stopped
    assert (short.expired, patient.expired, other.is_set()) == (True, False, False)


def test_a_read_that_ended_is_left_alone() -> None:
    # Given a read that ended in its time
    early, last = Event(), Event()
    with time_limit(SOON), cut_off_in_time(early.set) as ended:
        pass

    # When the time of a later one is over
    with time_limit(LATE), cut_off_in_time(last.set):
        assert last.wait(LONG)

    # Then the first was not stopped
    assert not ended.expired
    assert not early.is_set()


def test_what_fails_to_stop_leaves_others_to_be_stopped() -> None:
    # Given a read whose connection is closed already
    def closed() -> None:
        raise OSError

    # When another one's time is over
    stopped = Event()
    limits = time_limit(LATE), time_limit(SOON)
    with limits[0], cut_off_in_time(stopped.set), limits[1], cut_off_in_time(closed):
        # Then it is stopped all the same
        assert stopped.wait(LONG)


def test_many_reads_take_one_thread() -> None:
    # Given a read
    with time_limit(LONG), cut_off_in_time(Event().set):
        before = threading.active_count()
        # When others are read meanwhile
        for _ in range(10):
            with cut_off_in_time(Event().set):
                # Then no thread is added
                assert threading.active_count() == before
