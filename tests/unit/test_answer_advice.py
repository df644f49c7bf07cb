"""What a new case's note says about how to answer it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories import NOW, judgement, mention
from gehoor.domain.answer_advice import LONG_THREAD, advice_lines
from gehoor.domain.coach_signs import Calling
from gehoor.domain.judgement import Intent, Risk
from gehoor.domain.mention import Visibility
from gehoor.domain.network import Post
from gehoor.domain.ticket import History, PastTicket

CALLING = Calling("020 123 45 67", "Mon-Fri 9-17")
POST = Post("@anna", "Well?", NOW, False)


def advice(
    text: str = "It is broken. Can I get my money back?",
    visibility: Visibility = Visibility.PUBLIC,
    earlier: int = 0,
    history: History | None = None,
    calling: Calling | None = CALLING,
    **judged: Any,
) -> list[str]:
    post = mention(text=text, visibility=visibility)
    lines = advice_lines(post, judgement(**judged), (POST,) * earlier, history, calling)
    return [line.shown for line in lines]


def calls(text: str = "It is broken", **changes: Any) -> list[str]:
    return [line for line in advice(text, **changes) if line.startswith("A call may be better")]


def test_a_complaint_in_public_is_told_in_four_lines() -> None:
    assert advice() == [
        'What happened: says "broken": a failure',
        "They ask: “Can I get my money back?”",
        "First in public: show that you read what went wrong, and say what you do now, by when.",
        "In private: whatever shows who they are, and what is theirs"
        " (order, address, account, amounts, health).",
    ]


def test_in_private_nothing_is_kept_for_private() -> None:
    found = advice(visibility=Visibility.DIRECT)
    assert found[2].startswith("First here: ")
    assert len(found) == 3


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("Broken again. I want a refund", "I want a refund"),
        ("Al weken stuk. Graag mijn geld terug!", "Graag mijn geld terug!"),
        ("Ring me at 06-12345678?", "Ring me at [phone number hidden]?"),
        ("Broken again.", ""),
    ],
)
def test_what_they_ask_is_their_own_sentence_without_personal_data(text: str, wish: str) -> None:
    language = "nl" if "stuk" in text else "en"
    found = [line for line in advice(text, language=language) if line.startswith("They ask")]
    assert found == ([f"They ask: “{wish}”"] if wish else [])


@pytest.mark.parametrize("risk", [Risk.SELF_HARM, Risk.THREAT])
def test_where_a_life_is_at_stake_nothing_is_said_of_service(risk: Risk) -> None:
    found = advice("I want to die. Can I get my money back?", risk=risk)
    assert not any(line.startswith(("They ask", "In private")) for line in found)


@pytest.mark.parametrize("intent", list(Intent))
def test_every_intent_has_a_first_step(intent: Intent) -> None:
    assert any(line.startswith("First in public: ") for line in advice(intent=intent))


@pytest.mark.parametrize("risk", list(Risk))
def test_a_risk_decides_the_first_step(risk: Risk) -> None:
    [step] = [line for line in advice(risk=risk) if line.startswith("First in public: ")]
    assert "show that you read" not in step


@pytest.mark.parametrize(
    "changes",
    [
        {"risk": Risk.SELF_HARM},
        {"risk": Risk.SAFETY},
        {"earlier": LONG_THREAD},
        {"text": "Ik ben 83 en kom er niet uit", "language": "nl"},
        {"text": "My mother is 79 and cannot find it"},
        {"text": "Mijn vader is slechtziend", "language": "nl"},
        {"history": History((PastTicket("1", "Broken", "open", NOW, NOW, channel="phone"),))},
    ],
)
def test_where_a_call_may_be_better_its_number_and_hours_are_told(changes: dict[str, Any]) -> None:
    [call] = calls(**changes)
    assert call.endswith("020 123 45 67 (Mon-Fri 9-17)")
    assert calls(**changes, calling=None) == []


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"risk": Risk.THREAT, "earlier": LONG_THREAD},
        {"risk": Risk.LEGAL},
        {"earlier": LONG_THREAD - 1},
        {"earlier": LONG_THREAD, "intent": Intent.PRAISE},
        {"text": "I am 80 % sure that it is broken"},
        {"history": History((PastTicket("1", "Broken", "solved", NOW, NOW, channel="phone"),))},
    ],
)
def test_a_call_is_not_named_for_everything(changes: dict[str, Any]) -> None:
    assert calls(**changes) == []


@given(st.text(max_size=400), st.sampled_from(["nl", "en", "und"]))
def test_any_post_gets_advice(text: str, language: str) -> None:
    assert 1 < len(advice(text, language=language)) <= 5
