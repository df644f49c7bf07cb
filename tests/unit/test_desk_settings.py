"""How the desk's part of the configuration is read."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest

from fakes.adapters import STUBS, document
from gehoor.config import ConfigInvalid, Problem, from_json, parse, secret_names, to_json
from gehoor.desk_rules import rules, thresholds
from gehoor.desk_settings import TARGETED
from gehoor.domain.desk_hours import ROUND_THE_CLOCK, Shift
from gehoor.domain.routing import GroupRule, Routing


def configured(**desk: Any) -> Any:
    return parse(document() | {"desk": desk}, STUBS)


def problem_of(**desk: Any) -> Problem:
    with pytest.raises(ConfigInvalid) as caught:
        configured(**desk)
    [problem] = caught.value.problems
    return problem


def test_a_desk_of_which_nothing_is_said_is_open_at_any_time() -> None:
    desk = configured().desk.in_domain()
    assert desk.hours.week == ROUND_THE_CLOCK
    assert (desk.target, desk.targets) == (timedelta(hours=1), {})


def test_one_time_for_all_first_answers_still_does() -> None:
    desk = configured(first_response="90m").desk.in_domain()
    assert (desk.target, desk.targets) == (timedelta(minutes=90), {})


def test_everything_that_is_said_of_the_desk_counts_and_survives_storage() -> None:
    # Given all of it, dates as YAML reads them
    config = configured(
        time_zone="Europe/Amsterdam",
        hours={"monday": "09:00-17:30", "friday": ["08:00-12:00", "22:00-24:00"]},
        holidays=[date(2026, 12, 25), "2026-12-26"],
        first_response={"critical": "15m", "praise": "24h", "default": "2h"},
        critical_round_the_clock=False,
        promise_notice="3h",
        notify={"webhook": "https://pager.example/in", "secret": "/gehoor/pager"},
    )
    # When it is stored and read again
    again = from_json(to_json(config), STUBS)
    # Then nothing of it is lost
    assert again == config
    desk = again.desk.in_domain()
    assert desk.hours.week[0] == (Shift(time(9), time(17, 30)),)
    assert desk.hours.week[4] == (Shift(time(8), time(12)), Shift(time(22), time()))
    assert desk.hours.week[5] == ()
    assert desk.hours.holidays == {date(2026, 12, 25), date(2026, 12, 26)}
    assert desk.target == timedelta(hours=2)
    assert desk.targets == {"critical": timedelta(minutes=15), "praise": timedelta(days=1)}
    assert (desk.critical_round_the_clock, desk.promise_notice) == (False, timedelta(hours=3))
    assert "/gehoor/pager" in secret_names(again)


HOURS = "opening hours like 09:00-17:30, 22:00-06:00 or 00:00-24:00, in quotes"


@pytest.mark.parametrize(
    ("desk", "expected"),
    [
        pytest.param(
            {"hours": {"monday": "9-17"}},
            Problem("desk.hours.monday[0]", "'9-17'", HOURS),
            id="hours nobody can read",
        ),
        pytest.param(
            {"hours": {"monday": ["09:00-24:30"]}},
            Problem("desk.hours.monday[0]", "'09:00-24:30'", HOURS),
            id="later than the day",
        ),
        pytest.param(
            {"hours": {"monday": "09:00-09:00"}},
            Problem("desk.hours.monday[0]", "'09:00-09:00'", HOURS),
            id="all day or not at all",
        ),
        pytest.param(
            {"hours": {}},
            Problem(
                "desk.hours",
                "a mapping",
                "opening hours on one day at least; leave `hours` out for any time",
            ),
            id="never open",
        ),
        pytest.param(
            {"hours": {"mondag": "09:00-17:00", "friday": "09:00-17:00"}},
            Problem(
                "desk.hours.mondag",
                "",
                "no such key; known keys: monday, tuesday, wednesday, thursday, friday, saturday, "
                "sunday",
                "monday",
            ),
            id="no such day",
        ),
        pytest.param(
            {"holidays": ["25 december"]},
            Problem("desk.holidays[0]", "'25 december'", "a date like 2026-12-25"),
            id="no date",
        ),
        pytest.param(
            {"first_response": {"complaints": "1h"}},
            Problem(
                "desk.first_response.complaints",
                "'complaints'",
                f"one of {', '.join(sorted(TARGETED))}",
                "complaint",
            ),
            id="no such kind",
        ),
        pytest.param(
            {"first_response": {"complaint": "0m"}},
            Problem("desk.first_response.complaint", "'0m'", "more than 0s"),
            id="no time to answer",
        ),
        pytest.param(
            {"notify": {"webhook": "https://pager.example/in"}},
            Problem("desk.notify.secret", "", "this key is required"),
            id="calls that nobody signs",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words(desk: dict[str, Any], expected: Problem) -> None:
    assert problem_of(**desk) == expected


def test_who_answers_and_who_we_are_survives_storage() -> None:
    # Given all that is said of it, a group's id as the number it is
    config = configured(
        routing={
            "same_agent_within": "14d",
            "risk_group": 360001,
            "groups": [
                {"group": "Webcare NL", "brand": "noordlicht", "language": "nl"},
                {"group": 360002, "topic": "delivery", "intent": "complaint"},
            ],
        },
        reputation={"followers": 10_000, "views": None, "reposts_an_hour": None},
        own_accounts={"x": ["@Noordlicht_BE"]},
        staff={"mastodon": ["eva@social.example"]},
    )
    # When it is stored and read again
    again = from_json(to_json(config), STUBS)
    # Then the use cases know it, handles without their sign and case
    found = rules(again)
    assert found.routing == Routing(
        (
            GroupRule("Webcare NL", brand="noordlicht", language="nl"),
            GroupRule("360002", topic="delivery", intent="complaint"),
        ),
        "360001",
        timedelta(days=14),
    )
    assert found.company.accounts >= {("x", "noordlicht_be")}
    assert found.company.staff == {("mastodon", "eva@social.example")}
    reach = thresholds(again.desk.reputation)
    assert (reach.followers, reach.views, reach.likes) == (10_000, None, 5_000)
    assert (reach.reposts_an_hour, reach.replies_an_hour) == (None, 50)


def test_a_company_that_says_nothing_of_it_has_its_brands_accounts_and_names() -> None:
    found = rules(configured())
    brand = configured().brands[0]
    assert found.company.accounts == brand.in_domain().handles
    assert found.company.names == (configured().company, brand.id)
    assert found.routing == Routing()


@pytest.mark.parametrize(
    ("desk", "path", "accepted"),
    [
        (
            {"routing": {"groups": [{"group": "A", "brand": "noordlich"}]}},
            "desk.routing.groups[0].brand",
            "the id of a brand: one of noordlicht",
        ),
        ({"staff": {"mastodn": ["eva"]}}, "desk.staff.mastodn", "the name of a network"),
        ({"own_accounts": {"fed": ["us"]}}, "desk.own_accounts.fed", "the name of a network"),
    ],
)
def test_what_is_misspelt_is_told_with_its_place(
    desk: dict[str, Any], path: str, accepted: str
) -> None:
    problem = problem_of(**desk)
    assert (problem.path, problem.accepted.startswith(accepted)) == (path, True)
    assert problem.nearest
