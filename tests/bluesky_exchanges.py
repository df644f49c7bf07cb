"""Everything that gehoor asks of Bluesky, with what the scripted server answers."""

from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

from bluesky_connection import connected, mentions_of
from fakes.sessions import FakeSessions
from gehoor.domain.case import address_of
from gehoor.domain.mention import Visibility
from loopback import Answer, Asked
from scripted_bluesky import IDENTIFIER, NOW
from scripted_bluesky_chat import ScriptedChat, scripted_chat

TEXT = "Dag @alice.test en @bob.test, zie https://noordlicht.example/é 👋 #pech"


class Exchange(NamedTuple):
    """A call and its answer."""

    asked: Asked
    answer: Answer

    @property
    def call(self) -> str:
        """The name of the call."""
        return self.asked.path.removeprefix("/xrpc/")


def exchanges() -> list[Exchange]:
    """What is asked and answered while gehoor uses all it knows of Bluesky."""
    with scripted_chat(page_size=2) as server:
        _use(server)
    return [Exchange(*one) for one in zip(server.asked, server.given, strict=True)]


def _use(server: ScriptedChat) -> None:
    sessions = FakeSessions()
    network = connected(server, sessions, messages=True)
    search = connected(server, sessions, query="parcel")
    _speak(server)
    heard = [*mentions_of(network, NOW), *mentions_of(network, NOW, "messages")]
    mentions_of(search, NOW, "search")
    for mention in heard:
        network.thread(mention)
    public = address_of(heard[0])
    private = replace(public, visibility=Visibility.DIRECT)
    for address in (public, private):
        posted = network.reply(address, TEXT, "key")
        assert network.find_replies(address, TEXT, "key") == (posted,)
        network.reply(replace(address, native_id=posted.native_id), "And more.", "key:2")
    network.recheck([mention.native_id for mention in heard])
    server.access = "revoked"
    network.capabilities()
    mentions_of(network, NOW)


def _speak(server: ScriptedChat) -> None:
    """Posts of all kinds, and messages by somebody whom the log does not introduce."""
    server.account("bob")
    root = server.post("first", NOW - timedelta(hours=1), "bob")
    ours = server.post("ours", NOW - timedelta(minutes=50), IDENTIFIER)
    server.answered(ours, root)
    for number, reason in enumerate(("mention", "reply", "quote", "like")):
        at = NOW - timedelta(minutes=number)
        post = server.mention(f"My parcel {number}", at, "alice", reason)
        post["labels"] = [server.labelled("graphic-media")]
        server.answered(post, ours)
    server.introduces = False
    server.say("hello", NOW)
    server.happens("logBeginConvo", NOW)
