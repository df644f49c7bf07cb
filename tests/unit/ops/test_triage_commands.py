"""`gehoor triage`: what agents said of triage, and learning from it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import boto3
import pytest

from fakes.deployed import SOURCES, write_config
from gehoor.aws.cases import Cases
from gehoor.aws.weights import WeightsStore
from gehoor.domain.case import Case, address_of
from gehoor.domain.correction import Correction, JudgedField
from gehoor.domain.judgement import Intent, Judgement, Urgency
from gehoor.domain.mention import Author, Mention, Visibility

if TYPE_CHECKING:
    from pathlib import Path

    from fakes.command import Command
    from fakes.deployed import Deployed

NOW = datetime.now(UTC)
AUTHOR = Author("mastodon", "https://social.example/@anna", "@anna@social.example", "", "")


@pytest.fixture(autouse=True)
def pushed(gehoor: Command, deployed: Deployed, tmp_path: Path) -> None:
    """A configuration in force, with its network's secret."""
    assert deployed.config_store.version() == 0
    assert gehoor("secret", "set", "/gehoor/masto", stdin=b"token").code == 0
    assert gehoor("config", "push", str(write_config(tmp_path))).code == 0


def hear(
    deployed: Deployed, text: str, judged: Intent, said: Intent | None = None, solved: bool = True
) -> None:
    """A post in its ticket, which the desk corrected, or let stand."""
    mention = Mention(
        brand="noordlicht",
        source_id=SOURCES[0],
        network="mastodon",
        native_id=text,
        uri=f"https://social.example/{text}",
        author=AUTHOR,
        text=text,
        posted_at=NOW,
        permalink="https://social.example/@anna/1",
        visibility=Visibility.PUBLIC,
    )
    judgement = Judgement("nl", judged, Urgency.NORMAL, None, ())
    name, mentions = mention.mention_id, deployed.mentions
    assert mentions.put_new(mention, judgement, NOW)
    mentions.delivered(name, name, name, NOW)
    if said:
        topic = Correction(JudgedField.TOPIC, "", "krant", NOW)
        mentions.correct(name, [Correction(JudgedField.INTENT, judged, said, NOW), topic])
    case = Case(name, "noordlicht", "mastodon", name, name, "7", address_of(mention), NOW)
    assert Cases(boto3.client("dynamodb"), "core").put(replace(case, is_open=not solved))


def test_triage_is_measured_by_what_agents_said(gehoor: Command, deployed: Deployed) -> None:
    # Given two corrected posts, one that was let stand, and one still open
    hear(deployed, "natte krant", Intent.PRAISE, Intent.COMPLAINT, solved=False)
    hear(deployed, "natte krant alweer", Intent.UNSURE, Intent.COMPLAINT)
    hear(deployed, "hoe laat open", Intent.QUESTION)
    hear(deployed, "top", Intent.PRAISE, solved=False)

    # When it is measured
    document = json.loads(gehoor("triage", "evaluate", "--json").out)

    # Then corrections count, and what was let stand to the end
    assert (document["verdicts"], document["corrections"]) == (3, 2)
    intents = {each["intent"]: each for each in document["languages"]["nl"]["intents"]}
    assert intents["complaint"] == {
        **{"intent": "complaint", "truly": 2, "judged_so": 1, "right": 1},
        **{"recall": 0.5, "precision": 1.0},
    }
    assert document["other_fields"] == [
        {"field": "topic", "judged": "", "corrected": "krant", "posts": 2}
    ]
    shown = gehoor("triage", "evaluate").out
    assert "2 intents corrected, 1 let stand until the ticket was solved." in shown
    assert "nl: 1 times complaint judged praise" in shown


def test_a_damaged_case_keeps_nothing_of_the_others_from_being_measured(
    gehoor: Command, deployed: Deployed
) -> None:
    # Given a case that cannot be read, beside one that can
    hear(deployed, "natte krant", Intent.PRAISE, Intent.COMPLAINT)
    item = {"entity": {"S": "case#broken"}, "part": {"S": "case"}, "case": {"S": "{"}}
    boto3.client("dynamodb").put_item(TableName="core", Item=item)
    # When triage is measured, then that one is left out and said so
    run = gehoor("triage", "evaluate", "--json")
    assert run.code == 0
    assert run.document["corrections"] == 1
    assert "1 stored cases are damaged" in run.err


def test_where_nobody_said_anything_it_says_how_to(gehoor: Command) -> None:
    assert "Agents correct the field" in gehoor("triage", "evaluate").out


def test_with_too_little_to_learn_from_the_command_says_so(
    gehoor: Command, deployed: Deployed, tmp_path: Path
) -> None:
    hear(deployed, "natte krant", Intent.PRAISE, Intent.COMPLAINT)
    ran = gehoor("triage", "train", "--out", str(tmp_path / "w.json"))
    assert ran.code == 1
    assert "let agents correct more tickets" in ran.err


def test_what_is_better_than_the_rules_is_used_and_can_be_taken_back(
    gehoor: Command, deployed: Deployed, tmp_path: Path
) -> None:
    # Given posts in the words of this desk's customers, which no rule knows
    for number in range(120):
        hear(deployed, f"in straat {number:03} een natte krant", Intent.OTHER, Intent.COMPLAINT)
        hear(deployed, f"rijdt de pakketfiets in wijk {number:03}", Intent.OTHER, Intent.QUESTION)
    store = WeightsStore(boto3.client("dynamodb"), "state")

    # When it learns, first without use
    out = tmp_path / "weights.json"
    told = json.loads(gehoor("triage", "train", "--out", str(out), "--json").out)
    assert told["languages"]["nl"]["is_better"]
    assert store.get("nl") is None
    shown = gehoor("triage", "train", "--out", str(out), "--apply").out

    # Then it is written down, used, and says by how much it is better
    assert "used: " in shown
    assert "more right" in shown
    learned = store.get("nl")
    assert learned is not None
    assert learned.intent_of("een natte krant") is Intent.COMPLAINT
    assert json.loads((tmp_path / "weights.nl.json").read_text())["language"] == "nl"

    # And the rules judge alone again when told to
    assert gehoor("triage", "reset", "nl").code == 0
    assert store.get("nl") is None
