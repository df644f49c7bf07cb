"""What the coach finds in answers that companies gave, beside what was published of the same ones.

The answers are English, of 2019 and 2020, from companies whose agents are trained. triage.md
counted 1,139 of them by word lists that are not kept, and six in ten of these conversations are
here: so the two need not agree, they show whether gehoor's lists see what others saw. Nobody said
which answers are bad, so what is held back and hinted at is counted, and not judged.
"""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from itertools import islice
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from bench.figures import Figure
from factories import NOW
from gehoor.domain.coach_signs import Sign
from gehoor.domain.coach_words import signs_in
from gehoor.domain.near_copy import ALIKE, imprint
from gehoor.domain.reply_hints import Reply, hints_for
from gehoor.domain.reply_stops import Said, handles_in, stops_in
from gehoor.domain.triage import judge
from gehoor.likeness import likeness

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bench.figures import Figures
    from gehoor.domain.judgement import Judgement

CONVERSATIONS = Path(__file__).parents[1] / "fixtures" / "conversations" / "customer_care.en.jsonl"
PAIRS = 40_000
MOST_STOPPED = 1.0
MOST_HINTED = 15.0
MOST_MISSED = 5.0
MOST_FALSE = 1.0

_ADDRESSED = re.compile(r"^(?:@\S+\s*)+")
_GREETING = re.compile(r"^\W*(?:hi|hello|hey|hiya|dear|good (?:morning|afternoon|evening))\b", re.I)
_YOU = re.compile(r"\b(?:you|your|yours)\b", re.IGNORECASE)
_PERSON = re.compile(r"\b(?:i|we|me|us|my|our)\b", re.IGNORECASE)
_SIGNED = re.compile(
    r"(?:(?:^|[\s.!?])[\^*~/]\s?[^\W\d_]{1,20}|(?<=[\s.!?])[-\u2013\u2014]\s?[A-Z][\w.]{0,20})"
    r"(?:\s[A-Z][a-z]*)?\s*(?:\d/\d)?\s*(?:https?://\S+)?\s*$"
)
_EMOJI = re.compile("[\u2639-\u263b\u2764\u2665\U0001f300-\U0001faff]")


class Answered(NamedTuple):
    """An agent's answer with what it answers."""

    company: str
    text: str
    heard: str
    judgement: Judgement


def answers() -> list[Answered]:
    """Every answer of an agent, without the handles it begins with and the mask of numbers."""
    return list(_answers())


def _answers() -> Iterator[Answered]:
    for line in CONVERSATIONS.read_text(encoding="utf-8").splitlines():
        conversation, heard = json.loads(line), ""
        for turn in conversation["turns"]:
            if turn["who"] == "client":
                heard = f"{heard}\n{turn['text']}"
            else:
                text = _ADDRESSED.sub("", turn["text"]).replace("[number]", "")
                yield Answered(conversation["company"], text, heard, judge(heard, "en"))


def figures() -> Figures:
    """All of it."""
    found = answers()
    return {
        **_prevalence(found),
        **_copies(found),
        **_copied_on_purpose(found),
        **_looked_through(found),
    }


def _prevalence(found: list[Answered]) -> Figures:
    """How many answers have each sign, in hundred."""
    signs = [signs_in(said.text, "en") for said in found]
    listed: dict[str, tuple[float, list[bool]]] = {
        "apology": (13.3, [Sign.REGRET in each for each in signs]),
        "responsibility": (0.0, [Sign.RESPONSIBILITY in each for each in signs]),
        "repair_loosely": (56.0, [Sign.ACT in each or Sign.OFFER in each for each in signs]),
        "acknowledgement": (25.5, [Sign.ACKNOWLEDGEMENT in each for each in signs]),
        "empathy": (7.6, [Sign.EMPATHY in each for each in signs]),
        "invitation": (29.8, [Sign.INVITATION in each for each in signs]),
        "well_wishing": (6.5, [Sign.WELL_WISHING in each for each in signs]),
        "greeting": (38.9, _each(found, _GREETING.search)),
        "addresses_the_person": (78.2, _each(found, _YOU.search)),
        "speaks_as_a_person": (82.9, _each(found, _PERSON.search)),
        "signature": (49.1, _each(found, _SIGNED.search)),
        "emoji": (1.2, _each(found, _EMOJI.search)),
        "question_mark": (15.8, ["?" in said.text for said in found]),
    }
    return {
        name: _beside(published, _percent(sum(each), len(found)), len(found))
        for name, (published, each) in listed.items()
    }


