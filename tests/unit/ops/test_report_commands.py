"""`gehoor desk report`: how soon first answers came."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import boto3
import pytest

from factories import JUDGEMENT, case, mention
from gehoor.aws.cases import Cases
from gehoor.domain.desk import Desk
from gehoor.domain.first_answer import Ending
from gehoor.domain.judgement import Intent
from gehoor_ops import report_commands

if TYPE_CHECKING:
    from fakes.command import Command
    from fakes.deployed import Deployed

NOW = datetime.now(UTC).replace(microsecond=0)
MINUTE = timedelta(minutes=1)


def heard(deployed: Deployed, name: str, ago: timedelta, intent: Intent, took: timedelta) -> None:
    """A mention of some time ago whose case was answered."""
    seen_at, post = NOW - ago, mention(name)
    judgement = replace(JUDGEMENT, intent=intent)
    clock = Desk().first_answer(judgement, seen_at).ended(seen_at + took, Ending.ANSWERED, took)
    opened = case(post, clocks=(clock,))
    deployed.mentions.put_new(post, judgement, seen_at)
    deployed.mentions.place(post.mention_id, opened.case_id)
    Cases(boto3.client("dynamodb"), "core").put(opened)


@pytest.fixture
def desk(deployed: Deployed) -> None:
    day = timedelta(days=1)
    heard(deployed, "1", day, Intent.COMPLAINT, 10 * MINUTE)
    heard(deployed, "2", 2 * day, Intent.COMPLAINT, 90 * MINUTE)
    heard(deployed, "3", 3 * day, Intent.QUESTION, 30 * MINUTE)
    heard(deployed, "4", 20 * day, Intent.PRAISE, 5 * MINUTE)
    deployed.mentions.put_new(mention("5"), JUDGEMENT, NOW - day)


@pytest.mark.usefixtures("desk")
def test_a_report_counts_the_cases_of_a_week_by_network_and_intent(gehoor: Command) -> None:
    run = gehoor("desk", "report", "--json")
    assert run.code == 0
    assert run.document["whole"] is True
    assert run.document["all"] == {
        "answered": 3,
        "in_time": 2,
        "overdue": 0,
        "waiting": 0,
        "solved_unanswered": 0,
        "withdrawn": 0,
        "merged": 0,
        "share_in_time": 2 / 3,
        "median_minutes": 30.0,
        "percentile_90_minutes": 90.0,
    }
    assert list(run.document["by_network"]) == ["town"]
    assert {name: part["answered"] for name, part in run.document["by_intent"].items()} == {
        "complaint": 2,
        "question": 1,
    }


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize(
    ("since", "answered"), [("36h", 1), ("30d", 4), (f"{NOW - timedelta(days=30):%Y-%m-%d}", 4)]
)
def test_a_report_begins_where_it_is_asked_to(gehoor: Command, since: str, answered: int) -> None:
    run = gehoor("desk", "report", "--since", since, "--json")
    assert run.document["all"]["answered"] == answered


@pytest.mark.usefixtures("desk")
def test_a_report_for_people_is_a_table(gehoor: Command) -> None:
    lines = gehoor("desk", "report").out.splitlines()
    assert lines[1].split() == ["all", "3", "67%", "30", "min", "90", "min", "0", "0", "0"]


@pytest.mark.usefixtures("desk")
def test_a_report_on_too_much_says_so(gehoor: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_commands, "MOST", 2)
    run = gehoor("desk", "report", "--json")
    assert run.document["whole"] is False
    assert "choose a later --since" in run.err


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize("since", ["yesterday", "2026-13-01", "7", "999999d"])
def test_a_moment_nobody_can_read_is_refused(gehoor: Command, since: str) -> None:
    run = gehoor("desk", "report", "--since", since)
    assert run.code == 2
    assert "a date like 2026-11-01" in run.err


@pytest.mark.usefixtures("deployed")
def test_a_report_on_nothing_is_no_failure(gehoor: Command) -> None:
    run = gehoor("desk", "report", "--json")
    assert (run.code, run.document["all"]["answered"]) == (0, 0)
