"""What agents choose from in a ticket field: options with a name to read, and a value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from gehoor.domain.correction import judged_tag
from gehoor.domain.judgement import Intent, Urgency
from gehoor.domain.outcome import choice_tag

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gehoor.desk_settings import Desk

Listed = Literal["causes", "intents", "urgencies", "topics"]
"""Choices that are listed elsewhere: causes and topics by the configuration, others by triage."""

Option = dict[str, str]

_SAID_PLAINLY = {
    Intent.LEAD: "lead: asks before they buy",
    Intent.COMPETITOR: "competitor: about another company alone",
    Intent.UNSURE: "unsure: handled as a complaint",
}


def options(key: str, choices: Listed | Sequence[str], desk: Desk) -> list[Option]:
    """The options of the field `key`.

    A value is a tag, which Zendesk sets on the ticket and which no other field may have
    (ticket_fields). What triage judges has the tag that gehoor sets when it opens a ticket, so that
    a correction moves the tag too.
    """
    match choices:
        case "intents":
            return [_judged(key, intent, _SAID_PLAINLY.get(intent, intent)) for intent in Intent]
        case "urgencies":
            return [_judged(key, urgency, urgency) for urgency in Urgency]
        case "topics":
            return [_judged(key, topic, topic.replace("-", " ")) for topic, _ in desk.topic_words]
        case "causes":
            return [_own(key, cause) for cause in desk.causes]
    return [_own(key, choice) for choice in choices]


def _judged(key: str, word: str, name: str) -> Option:
    return {"name": str(name), "value": judged_tag(key, word)}


def _own(key: str, choice: str) -> Option:
    return {"name": choice, "value": choice_tag(key, choice)}
