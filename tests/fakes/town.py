"""The network `town`, in memory: people post, somebody reads it page by page and answers."""

from dataclasses import dataclass
from datetime import datetime

from gehoor.domain.capabilities import Capabilities, Measure
from gehoor.domain.case import ReplyAddress
from gehoor.domain.mention import Mention, Visibility
from gehoor.domain.network import Broken, Cursor, Page, Post, Posted, Thread
from gehoor.errors import ContractBroken, Gone

LIMIT = 500
CAN_ANSWER = Capabilities(reply=True, message=True, text_limit=LIMIT)


@dataclass(frozen=True)
class Answer:
    """An answer on the network."""

    native_id: str
    address: ReplyAddress
    text: str

    @property
    def visibility(self) -> Visibility:
        return self.address.visibility


class FakeTown:
    """Fits `ports.Network`. It forgets nothing and drops no double answer: gehoor must not."""

    def __init__(self, page_size: int = 2) -> None:
        self.page_size = page_size
        self.items: list[Mention | Broken] = []
        self.answers: list[Answer] = []
        self.deleted: set[str] = set()
        self.forgot_threads = False
        self.can = CAN_ANSWER

    # What people do on the network.

    def post(self, item: Mention | Broken) -> Mention | Broken:
        self.items.append(item)
        return item

    @property
    def end(self) -> Cursor:
        """The cursor of somebody who has read all."""
        return {"read": len(self.items)} if self.items else {}

    # The port.

    def capabilities(self) -> Capabilities:
        return self.can

    def poll(self, cursor: Cursor, now: datetime) -> Page:
        start = int(cursor.get("read", 0))
        items = self.items[start : start + self.page_size]
        after = start + len(items)
        return Page(
            mentions=tuple(item for item in items if isinstance(item, Mention)),
            cursor={"read": after} if items else cursor,
            more=after < len(self.items),
            broken=tuple(item for item in items if isinstance(item, Broken)),
        )

    def parse(self, raw: str, now: datetime) -> Mention:
        message = "it still cannot be read"
        raise ContractBroken(message)

    def thread(self, mention: Mention) -> Thread:
        if mention.native_id in self.deleted:
            message = f"post {mention.native_id} is gone"
            raise Gone(message)
        ancestors = [] if self.forgot_threads else self._ancestors(mention)
        root = ancestors[0].uri if ancestors else mention.uri
        return Thread(root, tuple(map(_as_post, ancestors)))

    def measure(self, address: ReplyAddress, text: str) -> Measure:
        return Measure(len(text), LIMIT)

    def reply(self, address: ReplyAddress, text: str, key: str) -> Posted:
        if address.native_id in self.deleted:
            message = f"post {address.native_id} is gone"
            raise Gone(message)
        answer = Answer(f"a{len(self.answers)}", address, text)
        self.answers.append(answer)
        return Posted(answer.native_id, f"https://town.example/posts/{answer.native_id}")

    def find_replies(self, address: ReplyAddress, text: str, key: str) -> tuple[Posted, ...]:
        return tuple(
            Posted(answer.native_id, f"https://town.example/posts/{answer.native_id}")
            for answer in reversed(self.answers)
            if (answer.address.native_id, answer.text) == (address.native_id, text)
        )

    def _ancestors(self, mention: Mention) -> list[Mention]:
        posts = {item.native_id: item for item in self.items if isinstance(item, Mention)}
        found: list[Mention] = []
        above = mention.in_reply_to
        while above in posts:
            found.insert(0, posts[above])
            above = posts[above].in_reply_to
        return found


def _as_post(mention: Mention) -> Post:
    author = mention.author
    return Post(
        author.handle, mention.text, mention.posted_at, False, mention.uri, author.native_id
    )
