"""A storm on fakes: people who say one thing, their tickets, and an agent before the problem."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from factories import JUDGEMENT, mention
from fakes.world import World
from gehoor.domain.event import CommentAdded
from gehoor.domain.incident import BROADCAST, BROADCAST_GO, Incident
from gehoor.domain.mention import Visibility
from gehoor.errors import Transient

OUTAGE = "Al de hele ochtend geen internet in Utrecht, wat is er aan de hand?"
WORD = "we know about the outage in Utrecht and expect it to be mended by 15:00."


class Storm:
    """An incident of some people, with an agent before its problem ticket."""

    def __init__(self, people: int = 6) -> None:
        self.world = World()
        self.world.sweep()
        for n in range(people):
            self.say(n)
        self.deliver()
        self.sweep()

    def say(self, n: int, visibility: Visibility = Visibility.PUBLIC) -> None:
        post = mention(
            f"post-{n}",
            by=f"{chr(97 + n % 26) * 3}",
            text=f"{OUTAGE} {n}",
            posted_at=self.world.clock(),
            visibility=visibility,
        )
        who = replace(post.author, native_id=f"person-{n}", handle=f"@person{n}")
        self.world.town.post(replace(post, author=who))
        self.world.mentions.put_new(replace(post, author=who), JUDGEMENT, self.world.clock())

    def deliver(self) -> None:
        deliver_pending(self.world)
        self.world.queues.deliveries.clear()

    def sweep(self) -> None:
        self.world.clock.advance(minutes=5)
        self.world.sweep()

    @property
    def incident(self) -> Incident:
        return only_incident(self.world)

    @property
    def ticket_id(self) -> str:
        return self.incident.ticket_id

    def write(self, text: str = WORD, tag: str = BROADCAST, public: bool = True) -> str:
        """The agent writes on the problem ticket, and gehoor is told."""
        comment_id = self.world.helpdesk.write(
            self.ticket_id, self.world.agent, text, public, tag=tag
        )
        self.bring(comment_id)
        return comment_id

    def bring(self, comment_id: str) -> None:
        self.world.answer({"ticket_id": self.ticket_id, "comment_id": comment_id})

    def say_go(self, comment_id: str) -> None:
        """The agent sets the tag, and all that follows is done."""
        self.world.helpdesk.tickets[self.ticket_id].tags.add(BROADCAST_GO)
        self.world.queues.send_event(CommentAdded(self.ticket_id, comment_id))
        self.follow()

    def follow(self) -> None:
        """What was asked of the queue is done, waiting for limits as the queue does."""
        while self.world.queues.events:
            message = self.world.queues.events.pop(0)
            try:
                self.world.answer(message)
            except Transient as error:
                self.world.clock.now = error.retry_at or self.world.clock() + timedelta(minutes=1)
                self.world.queues.events.append(message)

    def notes(self, marker: str) -> list[str]:
        tickets = self.world.helpdesk.tickets.values()
        return [c.html for t in tickets for c in t.comments if c.marker.startswith(marker)]

    def said(self) -> list[str]:
        return [answer.text for answer in self.world.town.answers]

    def ticket_of(self, n: int) -> str:
        records = self.world.mentions.records.values()
        [found] = [r for r in records if r.mention and r.mention.native_id == f"post-{n}"]
        return found.ticket_id


def deliver_pending(world: World) -> None:
    """Bring what waits to the helpdesk."""
    for name in list(world.mentions.pending):
        world.deliver({"mention_id": name})


def only_incident(world: World) -> Incident:
    """The one incident that there is."""
    [incident] = world.incidents.incidents.values()
    return incident


def watch(storm: Storm, name: str, act: Callable[[], None]) -> None:
    """Do something before every call of this name."""
    tap = storm.world.tap

    def look() -> None:
        if tap.names[-1] == name:
            act()

    tap.before |= dict.fromkeys(range(len(tap.names), len(tap.names) + 2_000), look)
