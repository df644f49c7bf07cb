"""How grave and how urgent a mention is: each rule adds its own, and none takes another's back."""

from collections.abc import Callable
from functools import reduce

from gehoor.domain.cues import Cue
from gehoor.domain.evidence import Evidence, has_none
from gehoor.domain.frozen import frozen
from gehoor.domain.judgement import Intent, Risk, Urgency, gravest, soonest


@frozen
class Concern:
    """A risk, None without one, and an urgency."""

    risk: Risk | None = None
    urgency: Urgency = Urgency.LOW

    def joined(self, other: "Concern") -> "Concern":
        """The graver risk and the sooner urgency of the two."""
        return Concern(gravest(self.risk, other.risk), soonest(self.urgency, other.urgency))


Rule = Callable[[Evidence, Intent], Concern]

CONCERN_OF_CUE = {
    Cue.SELF_HARM: Concern(Risk.SELF_HARM, Urgency.CRITICAL),
    Cue.THREAT: Concern(Risk.THREAT, Urgency.CRITICAL),
    Cue.DANGER: Concern(Risk.SAFETY, Urgency.CRITICAL),
    Cue.LEAK: Concern(Risk.LEGAL, Urgency.CRITICAL),
    Cue.LEGAL: Concern(Risk.LEGAL, Urgency.HIGH),
    Cue.PRESS: Concern(Risk.PRESS),
}
"""The press goes to who speaks to it, and is served no sooner than any customer."""

PRESSING = (Cue.HARDSHIP, Cue.DEADLINE)


def concern(evidence: Evidence, intent: Intent) -> Concern:
    """What all rules find, together."""
    return reduce(Concern.joined, (rule(evidence, intent) for rule in RULES), Concern())


def _of_cues(evidence: Evidence, _intent: Intent) -> Concern:
    found = (told for cue, told in CONCERN_OF_CUE.items() if cue in evidence)
    return reduce(Concern.joined, found, Concern())


def _of_phishing(evidence: Evidence, intent: Intent) -> Concern:
    pretends = Cue.PHISHING in evidence and (intent is Intent.SPAM or Cue.LINK in evidence)
    return Concern(Risk.LEGAL, Urgency.HIGH) if pretends else Concern()


def _of_hardship(evidence: Evidence, intent: Intent) -> Concern:
    presses = _is_troubled(intent) and not has_none(evidence, PRESSING)
    return Concern(urgency=Urgency.HIGH) if presses else Concern()


def of_intent(evidence: Evidence, intent: Intent) -> Concern:
    """Who has trouble, or asks for service, waits for an answer; praise and leads come after."""
    asks = intent is Intent.QUESTION and Cue.OFFTOPIC not in evidence
    return Concern(urgency=Urgency.NORMAL) if asks or _is_troubled(intent) else Concern()


def _is_troubled(intent: Intent) -> bool:
    return intent in (Intent.COMPLAINT, Intent.UNSURE)


RULES: tuple[Rule, ...] = (_of_cues, _of_phishing, _of_hardship, of_intent)
