"""How long calls to the outside may take in all, however slowly bytes drip in."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from threading import Condition, Thread
from time import monotonic

_NEVER = float("inf")
_ends_at: ContextVar[float] = ContextVar("ends_at", default=_NEVER)


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """The time everything in the block may take in all; a limit around it stays in force."""
    token = _ends_at.set(min(monotonic() + seconds, _ends_at.get()))
    try:
        yield
    finally:
        _ends_at.reset(token)


def seconds_left() -> float:
    """What is left of the time limit in force, zero when it is over."""
    return max(0.0, _ends_at.get() - monotonic())


class cut_off_in_time:  # noqa: N801 - used like a function, as contextlib's own are
    """Stop a read when the time limit in force is over, however slowly bytes drip in.

    A socket's time-out only bounds the wait for the next byte.
    """

    def __init__(self, cut_off: Callable[[], None]) -> None:
        self._cut_off = cut_off
        self.ends_at = _ends_at.get()
        self.expired = False

    def expire(self) -> None:
        """Stop the read."""
        self.expired = True
        # ValueError and RuntimeError: the reading ended by itself just now.
        with suppress(OSError, ValueError, RuntimeError):
            self._cut_off()

    def __enter__(self) -> "cut_off_in_time":
        _watch.begin(self)
        return self

    def __exit__(self, *_: object) -> None:
        _watch.end(self)


class _Watch:
    """The thread that stops reads in time: one for all, because each start of one costs as much as
    a small call.

    It sleeps until the first read's end that it knew of when it fell asleep, and is woken only for
    one that ends before: most reads begin and end without its notice.
    """

    def __init__(self) -> None:
        self._changed = Condition()
        self._reads: set[cut_off_in_time] = set()
        self._wakes_at = _NEVER
        self._thread: Thread | None = None

    def begin(self, read: cut_off_in_time) -> None:
        """Stop the read once its time is over, unless it ends before."""
        with self._changed:
            self._reads.add(read)
            if self._thread is None or not self._thread.is_alive():
                self._wakes_at = _NEVER
                self._thread = Thread(target=self._run, name="time-limit", daemon=True)
                self._thread.start()
            if read.ends_at < self._wakes_at:
                self._wakes_at = read.ends_at
                self._changed.notify()

    def end(self, read: cut_off_in_time) -> None:
        """The read is over: it is not stopped any more, nor what uses its connection next."""
        with self._changed:
            self._reads.discard(read)

    def _run(self) -> None:
        with self._changed:
            while True:
                now = monotonic()
                for read in [read for read in self._reads if read.ends_at <= now]:
                    self._reads.discard(read)
                    read.expire()
                self._wakes_at = min((read.ends_at for read in self._reads), default=_NEVER)
                self._changed.wait(None if self._wakes_at == _NEVER else self._wakes_at - now)


_watch = _Watch()
