"""`gehoor triage`: how right triage was by the desk's own word, and learning from that."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gehoor.aws.items import dump
from gehoor.aws.weights import WeightsStore
from gehoor.domain.learning import (
    FEWEST_HELD_BACK,
    FEWEST_OF_AN_INTENT,
    Comparison,
    compare,
    learn,
    split,
)
from gehoor.domain.triage import judge, words_judged
from gehoor.domain.verdict import by_language, confusion, measures
from gehoor_ops.failures import CommandFailed
from gehoor_ops.output import table
from gehoor_ops.stack import find_stack
from gehoor_ops.triage_verdicts import gather

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from gehoor.domain.desk_words import DeskWords
    from gehoor.domain.learned import Weights
    from gehoor.domain.verdict import Measure, Verdict
    from gehoor_ops.output import Output
    from gehoor_ops.stack import Stack
    from gehoor_ops.triage_verdicts import Heard

HEADS = ("language", "intent", "truly", "judged so", "right", "recall", "precision")
TRAINED = ("language", "learned from", "compared on", "rules right", "learned right", "then")
NOTHING = (
    "No ticket was solved or corrected yet. Agents correct the field “Webcare: intent” of a ticket;"
    " gehoor hears of it when the ticket's status changes."
)


def register(commands: Any) -> None:
    """Add the commands."""
    triage = commands.add_parser("triage", help="measure triage, and learn from corrections")
    actions = triage.add_subparsers(title="commands", metavar="COMMAND", required=True)
    purpose = "measure triage by what agents corrected, and what they let stand until it was solved"
    measured = actions.add_parser("evaluate", help=purpose, description=purpose)
    measured.set_defaults(run=evaluate)
    purpose = "learn from corrections, and compare with the rules on a fifth that is held back"
    trained = actions.add_parser("train", help=purpose, description=purpose)
    trained.add_argument(
        "--out",
        metavar="FILE",
        required=True,
        help="where to write what was learned: weights.json becomes weights.nl.json",
    )
    trained.add_argument(
        "--apply", action="store_true", help="let the functions use what is better than the rules"
    )
    trained.set_defaults(run=train)
    purpose = "judge a language by the rules alone again"
    reset = actions.add_parser("reset", help=purpose, description=purpose)
    reset.add_argument("language", metavar="LANGUAGE", help="such as nl")
    reset.set_defaults(run=back_to_rules)


def evaluate(options: Namespace, output: Output) -> None:
    """Show recall and precision by language and intent, what was taken for what, and the rest."""
    heard = gather(find_stack(options.stack, output), output)
    languages = by_language(heard.verdicts)
    found = {code: measures(verdicts) for code, verdicts in languages.items()}
    document = {
        "verdicts": len(heard.verdicts),
        "corrections": sum(verdict.is_correction for verdict in heard.verdicts),
        "languages": {
            code: {"intents": list(map(_measured, found[code])), "confusion": _confused(verdicts)}
            for code, verdicts in languages.items()
        },
        "other_fields": _others(heard),
    }
    rows = [(code, *_cells(measure)) for code, some in found.items() for measure in some]
    text = "\n\n".join([_summary(heard), table(HEADS, rows), *_wrong(languages, heard)])
    output.show(document, text if heard.verdicts or heard.others else NOTHING)


def train(options: Namespace, output: Output) -> None:
    """Learn of each language, write it down, and with `--apply` use it where it is better.

    CommandFailed when there is nothing to learn from, or nothing that was to be used is better.
    """
    stack = find_stack(options.stack, output)
    desk = _desk_words(stack)
    told = [verdict for verdict in gather(stack, output).verdicts if verdict.text]
    trained = [_trained(code, said, desk) for code, said in by_language(told).items()]
    learned = [(weights, found) for weights, found in trained if weights is not None]
    if not learned:
        cause = f"no language has two intents with {FEWEST_OF_AN_INTENT} posts each to learn from"
        raise CommandFailed(cause, "let agents correct more tickets; see: gehoor triage evaluate")
    store = WeightsStore(stack.account.dynamodb(), stack.output("StateTable"))
    for weights, found in learned:
        _path(options.out, weights.language).write_text(dump(weights), encoding="utf-8")
        if options.apply and found.is_better:
            store.put(weights)
    _show(learned, options.apply, output)


def back_to_rules(options: Namespace, output: Output) -> None:
    """Remove what was learned of a language."""
    stack = find_stack(options.stack, output)
    WeightsStore(stack.account.dynamodb(), stack.output("StateTable")).remove(options.language)
    text = f"{options.language} is judged by the rules alone within ten minutes."
    output.show({"language": options.language, "judged_by": "rules"}, text)


def _trained(
    language: str, verdicts: Sequence[Verdict], desk: DeskWords
) -> tuple[Weights | None, Comparison]:
    rows = {words_judged(verdict.text): verdict.truth for verdict in verdicts}
    texts = {words_judged(verdict.text): verdict.text for verdict in verdicts}
    to_learn, held_back = split(list(rows.items()))
    weights = learn(to_learn, language)
    ruled = [judge(texts[words], language, desk).intent for words, _ in held_back]
    then = [judge(texts[words], language, desk, weights).intent for words, _ in held_back]
    return weights, compare([truth for _, truth in held_back], ruled, then)


def _desk_words(stack: Stack) -> DeskWords:
    """What triage knows of the desk, with the names of all its brands."""
    _, config = stack.config_store().current()
    words = [config.desk_words(brand.in_domain()) for brand in config.brands]
    own = dict.fromkeys(name for each in words for name in each.own)
    return replace(words[0], own=tuple(own))


def _path(out: str, language: str) -> Path:
    path = Path(out)
    return path.with_name(f"{path.stem}.{language}{path.suffix or '.json'}")


def _show(learned: list[tuple[Weights, Comparison]], applies: bool, output: Output) -> None:
    document = {
        weights.language: {
            "learned_from": weights.learned_from,
            "compared_on": found.posts,
            "rules_right": found.rules_right,
            "learned_right": found.learned_right,
            "complaints": found.complaints,
            "complaints_found_by_rules": found.rules_found,
            "complaints_found_by_learned": found.learned_found,
            "is_better": found.is_better,
            "used": applies and found.is_better,
        }
        for weights, found in learned
    }
    rows = [
        (
            weights.language,
            weights.learned_from,
            found.posts,
            found.rules_right,
            found.learned_right,
            _then(found, applies),
        )
        for weights, found in learned
    ]
    output.show({"languages": document}, table(TRAINED, rows))


def _then(found: Comparison, applies: bool) -> str:
    if found.is_better:
        gained = found.learned_right - found.rules_right
        return f"{'used' if applies else 'add --apply to use it'}: {gained} more right"
    if found.posts < FEWEST_HELD_BACK:
        return f"the rules stay: {FEWEST_HELD_BACK} posts are the fewest to compare on"
    if found.learned_found < found.rules_found:
        return "the rules stay: they find more complaints"
    return "the rules stay: they are right as often"


def _summary(heard: Heard) -> str:
    corrected = sum(verdict.is_correction for verdict in heard.verdicts)
    let_stand = len(heard.verdicts) - corrected
    return f"{corrected} intents corrected, {let_stand} let stand until the ticket was solved."


def _measured(measure: Measure) -> dict[str, Any]:
    return {
        "intent": measure.intent,
        "truly": measure.truly,
        "judged_so": measure.said,
        "right": measure.right,
        "recall": _rounded(measure.recall),
        "precision": _rounded(measure.precision),
    }


def _cells(measure: Measure) -> tuple[object, ...]:
    shares = (_rounded(measure.recall), _rounded(measure.precision))
    told = ("" if share is None else f"{share:.3f}" for share in shares)
    return (measure.intent, measure.truly, measure.said, measure.right, *told)


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 3)


def _confused(verdicts: Sequence[Verdict]) -> list[dict[str, Any]]:
    return [
        {"truly": truth, "judged": judged, "posts": posts}
        for (truth, judged), posts in confusion(verdicts).most_common()
    ]


def _wrong(languages: dict[str, list[Verdict]], heard: Heard) -> list[str]:
    """What was taken for what, and what else was corrected."""
    taken = [
        f"{code}: {posts} times {truth} judged {judged}"
        for code, verdicts in languages.items()
        for (truth, judged), posts in confusion(verdicts).most_common()
        if truth is not judged
    ]
    others = [
        f"{each['field']}: {each['posts']} times {each['judged'] or 'none'} corrected to"
        f" {each['corrected']}"
        for each in _others(heard)
    ]
    return ["\n".join(lines) for lines in (taken, others) if lines]


def _others(heard: Heard) -> list[dict[str, Any]]:
    return [
        {"field": name, "judged": judged, "corrected": corrected, "posts": posts}
        for (name, judged, corrected), posts in heard.others.most_common()
    ]
