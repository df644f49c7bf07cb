"""What is found of personal data, and what is taken for some and is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.figures import Figure
from desk import rows
from desk.triage import share
from gehoor.domain.personal_data import kinds_in
from gehoor.domain.personal_data_kinds import HARMFUL_IN_PUBLIC, PersonalData

if TYPE_CHECKING:
    from bench.figures import Figures

NAMES = {
    "phone": PersonalData.PHONE,
    "email": PersonalData.EMAIL,
    "iban": PersonalData.IBAN,
    "bsn": PersonalData.BSN,
    "card": PersonalData.CARD,
    "order": PersonalData.ORDER_NUMBER,
    "postcode": PersonalData.POSTCODE,
    "address": PersonalData.ADDRESS,
}
TOLD_ONLY = frozenset((PersonalData.PLATE,))
"""What the set does not name: a post about the company's own van has its plate."""

AUTHORED = "on the authored mentions (one writer, test numbers)"


def figures() -> Figures:
    """What is found, what is missed, and what is hidden that is nobody's."""
    mentions = [(row, set(kinds_in(row["text"]))) for row in rows.authored()]
    named = [NAMES[kind] in found for row, found in mentions for kind in row["pii"]]
    wrong = [
        bool(found - {NAMES[kind] for kind in row["pii"]} - TOLD_ONLY) for row, found in mentions
    ]
    clean = [*rows.sentences(), *rows.bank_questions()]
    hidden = [not HARMFUL_IN_PUBLIC.isdisjoint(kinds_in(row["text"])) for row in clean]
    told = [bool(kinds_in(row["text"])) for row in clean]
    on = f"on subtitles and a bank's questions, n = {len(clean)}"
    return {
        "recall": Figure(share(named), "", f"{AUTHORED}, n = {len(named)}", None, 1.0),
        "false_hits": Figure(sum(wrong), "posts", f"{AUTHORED}, n = {len(wrong)}", 0),
        "hidden_in_clean_text": Figure(sum(hidden), "posts", on, 0),
        "told_in_clean_text": Figure(sum(told), "posts", on),
    }
