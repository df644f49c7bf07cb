"""An agent before a ticket of gehoor's."""

from collections.abc import Callable

from factories import JUDGEMENT, NOW, mention
from fakes.world import World
from gehoor.domain.case import Case
from gehoor.domain.mention import Visibility
from gehoor.errors import GehoorError

SENTENCE = "We looked into your parcel and found where it is. "
LONG = (SENTENCE * 24).strip()
"""An answer of 1199 characters: three posts on the town."""


class Desk:
    """A ticket of gehoor's with an agent before it."""

    def __init__(
        self, visibility: Visibility = Visibility.PUBLIC, text: str = "It is broken, 1"
    ) -> None:
        self.world = World()
        post = mention(visibility=visibility, text=text)
        self.world.town.post(post)
        self.world.mentions.put_new(post, JUDGEMENT, NOW)
        self.world.deliver({"mention_id": post.mention_id})
        [self.ticket_id] = self.world.helpdesk.tickets
        self.world.metrics.counts.clear()

    def write(self, text: str = "We are on it", public: bool = True, tag: str = "") -> str:
        """The agent writes, with a macro that sets `tag`."""
        return self.world.helpdesk.write(self.ticket_id, self.world.agent, text, public, tag=tag)

    def answer(self, text: str, tag: str = "") -> str:
        """The agent answers, and it is brought; the comment's id."""
        comment_id = self.write(text, tag=tag)
        self.bring(comment_id)
        return comment_id

    def bring(self, comment_id: str) -> None:
        self.world.answer({"ticket_id": self.ticket_id, "comment_id": comment_id})

    def notes(self, comment_id: str) -> list[str]:
        """The internal notes about a comment."""
        comments = self.world.helpdesk.tickets[self.ticket_id].comments
        assert not any(c.public for c in comments if c.marker.endswith(f":{comment_id}"))
        return [c.html for c in comments if c.marker.endswith(f":{comment_id}")]

    def outcome(self, comment_id: str) -> str | None:
        return self.world.answers.outcomes.get(f"{self.ticket_id}/{comment_id}")

    def at_call(self, name: str, nth: int, act: Callable[[], object]) -> None:
        """Do something right before the nth call of this name from now on."""
        tap = self.world.tap
        seen = tap.names.count(name)

        def watch() -> None:
            if tap.names.count(name) == seen + nth:
                tap.before.clear()
                act()

        start = len(tap.names)
        tap.before |= dict.fromkeys(range(start, start + 400), watch)

    def fail_after(self, count: int, error: GehoorError) -> None:
        """The network takes `count` more replies and then refuses."""
        errors = self.world.tap.errors
        self.at_call("network.reply", count + 1, lambda: errors.update({"network.reply": error}))

    def mend(self) -> None:
        """Nothing fails any more."""
        self.world.tap.before.clear()
        self.world.tap.errors.clear()

    @property
    def tags(self) -> set[str]:
        """The ticket's tags."""
        return self.world.helpdesk.tickets[self.ticket_id].tags

    @property
    def case(self) -> Case:
        """The ticket's case, as it is stored."""
        [case] = self.world.cases.cases.values()
        return case
