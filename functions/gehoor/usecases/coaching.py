"""Looking at an answer before it goes out, and at what could be better once it is out.

Before: what must not go out as it is comes back to the agent, once, unless the agent said that it
is to go out all the same. After: hints, which stop nothing.
"""

from contextlib import suppress
from dataclasses import replace

from gehoor.domain.answer_notes import POST_ANYWAY
from gehoor.domain.forgotten import person_of
from gehoor.domain.frozen import frozen
from gehoor.domain.judgement import Risk
from gehoor.domain.mention import Visibility
from gehoor.domain.near_copy import imprint
from gehoor.domain.network import Post
from gehoor.domain.record import MentionRecord
from gehoor.domain.reply_hints import Reply, apologises, hints_for
from gehoor.domain.reply_memory import COPIES_WITHIN, Apology, EarlierReply
from gehoor.domain.reply_stops import (
    WHY,
    Held,
    Said,
    foreign_handles,
    foreign_numbers,
    handles_in,
    stops_in,
)
from gehoor.errors import ContractBroken, GehoorError, Permanent, Unavailable
from gehoor.usecases.answering import Answer, AnswerPorts, HeldBack, connection, reply_key
from gehoor.usecases.planning import CHANGE_IT, hold
from gehoor.usecases.refusals import helpdesk_refusals_counted

UNDETERMINED = "und"
TOLD_APART = ("nl", "en", "de", "fr", "es", "it", "pt", "pl")
"""Languages an answer may be found to be in. Measured on tweets: triage.md, section 1."""

SURE_OF_POST = 40
SURE_OF_ANSWER = 60
"""Letters from which on a text's language is sure enough to hold an answer back for it."""


@frozen
class _Heard:
    """What is known of what the customer wrote, and the handles that may be named."""

    text: str | None
    handles: frozenset[str]


def looked_through(answer: Answer, ports: AnswerPorts) -> Answer:
    """The answer with the post that opened its case, once nothing stands against it.

    HeldBack when something does, unless it went with the tag that overrules it, or is on its way
    already: of what is begun the rest must follow.
    """
    answer = replace(answer, opening=_opening(answer, ports))
    held = stops_against(answer, ports)
    if not held:
        return answer
    if _is_overruled(answer, ports):
        return replace(answer, overruled=tuple(stop.reason for stop in held))
    obstacle = _held_back(held, answer, ports)
    if not hold(reply_key(answer.ticket_id, answer.comment.comment_id), obstacle, ports):
        return answer
    raise obstacle


def stops_against(answer: Answer, ports: AnswerPorts) -> tuple[Held, ...]:
    """What stands against an answer, whose `opening` is the post it answers."""
    return stops_in(_said(answer, ports))


def _is_overruled(answer: Answer, ports: AnswerPorts) -> bool:
    """Whether the tag was there when the comment was written: one that comes later is for another.

    When the helpdesk cannot tell, nothing is decided: Unavailable.
    """
    try:
        with helpdesk_refusals_counted(ports.metrics):
            tags = ports.helpdesk.tags_at(answer.ticket_id, answer.comment.comment_id)
    except (Permanent, ContractBroken) as error:
        message = f"nobody can tell whether the answer is to go out as it is: {error}"
        raise Unavailable(message) from error
    return POST_ANYWAY in tags


def reasons_against(text: str, ports: AnswerPorts) -> tuple[str, ...]:
    """Why words for many people should not go out as they are, whoever reads them."""
    rules = ports.coach.rules
    said = Said(text, is_public=True, handles=rules.own, rules=rules)
    return tuple(held.reason for held in stops_in(said))


def hints_after(answer: Answer, ports: AnswerPorts) -> tuple[str, ...]:
    """What to do better next time; what later answers are compared with is kept."""
    reply = _reply(answer, ports)
    key = reply_key(answer.ticket_id, answer.comment.comment_id)
    replies, brand = ports.coach.replies, answer.case.brand
    if apologises(reply.text, reply.language, reply.rules):
        apology = Apology(reply.case_id, reply.at)
        reply = replace(reply, apologies=replies.apologise(_author(answer), key, apology))
    recent = replies.recent(brand, reply.at - COPIES_WITHIN)
    others = tuple(earlier for name, earlier in recent.items() if name != key)
    mark = imprint(reply.text) if reply.is_public else ""
    kept = EarlierReply(mark, reply.person, reply.case_id, answer.ticket_id, reply.at)
    replies.keep(brand, key, kept)
    return hints_for(replace(reply, earlier=others), ports.coach.likeness)


def _opening(answer: Answer, ports: AnswerPorts) -> MentionRecord | None:
    """The post that opened the case; one that cannot be read keeps no answer back."""
    with suppress(ContractBroken):
        return ports.mentions.get(answer.case.opened_by)
    return None


def _reply(answer: Answer, ports: AnswerPorts) -> Reply:
    opening = answer.opening
    return Reply(
        text=answer.comment.text,
        at=answer.comment.created_at,
        person=person_of(_author(answer)),
        case_id=answer.case.case_id,
        is_public=_is_public(answer),
        heard=opening.mention.text if opening and opening.mention else "",
        judgement=opening.judgement if opening else None,
        risks=_risks(answer),
        rules=ports.coach.rules,
    )


