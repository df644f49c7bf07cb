"""The file that says what gehoor wants in Zendesk."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, get_args

import pytest
import yaml

from factories import JUDGEMENT, NOW, mention
from gehoor.desk_settings import Desk
from gehoor.domain import answer_notes, closing, compose, due_promise
from gehoor.domain.correction import JudgedField, corrections_in
from gehoor.domain.judgement import Intent, Urgency
from gehoor.domain.outcome import CAUSE, ENDED
from gehoor.domain.service import Kind
from gehoor.helpdesks.zendesk import Settings
from gehoor.networks import names
from gehoor.webhooks.zendesk import COMMENT_ADDED
from gehoor_ops.failures import CommandFailed
from gehoor_ops.setup_file import FILE, read_setup, wanted
from gehoor_ops.setup_plan import OPTIONS, Found, own

if TYPE_CHECKING:
    from pathlib import Path


def test_it_has_a_ticket_field_for_each_that_gehoor_can_fill() -> None:
    annotation = Settings.model_fields["ticket_fields"].annotation
    assert set(read_setup().ticket_fields) == set(get_args(get_args(annotation)[0]))


def test_it_has_a_user_field_for_each_network_that_gehoor_hears() -> None:
    assert {f"gehoor_{name}" for name in names()} <= set(read_setup().user_fields)


def test_its_views_ask_for_tags_that_gehoor_sets() -> None:
    views = read_setup().views
    due = [one.value for one in views["first-answer-due"].all if one.operator == "includes"]
    assert set(due) <= set(compose.tags_of(mention("1"), JUDGEMENT))
    kinds = {one.value for one in views["praise-and-leads"].any}
    assert kinds == {f"kind_{kind}" for kind in (Kind.PRAISE, Kind.LEAD)}
    not_posted = {one.value for one in views["not-posted"].any}
    assert not_posted == {answer_notes.NOT_POSTED, answer_notes.DELAYED}


def test_its_macros_set_the_tags_that_gehoor_reads() -> None:
    macros = read_setup().macros.values()
    tags = {act.value for macro in macros for act in macro.actions if act.field == "current_tags"}
    assert tags == {
        answer_notes.PRIVATE,
        answer_notes.POST_ANYWAY,
        closing.CLOSING_AGREED,
        due_promise.PROMISE_KEPT,
    }


def test_what_agents_choose_from_are_the_configurations_causes() -> None:
    # Given causes of a company's own
    desk = Desk(causes=("Te laat!",))
    made = {one.key: one.properties for one in wanted(read_setup(), "https://x", desk)}
    # Then they are the field's choices, each a tag that names the field
    assert made[CAUSE]["type"] == "tagger"
    assert made[CAUSE]["custom_field_options"] == [{"name": "Te laat!", "value": "cause_te_laat"}]
    ends = [one["value"] for one in made[ENDED]["custom_field_options"]]
    assert ends[0] == "ended_solved"
    assert len(set(ends)) == len(ends)
    assert made["network"]["type"] == "text"


def choices_of(desk: Desk) -> dict[str, dict[str, str]]:
    """The names of the options of each field by their values."""
    made = wanted(read_setup(), "https://x", desk)
    return {
        one.key: {option["value"]: option["name"] for option in one.properties[OPTIONS]}
        for one in made
        if OPTIONS in one.properties
    }


@pytest.mark.parametrize("intent", Intent)
@pytest.mark.parametrize("urgency", Urgency)
def test_the_tags_of_a_ticket_are_choices_of_its_fields(intent: Intent, urgency: Urgency) -> None:
    # Given what triage may say of a mention
    judgement = replace(JUDGEMENT, intent=intent, urgency=urgency, topic="car-park")
    desk = Desk(topics={"car-park": ("parkeren",)})
    # Then each of its fields has a choice that is a tag of its ticket, so that both move together
    tags = set(compose.tags_of(mention("1"), judgement))
    choices = choices_of(desk)
    assert {key for key in choices if tags & choices[key].keys()} == {"intent", "urgency", "topic"}
    assert choices["topic"]["topic_car-park"] == "car park"


def test_no_two_fields_share_a_value_and_no_two_choices_a_name() -> None:
    choices = choices_of(Desk(topics={"lead": ("x",), "high": ("y",)}))
    values = [value for each in choices.values() for value in each]
    assert len(set(values)) == len(values)
    assert all(len(set(each.values())) == len(each) for each in choices.values())


def test_agents_choose_among_the_topics_of_every_desk_and_its_own() -> None:
    topics = choices_of(Desk(topics={"charging": ("laadpaal",)}))["topic"].values()
    assert {"charging", "billing"} <= set(topics)


def test_what_agents_correct_is_what_gehoor_hears() -> None:
    # Given all that agents can choose
    for key, values in choices_of(Desk(topics={"car-park": ("parkeren",)})).items():
        heard = [corrections_in(JUDGEMENT, {key: value}, NOW) for value in values]
        told = {each.corrected for found in heard for each in found}
        # Then each but the judgement's own is a correction to the word in it
        if key in set(JudgedField):
            judged = str(getattr(JUDGEMENT, key))
            assert told == {value.removeprefix(f"{key}_") for value in values} - {judged}


def test_its_webhook_brings_agents_comments() -> None:
    assert COMMENT_ADDED in read_setup().webhook.subscriptions


def test_all_that_is_made_is_found_again_as_gehoors_own() -> None:
    # Given everything as it is made
    made = wanted(read_setup(), "https://api.example/", Desk())
    found = [Found(one.kind, str(n), one.properties) for n, one in enumerate(made, 10)]
    # Then each is known by its mark
    assert set(own(found)) == {(one.kind, one.key) for one in made}


def changed(tmp_path: Path, part: str, **changes: Any) -> Path:
    document = yaml.safe_load(FILE.read_text())
    document[part] |= changes
    file = tmp_path / "setup.yaml"
    file.write_text(yaml.safe_dump(document))
    return file


@pytest.mark.parametrize(
    ("part", "changes", "named"),
    [
        ("webhook", {"name": "gehoor"}, "webhook.name"),
        ("ticket_form", {"name": "Webcare"}, "ticket_form.name"),
        ("views", {"x": {"title": "Webcare: x"}}, "views.x.description"),
        ("user_fields", {"x": {"title": "Webcare", "type": "text", "description": ""}}, "user_fie"),
        ("macros", {"x": {"titel": "Webcare"}}, "macros.x.titel"),
    ],
)
def test_a_mistake_is_told_by_its_place(
    tmp_path: Path, part: str, changes: dict[str, Any], named: str
) -> None:
    with pytest.raises(CommandFailed) as failure:
        read_setup(changed(tmp_path, part, **changes))
    assert any(named in line for line in failure.value.lines)


def test_a_file_that_is_no_yaml_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "setup.yaml"
    file.write_text("views: {}\nviews: {}\n")
    with pytest.raises(CommandFailed) as failure:
        read_setup(file)
    assert failure.value.lines[0].startswith("  line 2: ")
    with pytest.raises(CommandFailed):
        read_setup(tmp_path / "nowhere.yaml")
