"""What a desk said of triage, gathered from everything that is stored."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from gehoor.aws.items import load, read_text
from gehoor.domain.case import Case
from gehoor.domain.correction import JudgedField
from gehoor.domain.verdict import Verdict, verdict_on
from gehoor.errors import ContractBroken
from gehoor_ops.person_search import all_items, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gehoor.domain.record import MentionRecord
    from gehoor_ops.output import Output
    from gehoor_ops.stack import Stack

AT_ONCE = 100


@dataclass(slots=True)
class Heard:
    """The verdicts on intents, and how often each other field was corrected from what to what."""

    verdicts: list[Verdict] = field(default_factory=list)
    others: Counter[tuple[JudgedField, str, str]] = field(default_factory=Counter)

    def add(self, record: MentionRecord, is_solved: bool) -> None:
        """Hear what the desk says of one mention that opened a ticket."""
        verdict = verdict_on(record, is_solved)
        if verdict is not None:
            self.verdicts.append(verdict)
        for each in record.corrections:
            if each.name is not JudgedField.INTENT:
                self.others[each.name, each.judged, each.corrected] += 1


def gather(stack: Stack, output: Output) -> Heard:
    """Read through the table for every case, and then the mention that opened it."""
    solved = {case.opened_by: not case.is_open for case in _cases(stack, output)}
    heard, mentions, names = Heard(), stack.mentions(), iter(sorted(solved))
    while some := list(islice(names, AT_ONCE)):
        for name, record in mentions.get_many(some).items():
            if record is not None:
                heard.add(record, solved[name])
    return heard


def _cases(stack: Stack, output: Output) -> Iterator[Case]:
    """Those cases that can be read; how many cannot is said."""
    damaged = 0
    for item in all_items(stack.account.dynamodb(), stack.output("CoreTable"), output):
        stored = read_text(item, "case") if kind_of(item) == "case" else ""
        try:
            if stored:
                yield load(Case, stored, read_text(item, "entity"))
        except ContractBroken:
            damaged += 1
    if damaged:
        output.note(f"{damaged} stored cases are damaged and not counted")
