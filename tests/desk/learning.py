"""What learning from a desk's own word would bring, on real posts where they are on this machine.

Negative tweets stand for complaints and positive ones for praise: nobody corrected them, so this
shows that learning works, and not what a desk gains.
"""

from __future__ import annotations

from time import process_time
from typing import TYPE_CHECKING

from bench.figures import Figure
from desk import rows
from gehoor.domain.judgement import Intent
from gehoor.domain.learning import compare, learn, split
from gehoor.domain.triage import judge, words_judged

if TYPE_CHECKING:
    from bench.figures import Figures

TRUTHS = {"negative": Intent.COMPLAINT, "positive": Intent.PRAISE}
ON = "on tweets to airlines of 2015 (CC BY-NC-SA, not in the repository), a fifth held back"


def figures() -> Figures:
    """Right answers of the rules, and of what was learned from the rest, on what is held back."""
    tweets = [row for row in rows.airline_tweets() if row["sentiment"] in TRUTHS]
    texts = {words_judged(row["text"]): row["text"] for row in tweets}
    truths = {words_judged(row["text"]): TRUTHS[row["sentiment"]] for row in tweets}
    to_learn, held_back = split(list(truths.items()))
    before = process_time()
    weights = learn(to_learn, "en")
    if weights is None:
        return {}
    took = process_time() - before
    ruled = [judge(texts[words], "en").intent for words, _ in held_back]
    learned = [judge(texts[words], "en", learned=weights).intent for words, _ in held_back]
    found = compare([truth for _, truth in held_back], ruled, learned)
    how = f"{ON}, n = {found.posts}"
    return {
        "rules_right": Figure(found.rules_right, "posts", how),
        "learned_right": Figure(found.learned_right, "posts", how),
        "complaints_found_by_rules": Figure(
            found.rules_found, "posts", f"{how}, {found.complaints} complaints"
        ),
        "complaints_found_by_learned": Figure(
            found.learned_found, "posts", f"{how}, {found.complaints} complaints"
        ),
        "training": Figure(round(took, 1), "s", f"processor time, n = {weights.learned_from}"),
    }
