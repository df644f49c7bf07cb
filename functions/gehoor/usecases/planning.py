"""Deciding how an answer goes out, once, before anything of it does."""

from dataclasses import replace

from gehoor.domain.capabilities import Capabilities, Measure
from gehoor.domain.case import ReplyAddress
from gehoor.domain.frozen import frozen
from gehoor.domain.mention import digest
from gehoor.domain.split import MOST_PARTS, parts, split
from gehoor.ports.network import Network
from gehoor.usecases.answering import (
    Answer,
    AnswerPorts,
    HeldBack,
    NotSent,
    cannot_answer,
    connection,
    refusals,
)
from gehoor.usecases.loop_guard import counted
from gehoor.usecases.once import Result

HELD = "held"
"""Why an answer does not go out, where its plan would stand."""

CHANGE_IT = "Change it and answer again."


@frozen
class Plan:
    """How a text goes out: decided once, so that every attempt does the same.

    `address` is the post to answer, `ends` are where its parts end. `is_stale` says that it was
    decided for a text that has changed since.
    """

    key: str
    text: str
    address: ReplyAddress
    ends: tuple[int, ...]
    is_stale: bool

    @property
    def parts(self) -> tuple[str, ...]:
        """The text of each post."""
        return parts(self.text, self.ends)

    def rest(self, count: int) -> str:
        """What comes after the first `count` parts; nothing is known of it in a stale plan."""
        return "" if self.is_stale else self.text[(0, *self.ends)[count] :].strip()


def planned(key: str, text: str, answer: Answer, ports: AnswerPorts) -> Plan:
    """How `text` goes out, decided once for `key`; NotSent when something is in the way.

    Between two attempts the customer may write on, which moves the case's address, and the
    network's limit may change: a plan made anew would not find what the first one left there. The
    ledger keeps where the text is cut and a digest of it, never the text.
    """
    text = text.strip()
    kept = ports.ledger.decided(_name(key)) or _decide(key, text, answer, ports)
    if HELD in kept:
        raise HeldBack(kept[HELD], CHANGE_IT)
    address = replace(answer.case.address, source_id=kept["source_id"], native_id=kept["native_id"])
    ends = tuple(map(int, kept["ends"].split()))
    return Plan(key, text, address, ends, is_stale=kept["digest"] != digest(text))


def is_planned(key: str, ports: AnswerPorts) -> bool:
    """Whether something of it may be out already."""
    kept = ports.ledger.decided(_name(key))
    return kept is not None and HELD not in kept


def hold(key: str, obstacle: HeldBack, ports: AnswerPorts) -> bool:
    """Decide for good that an answer is held back; False when it is on its way already.

    Whatever changes until its note is written, an agent who reads there that it was not posted
    finds it so.
    """
    return HELD in ports.ledger.decide(_name(key), {HELD: str(obstacle)}, ports.clock())


def _name(key: str) -> str:
    return f"plan:{key}"


def _decide(key: str, text: str, answer: Answer, ports: AnswerPorts) -> Result:
    address = answer.case.address
    network = connection(address.source_id, answer, ports)
    with refusals(answer):
        capabilities = network.capabilities()
        _assert_can_be_answered(text, answer, capabilities)
        ends = _ends(text, answer, network, capabilities)
    plan = {
        "source_id": address.source_id,
        "native_id": address.native_id,
        "ends": " ".join(map(str, ends)),
        "digest": digest(text),
    }
    with counted(answer, ports):
        return ports.ledger.decide(_name(key), plan, ports.clock())


def _assert_can_be_answered(text: str, answer: Answer, capabilities: Capabilities) -> None:
    if not capabilities.reply:
        raise cannot_answer(answer, capabilities)
    if not text:
        cause = "it has no text"
        raise NotSent(cause, "Write in a new comment what the customer should read.")


def _ends(
    text: str, answer: Answer, network: Network, capabilities: Capabilities
) -> tuple[int, ...]:
    address = answer.case.address
    measure = network.measure(address, text)
    if not measure.excess:
        return (len(text),)
    most = MOST_PARTS if capabilities.threads else 1
    ends: tuple[int, ...] = ()
    if measure.length <= most * (measure.limit or 0):
        ends = split(text, lambda part: not network.measure(address, part).excess)
    if not ends:
        raise _too_long(answer, measure, most)
    return ends


def _too_long(answer: Answer, measure: Measure, most: int) -> NotSent:
    limit = measure.limit or 0
    cause = f"it has {measure.length} characters, {answer.where} takes {limit}"
    if most == 1:
        return NotSent(cause, f"Shorten it by {measure.excess} characters and answer again.")
    return NotSent(
        f"{cause} in a post, and it does not fit into {most} posts",
        f"Shorten it to about {most * limit * 9 // 10} characters, or to several answers.",
    )
