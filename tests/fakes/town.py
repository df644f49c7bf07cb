"""The network `town`, in memory: people post, somebody reads it page by page and answers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from factories import NOW
from gehoor.domain.capabilities import Capabilities, Measure
from gehoor.domain.case import ReplyAddress
from gehoor.domain.listing import NAME_LENGTH, Ask, Entry, Listing
from gehoor.domain.mention import Mention, Visibility, digest
from gehoor.domain.network import Broken, Found, Post, Posted, Thread
from gehoor.domain.place import Cursor
from gehoor.domain.reach import Reach
from gehoor.errors import ContractBroken, Gone
from gehoor.ports.network import RECHECKED_AT_ONCE
from gehoor.ports.surroundings import Clock
from gehoor.usecases.cursors import places_in

LIMIT = 500
POSTED_AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
CAN_ANSWER = Capabilities(reply=True, message=True, text_limit=LIMIT, threads=True)
INVITES = Capabilities(
    reply=True,
    message=False,
    text_limit=LIMIT,
    threads=True,
    invitation="Stuur ons een privébericht / Please write to us privately: https://town.example/dm",
)


@dataclass(frozen=True)
class Answer:
    """An answer on the network."""

    native_id: str
    address: ReplyAddress
    text: str

    @property
    def visibility(self) -> Visibility:
        return self.address.visibility

    @property
    def permalink(self) -> str:
        return f"https://town.example/posts/{self.native_id}"

    @property
    def posted(self) -> Posted:
        return Posted(self.native_id, self.permalink, self.visibility)


class FakeTown:
    """Fits `ports.Network`. It forgets nothing and drops no double answer: gehoor must not.

    `name_of` makes the names of listings, as a post may be listed twice.
    """

    def __init__(self, page_size: int = 2, clock: Clock = lambda: NOW) -> None:
        self.page_size = page_size
        self.items: list[Mention | Broken] = []
        self._clock = clock
        self._listed_at: list[datetime] = []
        self._names: list[str] = []
        self.name_of: Callable[[int], str] = "listed-{}".format
        self.answers: list[Answer] = []
        self.deleted: set[str] = set()
        self.edited: dict[str, Mention] = {}
        self.reach = dict[str, Reach]()
        self.forgot_threads = False
        self.can = CAN_ANSWER
        self.limit = LIMIT

    # What people do on the network.

    def post(self, item: Mention | Broken) -> Mention | Broken:
        self.items.append(item)
        self._listed_at.append(self._clock())
        self._names.append(self.name_of(len(self._names)))
        return item

    def edit(self, edited: Mention) -> None:
        """An author changes a post; nobody lists it again for that."""
        self.edited[edited.native_id] = edited

    def is_read(self, cursor: Cursor) -> bool:
        """Whether this is the cursor of somebody who has read all."""
        places, _ = places_in(cursor, self.lists(), NOW, "")
        newest = digest(self._names[-1] if self._names else "")[:NAME_LENGTH]
        seen = places["posts"].seen
        return not self.items or (newest in seen and not places["posts"].ranges)

    def threads(self) -> list[list[Answer]]:
        """The answers, each with those below it in order; nothing else is below one."""
        below = {answer.address.native_id: answer for answer in self.answers}
        own = {answer.native_id for answer in self.answers}
        heads = [answer for answer in self.answers if answer.address.native_id not in own]
        threads = [[head] for head in heads]
        for thread in threads:
            while thread[-1].native_id in below:
                thread.append(below[thread[-1].native_id])
        assert sum(map(len, threads)) == len(self.answers), "two answers below one"
        return threads

    # The port.

    def capabilities(self) -> Capabilities:
        return self.can

    def lists(self) -> tuple[str, ...]:
        return ("posts",)

    def read(self, ask: Ask, now: datetime) -> Listing:
        below = int(ask.position["below"]) if ask.position else len(self.items)
        start = max(below - self.page_size, 0)
        return Listing(
            entries=tuple(
                Entry(
                    self._names[number],
                    self._listed_at[number],
                    self.items[number],
                    self.reach.get(self.items[number].native_id),
                )
                for number in reversed(range(start, below))
            ),
            older={"below": str(start)} if start else None,
        )

    def parse(self, raw: str, now: datetime) -> Mention:
        message = "it still cannot be read"
        raise ContractBroken(message)

    def thread(self, mention: Mention) -> Thread:
        if mention.native_id in self.deleted:
            message = f"post {mention.native_id} is gone"
            raise Gone(message)
        ancestors = [] if self.forgot_threads else self._ancestors(mention)
        posts = tuple(map(_as_post, ancestors))
        return Thread(posts[0].uri if posts else mention.uri, posts)

    def measure(self, address: ReplyAddress, text: str) -> Measure:
        return Measure(len(text), self.limit)

    def reply(self, address: ReplyAddress, text: str, key: str) -> Posted:
        if address.native_id in self.deleted:
            message = f"post {address.native_id} is gone"
            raise Gone(message)
        answer = Answer(f"a{len(self.answers)}", address, text)
        self.answers.append(answer)
        return answer.posted

    def find_replies(self, address: ReplyAddress, text: str, key: str) -> tuple[Posted, ...]:
        return tuple(
            answer.posted
            for answer in reversed(self.answers)
            if (answer.address.native_id, answer.text) == (address.native_id, text)
        )

    def recheck(self, native_ids: Sequence[str]) -> Mapping[str, Found | None]:
        assert len(native_ids) <= RECHECKED_AT_ONCE
        posts = {item.native_id: item for item in self.items if isinstance(item, Mention)}
        posts |= self.edited
        return {
            native_id: None
            if native_id in self.deleted
            else Found(posts[native_id], self.reach.get(native_id))
            for native_id in native_ids
            if native_id in self.deleted or native_id in posts
        }

    def _ancestors(self, mention: Mention) -> list[Mention | Answer]:
        posts: dict[str | None, Mention | Answer] = {
            item.native_id: item for item in self.items if isinstance(item, Mention)
        }
        posts |= {answer.native_id: answer for answer in self.answers}
        found: list[Mention | Answer] = []
        above = posts.get(mention.in_reply_to)
        while above:
            found.insert(0, above)
            parent = above.in_reply_to if isinstance(above, Mention) else above.address.native_id
            above = posts.get(parent)
        return found


def _as_post(post: Mention | Answer) -> Post:
    if isinstance(post, Answer):
        return Post("@noordlicht", post.text, POSTED_AT, True, post.permalink, "noordlicht")
    author = post.author
    return Post(author.handle, post.text, post.posted_at, False, post.uri, author.native_id)
