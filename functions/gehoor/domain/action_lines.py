"""What the note of a new case tells of the ways to answer."""

from collections.abc import Iterator

from gehoor.domain.answer_notes import PRIVATE
from gehoor.domain.capabilities import Capabilities, Summons
from gehoor.domain.mention import Mention, Visibility
from gehoor.domain.naming import AUDIENCES, network_name
from gehoor.domain.note_layout import Line, line


def action_lines(
    mention: Mention, capabilities: Capabilities | None, room: int | None, tells_tags: bool
) -> Iterator[Line]:
    """How an agent answers from the ticket, or by hand.

    `capabilities` and `room`, the length left for an answer, are None where the network could not
    be asked; `tells_tags` says that a tag on the ticket can make an answer private.
    """
    where = network_name(mention.network)
    if capabilities is None:
        yield line(
            f"{where} could not be asked what is possible. A public comment in this ticket is"
            " posted there when it can be; a note here will tell."
        )
    elif not capabilities.reply:
        yield line(f"gehoor cannot answer here. {capabilities.instead}".strip())
    elif capabilities.summons and not capabilities.summons.allows(mention):
        yield _by_hand(capabilities.summons, mention, where)
    else:
        limit = f", at most {room} characters" if room is not None else ""
        yield line(
            f"A public comment in this ticket is posted on {where}{limit}. "
            f"Who can read it: {AUDIENCES[mention.visibility]}. An internal note stays here."
        )
        if mention.visibility in (Visibility.PUBLIC, Visibility.UNLISTED):
            yield line(_in_private(capabilities, where, tells_tags))
        if capabilities.caution:
            yield line(capabilities.caution)


def _by_hand(summons: Summons, mention: Mention, where: str) -> Line:
    return line(
        f"gehoor may not answer here: {where} takes answers from programs only to posts that name"
        f" or quote {summons.handle}. Answer by hand:",
        summons.link(mention.native_id),
        "answer",
    )


def _in_private(capabilities: Capabilities, where: str, tells_tags: bool) -> str:
    """How a conversation in public goes on in private."""
    if not capabilities.message and not capabilities.invitation:
        return f"No private messages on {where} through gehoor. {capabilities.instead}".strip()
    if tells_tags:
        then = (
            "it goes to the customer alone."
            if capabilities.message
            else "gehoor asks the customer in public to write a private message first."
        )
        return f"For a private answer, set the tag {PRIVATE} with it (a macro does): {then}"
    return (
        "For a private answer, ask the customer for a direct message:"
        " what you answer to that stays private."
    )