def _author(answer: Answer) -> str:
    return f"{answer.case.network}:{answer.case.address.author_id}"


def _said(answer: Answer, ports: AnswerPorts) -> Said:
    heard = _heard(answer, ports)
    languages = _languages(answer)
    return Said(
        text=answer.comment.text,
        is_public=_is_public(answer),
        heard=heard.text,
        language=_language(answer.comment.text, languages, ports) if languages else "",
        languages=languages,
        handles=heard.handles,
        risks=_risks(answer),
        rules=ports.coach.rules,
    )


def _is_public(answer: Answer) -> bool:
    audience = answer.case.address.visibility
    return not answer.is_private and audience in (Visibility.PUBLIC, Visibility.UNLISTED)


def _risks(answer: Answer) -> frozenset[Risk]:
    """The ticket's and the post's."""
    own = answer.opening.judgement.risk if answer.opening and answer.opening.judgement else None
    return frozenset(risk for risk in Risk if risk is own or f"risk_{risk}" in answer.tags)


def _heard(answer: Answer, ports: AnswerPorts) -> _Heard:
    """What the customer wrote; the thread is only asked for what their first post does not tell."""
    mention = answer.opening.mention if answer.opening else None
    text = mention.text if mention and mention.text else None
    known = [answer.case.address.handle, *ports.coach.rules.own]
    handles = frozenset(name.lstrip("@").casefold() for name in known) | handles_in(text or "")
    heard = _Heard(text, handles)
    if _is_public(answer) and _names_more(answer, heard):
        return _heard_in_thread(answer, heard, ports)
    return heard


def _names_more(answer: Answer, heard: _Heard) -> bool:
    text = answer.comment.text
    numbers = heard.text is not None and foreign_numbers(text, heard.text)
    return bool(foreign_handles(text, heard.handles) or numbers)


def _heard_in_thread(answer: Answer, heard: _Heard, ports: AnswerPorts) -> _Heard:
    """With the post that is answered, and all that was said above it.

    Where nobody can tell that, nothing counts as another's; Unavailable passes through, because
    nothing can be posted there now either.
    """
    try:
        posts = _posts_above(answer, ports)
    except Unavailable:
        raise
    except GehoorError:
        posts = None
    if posts is None:
        return _Heard(None, heard.handles | handles_in(answer.comment.text))
    own = [p.text for p in posts if p.author_id in ("", answer.case.address.author_id)]
    named = [f"@{post.handle.lstrip('@')} {post.text}" for post in posts]
    text = None if heard.text is None else "\n".join([heard.text, *own])
    return _Heard(text, heard.handles.union(*map(handles_in, named)))


def _posts_above(answer: Answer, ports: AnswerPorts) -> tuple[Post, ...] | None:
    """The post that is answered and those above it, asked of the network; None without any."""
    address = answer.case.address
    network = connection(address.source_id, answer, ports)
    newest = answer.opening.mention if answer.opening else None
    if newest is None or newest.native_id != address.native_id:
        found = network.recheck([address.native_id]).get(address.native_id)
        newest = found.mention if found else None
    if newest is None:
        return None
    author = newest.author
    last = Post(author.handle, newest.text, newest.posted_at, False, "", author.native_id)
    return (*network.thread(newest).earlier, last)


def _languages(answer: Answer) -> frozenset[str]:
    """The post's, and any that the ticket is tagged with; none where the post is too short."""
    opening = answer.opening
    if opening is None or opening.mention is None or opening.judgement is None:
        return frozenset()
    if _letters(opening.mention.text) < SURE_OF_POST:
        return frozenset()
    tagged = {tag.removeprefix("language_") for tag in answer.tags if tag.startswith("language_")}
    known = {opening.judgement.language, *tagged}
    return frozenset() if UNDETERMINED in known else frozenset(known)


def _language(text: str, languages: frozenset[str], ports: AnswerPorts) -> str:
    """The answer's language, "" where that is not sure."""
    if _letters(text) < SURE_OF_ANSWER:
        return ""
    found = ports.coach.detect(text, tuple(sorted({*TOLD_APART, *languages})))
    return "" if found == UNDETERMINED else found


def _letters(text: str) -> int:
    return sum(map(str.isalpha, text))


def _held_back(held: tuple[Held, ...], answer: Answer, ports: AnswerPorts) -> HeldBack:
    if ports.helpdesk.tells_tags:
        otherwise = (
            f"If it is right as it is, send it again with the tag {POST_ANYWAY} (a macro does);"
            " gehoor takes the tag off again."
        )
    else:
        otherwise = f"If it is right as it is, answer at {answer.case.address.permalink}"
    return HeldBack(
        "; ".join(WHY[stop.stop] for stop in held),
        f"{CHANGE_IT} {otherwise}",
        "\n".join(["", *(f"- {stop.reason}" for stop in held)]),
    )
