"""Those outside the helpdesk are told by every way there is, whatever becomes of another one."""

from dataclasses import replace

import pytest

from factories import NOW
from fakes.notices import FakeNotices
from fakes.world import World
from gehoor.domain.incident import Incident, IncidentNotice
from gehoor.errors import GehoorError, Unavailable, UnknownOutcome
from gehoor.ports.notices import Tellable
from gehoor.usecases.noticing import notify

NOTICE = IncidentNotice(Incident("1", "noordlicht", NOW, 12, 1.0), "https://desk.example/1")


class DownNotices(FakeNotices):
    """A way to tell on which every call fails."""

    def __init__(self, error: GehoorError) -> None:
        super().__init__("webhook")
        self.error = error

    def send(self, notice: Tellable) -> None:
        raise self.error


@pytest.mark.parametrize("error", [Unavailable("down"), UnknownOutcome("lost")])
def test_a_way_that_is_down_keeps_no_other_from_telling(error: GehoorError) -> None:
    # Given an address that is down, before a topic that is well
    world = World()
    topic = FakeNotices()
    ports = replace(world.deliver_ports(), notices=[DownNotices(error), topic])
    # When something is told twice
    for _ in range(2):
        with pytest.raises(GehoorError):
            notify(NOTICE, ports)
    # Then it is told by the topic, once, and comes again for the other
    assert topic.calls == [NOTICE]
    assert not world.metrics.counts["NoticesRefused"]