def _each(found: list[Answered], has: Callable[[str], object]) -> list[bool]:
    return [has(said.text) is not None for said in found]


def _copies(found: list[Answered]) -> Figures:
    """How many answers are near copies of an earlier one of their company."""
    before: dict[str, list[str]] = {}
    copies = 0
    for said in found:
        own, others = imprint(said.text), before.setdefault(said.company, [])
        copies += any(likeness(own, other) >= ALIKE for other in others)
        others.append(own)
    share = _percent(copies, len(found))
    return {"near_copies": _beside(35.2, share, len(found))}


def _copied_on_purpose(found: list[Answered]) -> Figures:
    """How many copies with small changes are missed, and how many strangers are taken for one."""
    marks = [(said, mark) for said in found if (mark := imprint(said.text))]
    changed = [(mark, imprint(variant)) for said, mark in marks for variant in _variants(said.text)]
    missed = sum(likeness(one, other) < ALIKE for one, other in changed)
    random = Random(7)
    pairs = ((random.choice(marks), random.choice(marks)) for _ in iter(int, 1))
    apart = islice((pair for pair in pairs if pair[0][0].company != pair[1][0].company), PAIRS)
    alike = sum(likeness(one, other) >= ALIKE for (_, one), (_, other) in apart)
    how = f"of {len(changed):,} made from {len(marks)} answers: name, word, tail or end changed"
    strangers = f"in {PAIRS:,} random pairs of answers of two companies, told in 10,000"
    return {
        "near_copies_missed": Figure(_percent(missed, len(changed)), "%", how, MOST_MISSED),
        "false_near_copies": Figure(
            round(10_000 * alike / PAIRS, 2), "in 10,000", strangers, MOST_FALSE
        ),
    }


def _variants(text: str) -> list[str]:
    """The same answer to somebody else: another name, another word, more said, the end cut."""
    words = text.split()
    middle = len(words) // 2
    return [
        f"Hi Robin! {_GREETING.sub('', text)} ^Kim",
        " ".join([*words[:middle], "certainly", *words[middle + 1 :]]),
        f"{text} Have a great day!",
        " ".join(words[: max(1, len(words) * 3 // 4)]),
    ]


def _looked_through(found: list[Answered]) -> Figures:
    """What is held back, what is hinted at, and how long that takes."""
    stops: Counter[str] = Counter()
    stopped = hinted = 0
    began = time.process_time()
    for said in found:
        held = stops_in(_before_it_goes_out(said))
        hints = hints_for(
            Reply(said.text, NOW, "person", "case", True, said.heard, said.judgement), likeness
        )
        stops.update(each.stop for each in held)
        stopped, hinted = stopped + bool(held), hinted + bool(hints)
    took = 1e6 * (time.process_time() - began) / len(found)
    kinds = ", ".join(f"{kind} {count}" for kind, count in stops.most_common()) or "none"
    return {
        "held_back": Figure(
            _percent(stopped, len(found)), "%", f"of {len(found)} answers; {kinds}", MOST_STOPPED
        ),
        "hinted_at": Figure(
            _percent(hinted, len(found)), "%", f"of {len(found)} answers", MOST_HINTED
        ),
        "cpu_us": Figure(
            round(took), "microseconds", "CPU time of an answer, stops and hints together"
        ),
    }


def _before_it_goes_out(said: Answered) -> Said:
    handles = handles_in(said.heard) | {said.company.casefold(), "user", "other"}
    english = frozenset({"en"})
    risks = frozenset(risk for risk in (said.judgement.risk,) if risk)
    return Said(said.text, True, said.heard, "en", english, handles, risks)


def _beside(published: float, share: float, count: int) -> Figure:
    return Figure(share, f"% (published: {published})", f"of {count} answers; published of 1,139")


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 1)
