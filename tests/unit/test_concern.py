"""No rule takes back the risk or the urgency that another rule found."""

from hypothesis import given
from hypothesis import strategies as st

from gehoor.domain.concern import CONCERN_OF_CUE, RULES, Concern, concern
from gehoor.domain.cues import Cue
from gehoor.domain.judgement import Intent, Risk, Urgency, gravest, soonest
from gehoor.domain.triage import judge

EVIDENCE = st.sets(st.sampled_from(Cue)).map(lambda cues: dict.fromkeys(cues, ("said",)))
INTENTS = st.sampled_from(Intent)
WORDS = """niet geen weer kapot brand advocaat zelfmoord journalist bedankt top morgen baby bsn
lawyer fire press office thanks not ? , . 🙄 jullie uw"""
SAID = st.lists(st.sampled_from(WORDS.split())).map(" ".join)


def at_least(concern: Concern, other: Concern) -> bool:
    return concern == concern.joined(other)


@given(EVIDENCE, INTENTS)
def test_together_the_rules_find_what_each_finds(
    evidence: dict[Cue, tuple[str]], intent: Intent
) -> None:
    found = concern(evidence, intent)
    assert all(at_least(found, rule(evidence, intent)) for rule in RULES)


@given(EVIDENCE, INTENTS, st.sampled_from(sorted(CONCERN_OF_CUE)))
def test_one_more_sign_of_risk_never_makes_it_less(
    evidence: dict[Cue, tuple[str]], intent: Intent, more: Cue
) -> None:
    found = concern(evidence, intent)
    assert at_least(concern({**evidence, more: ("said",)}, intent), found)


@given(SAID, SAID)
def test_a_second_line_never_makes_the_risk_of_the_first_less(first: str, second: str) -> None:
    # Given two lines / When they are one post
    together = judge(f"{first}\n{second}", "nl")

    # Then its risk is the graver one's, and it is critical where one was
    apart = [judge(line, "nl") for line in (first, second)]
    assert gravest(together.risk, *(one.risk for one in apart)) == together.risk
    critical = Urgency.CRITICAL in [one.urgency for one in apart]
    assert not critical or together.urgency is Urgency.CRITICAL


def test_the_gravest_risk_is_told() -> None:
    text = "een journalist en mijn advocaat weten dat jullie lader in brand vloog"
    assert judge(text, "nl").risk is Risk.SAFETY
    assert gravest(Risk.PRESS, None, Risk.SELF_HARM, Risk.LEGAL) is Risk.SELF_HARM
    assert soonest(Urgency.LOW, Urgency.HIGH, Urgency.NORMAL) is Urgency.HIGH


def test_the_press_is_served_no_sooner() -> None:
    # Given the same question / When a journalist asks it
    asked = judge("Hoe werkt de levering bij jullie?", "nl")
    by_the_press = judge("Ik ben journalist. Hoe werkt de levering bij jullie?", "nl")

    # Then who speaks to the press hears of it, at the same urgency
    assert (by_the_press.risk, by_the_press.urgency) == (Risk.PRESS, asked.urgency)
