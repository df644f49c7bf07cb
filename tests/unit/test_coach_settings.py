"""What a company says about its answers, in `desk`."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from gehoor.config import AppConfig, ConfigInvalid, from_json, parse, to_json
from gehoor.domain.coach_signs import Calling, CoachRules, Sign

EXAMPLE = Path(__file__).parents[2] / "docs" / "gehoor.yaml"


def config(**desk: Any) -> AppConfig:
    document = yaml.safe_load(EXAMPLE.read_text())
    return parse({**document, "desk": desk})


def test_without_a_word_of_it_every_link_may_be_used_and_nobody_is_called() -> None:
    made = config()
    assert made.coach_rules() == CoachRules(own=frozenset({"noordlicht@social.example"}))
    assert made.desk.calling() is None
    assert "delivery" in made.desk.causes


def test_what_is_said_reaches_the_rules_as_it_is_compared() -> None:
    # Given all of it
    made = config(
        phone="020 123 45 67",
        calling_hours="Mon-Fri 9-17",
        causes=["Te laat", "Kapot"],
        coach={
            "links": ["Noordlicht.example"],
            "own": ["@Noordlicht_Help", "Jan@noordlicht.example"],
            "words": {"nl": {"blame": ["volgens de voorwaarden"]}},
        },
    )
    # Then it is known after it was stored, too
    for known in (made, from_json(to_json(made))):
        assert known.desk.calling() == Calling("020 123 45 67", "Mon-Fri 9-17")
        assert known.desk.causes == ("Te laat", "Kapot")
        assert known.coach_rules() == CoachRules(
            links=frozenset({"noordlicht.example"}),
            own=frozenset(
                {
                    "noordlicht_help",
                    "jan@noordlicht.example",
                    "noordlicht@social.example",
                    "020 123 45 67",
                }
            ),
            words=(("nl", Sign.BLAME, ("volgens de voorwaarden",)),),
        )


@pytest.mark.parametrize(
    ("desk", "path"),
    [
        ({"coach": {"links": ["https://noordlicht.example"]}}, "desk.coach.links[0]"),
        ({"coach": {"words": {"de": {}}}}, "desk.coach.words.de"),
        ({"coach": {"words": {"nl": {"blaming": ["x y"]}}}}, "desk.coach.words.nl.blaming"),
        ({"phone": "call us"}, "desk.phone"),
        ({"causes": []}, "desk.causes"),
    ],
)
def test_a_fault_is_told_by_its_place(desk: dict[str, Any], path: str) -> None:
    with pytest.raises(ConfigInvalid) as failure:
        config(**desk)
    assert [problem.path for problem in failure.value.problems] == [path]
