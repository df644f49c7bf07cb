"""What a desk says of triage: posts whose intent it corrected, or let stand to the end."""

from collections import Counter
from collections.abc import Iterable, Sequence

from gehoor.domain.correction import JudgedField
from gehoor.domain.frozen import frozen
from gehoor.domain.judgement import Intent
from gehoor.domain.learning import as_handled
from gehoor.domain.record import MentionRecord, MentionState


@frozen
class Verdict:
    """A post's intent as it was judged and as the desk says it is.

    `text` is "" where its words are kept no more. The language is the desk's word too.
    """

    text: str
    language: str
    judged: Intent
    truth: Intent
    is_correction: bool


@frozen
class Measure:
    """How triage did on one intent: of `truly` posts that have it, and `said` that were judged so,
    `right` are the same."""

    intent: Intent
    truly: int
    said: int
    right: int

    @property
    def recall(self) -> float | None:
        """How many of those with the intent were found; None without any."""
        return self.right / self.truly if self.truly else None

    @property
    def precision(self) -> float | None:
        """How many of those judged so have the intent; None without any."""
        return self.right / self.said if self.said else None


def verdict_on(record: MentionRecord, is_solved: bool) -> Verdict | None:
    """What the desk says of a mention that opened a ticket; None where it says nothing.

    A judgement that nobody changed counts as right once its ticket is solved. An unsure one that
    nobody changed was handled as a complaint, and nobody said that it was one.
    """
    judgement = record.judgement
    if judgement is None or record.state is not MentionState.DELIVERED:
        return None
    corrected = {each.name: each.corrected for each in record.corrections}
    truth = Intent(corrected.get(JudgedField.INTENT, judgement.intent))
    is_correction = JudgedField.INTENT in corrected
    if truth is Intent.UNSURE or not (is_correction or is_solved):
        return None
    language = corrected.get(JudgedField.LANGUAGE, judgement.language)
    text = record.mention.text if record.mention else ""
    return Verdict(text, language, judgement.intent, truth, is_correction)


def measures(verdicts: Iterable[Verdict]) -> list[Measure]:
    """Recall and precision of every intent that occurs; unsure counts as a complaint."""
    pairs = [(verdict.truth, as_handled(verdict.judged)) for verdict in verdicts]
    truly, said = Counter(truth for truth, _ in pairs), Counter(judged for _, judged in pairs)
    right = Counter(truth for truth, judged in pairs if truth is judged)
    found = (intent for intent in Intent if truly[intent] or said[intent])
    return [Measure(intent, truly[intent], said[intent], right[intent]) for intent in found]


def confusion(verdicts: Iterable[Verdict]) -> Counter[tuple[Intent, Intent]]:
    """How often each intent was judged to be each, as judged: (truth, judged)."""
    return Counter((verdict.truth, verdict.judged) for verdict in verdicts)


def by_language(verdicts: Sequence[Verdict]) -> dict[str, list[Verdict]]:
    """The verdicts of each language, by its code."""
    codes = sorted({verdict.language for verdict in verdicts})
    return {code: [each for each in verdicts if each.language == code] for code in codes}
