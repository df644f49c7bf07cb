"""What setup plans: every step is about gehoor's own, and after the steps nothing is left to do."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gehoor.desk_settings import Desk
from gehoor_ops.setup_file import read_setup, wanted
from gehoor_ops.setup_plan import (
    FIELD_IDS,
    KINDS,
    OPTIONS,
    Action,
    Change,
    Found,
    Step,
    Wanted,
    mark,
    own,
    plan,
    plan_removal,
    title_name,
)

API_URL = "https://api.example"
WANTED = wanted(read_setup(), API_URL, Desk())
VIEW = Wanted("view", "due", {"title": "Webcare: due", "description": mark("due"), "active": True})
FORM = Wanted("ticket_form", "webcare", {"name": "Webcare (gehoor)", FIELD_IDS: ["network"]})
FIELD = Wanted("ticket_field", "network", {"title": "Webcare: n", "description": mark("network")})


def found(wanted: Wanted, object_id: str, **changes: Any) -> Found:
    """An object as wanted, but for these properties."""
    extra = {"removable": True, "active": True} if wanted.kind == "ticket_field" else {}
    return Found(wanted.kind, object_id, {**extra, **wanted.properties, **changes})


def system_field(object_id: str, **changes: Any) -> Found:
    properties = {"title": "Subject", "active": True, "removable": False, **changes}
    return Found("ticket_field", object_id, properties)


def carried_out(steps: tuple[Step, ...], before: list[Found]) -> list[Found]:
    """What a helpdesk holds after the steps."""
    objects = {(one.kind, one.object_id): one for one in before}
    numbers = count(900_000)
    made: dict[str, int] = {}
    for step in steps:
        sent = dict(step.properties or {})
        if FIELD_IDS in sent:
            sent[FIELD_IDS] = [made.get(field, field) for field in sent[FIELD_IDS]]
        if step.action is Action.CREATE:
            new = found(Wanted(step.kind, step.key, sent), str(next(numbers)))
            objects[new.kind, new.object_id] = new
            if step.kind == "ticket_field":
                made[step.key] = int(new.object_id)
        elif step.action is Action.CHANGE:
            old = objects[step.kind, str(step.object_id)]
            objects[old.kind, old.object_id] = replace(old, properties={**old.properties, **sent})
        elif step.action is Action.REMOVE:
            del objects[step.kind, str(step.object_id)]
    return list(objects.values())


# ---------------------------------------------------------------- examples


def test_what_is_missing_is_made() -> None:
    [step] = plan([VIEW], [])
    assert (step.action, step.title, step.properties) == (
        Action.CREATE,
        "Webcare: due",
        VIEW.properties,
    )


def test_what_is_as_it_should_be_is_left() -> None:
    [step] = plan([VIEW], [found(VIEW, "7", position=3, restriction={"type": "Group"})])
    assert (step.action, step.object_id, step.changes) == (Action.LEAVE, "7", ())


def test_what_differs_is_told_with_both_values() -> None:
    [step] = plan([VIEW], [found(VIEW, "7", active=False, title="Webcare: eerst")])
    assert (step.action, step.object_id) == (Action.CHANGE, "7")
    assert step.changes == (
        Change("title", "Webcare: eerst", "Webcare: due"),
        Change("active", False, True),
    )


def test_what_cannot_be_changed_is_no_difference() -> None:
    wanted = Wanted("user_field", "gehoor_x", {"key": "gehoor_x", "type": "text", "title": "X"})
    [step] = plan([wanted], [found(wanted, "7", type="textarea", title="Y")])
    assert step.properties == {"title": "X"}


@pytest.mark.parametrize(
    "foreign",
    [
        found(VIEW, "7", description=None),
        found(VIEW, "7", description="gehoor: due"),
        found(VIEW, "7", title="Copy of Webcare: due"),
        found(FORM, "7", name="Webcare"),
        found(FORM, "7", name="Test (gehoor)"),
        Found("user_field", "7", {"key": "my_gehoor_x", "title": "Webcare", "description": "x"}),
    ],
)
def test_what_is_only_a_little_like_gehoors_is_the_companys(foreign: Found) -> None:
    assert own([foreign]) == {}
    assert plan_removal([foreign]) == ()
    steps = plan([VIEW, FORM], [foreign])
    assert {step.action for step in steps} == {Action.CREATE}


def test_of_copies_the_oldest_is_gehoors() -> None:
    copies = [found(VIEW, "1000"), found(VIEW, "999", active=False), found(VIEW, "1001")]
    [step] = plan([VIEW], copies)
    assert (step.action, step.object_id) == (Action.CHANGE, "999")
    assert [step.object_id for step in plan_removal(copies)] == ["999"]


def test_a_choice_keeps_what_it_has_and_gets_what_is_missing() -> None:
    # Given a field that an administrator gave a choice of their own, as Zendesk answers it
    causes = [{"name": "delivery", "value": "cause_delivery"}, {"name": "x", "value": "cause_x"}]
    wanted = replace(FIELD, properties={**FIELD.properties, OPTIONS: causes})
    own_choice = {"id": 3, "name": "Bikes", "value": "bikes", "default": False}
    there = {"id": 1, "name": "Delivery", "value": "cause_delivery", "default": False}
    # When the configuration names one more
    [step] = plan([wanted], [found(FIELD, "5", **{OPTIONS: [there, own_choice]})])
    # Then that one is added, and the others stay as they are
    assert step.action is Action.CHANGE
    assert step.changes[0].new == [there, own_choice, causes[1]]
    # And nothing is to do where none is missing
    [step] = plan([wanted], [found(FIELD, "5", **{OPTIONS: [there, own_choice, causes[1]]})])
    assert step.action is Action.LEAVE


def test_a_text_that_would_be_a_choice_now_stays_one_and_says_so() -> None:
    # Given a field that an earlier version made as a text
    choice = {**FIELD.properties, "type": "tagger", OPTIONS: [{"name": "x", "value": "network_x"}]}
    made = found(FIELD, "5", type="text")
    # When it is to be a choice
    [step] = plan([replace(FIELD, properties=choice)], [made])
    # Then nothing is sent that Zendesk would not take
    assert (step.action, step.stays_text) == (Action.LEAVE, True)
    assert OPTIONS not in (step.properties or {})


def test_a_form_names_a_field_by_its_key_until_it_is_made() -> None:
    form = plan([FORM, FIELD], [system_field("1"), system_field("2", active=False)])[1]
    assert form.properties is not None
    assert form.properties[FIELD_IDS] == [1, "network"]


def test_a_form_keeps_what_it_has_and_gets_what_is_missing() -> None:
    # Given a form with a field of the company's, that lost one every ticket has
    fields = [system_field("1"), system_field("2"), found(FIELD, "5")]
    form = found(FORM, "9", **{FIELD_IDS: [77, 2]})
    # Then what is missing is added behind
    step = plan([FORM, FIELD], [*fields, form])[1]
    assert step.changes == (Change(FIELD_IDS, [77, 2], [77, 2, 1, 5]),)


def test_what_is_wanted_no_more_is_left_by_plan_and_taken_by_removal() -> None:
    old = found(VIEW, "7", description=f"From an earlier version {mark('old')}")
    assert [step.action for step in plan([VIEW], [old])] == [Action.CREATE]
    assert [step.object_id for step in plan_removal([old])] == ["7"]


def test_fields_are_made_before_forms_and_removed_after_them() -> None:
    made = [step.kind for step in plan(WANTED, [])]
    after = carried_out(plan(WANTED, []), [])
    assert made == sorted(made, key=KINDS.index)
    assert [step.kind for step in plan_removal(after)] == made[::-1]


def test_the_webhook_goes_to_the_stack() -> None:
    [webhook] = [one for one in WANTED if one.kind == "webhook"]
    assert webhook.properties["endpoint"] == "https://api.example/hooks/zendesk"


# ---------------------------------------------------------------- properties

patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
TEXTS = [
    *(None, "", "Klachten", "[gehoor]", "gehoor:due", "Webcare", "Webcare: network"),
    *("Webcare (gehoor)", "x (gehoor)", "webcare: due", " Webcare: due"),
    *(mark(one.key) for one in WANTED),
]


@st.composite
def foreign_objects(draw: st.DrawFn) -> Found:
    """An object that does not carry both of gehoor's marks, however near it comes."""
    kind = draw(st.sampled_from(KINDS))
    properties: dict[str, Any] = {
        title_name(kind): draw(st.sampled_from(TEXTS)),
        "description": draw(st.sampled_from(TEXTS)),
        "key": draw(st.sampled_from([None, "language", "x_gehoor_", "mastodon"])),
        "active": draw(st.booleans()),
        "removable": draw(st.booleans()),
        FIELD_IDS: [1],
    }
    one = Found(kind, f"{draw(st.integers(1, 10**6))}", properties)
    title = str(properties[title_name(kind)] or "")
    marked = "[gehoor:" in str(properties["description"] or "")
    if kind == "ticket_form":
        marked = title.endswith("(gehoor)")
    if kind != "user_field" and title.startswith("Webcare") and marked:
        properties["description" if kind != "ticket_form" else "name"] = "the company's"
    return one


@st.composite
def helpdesks(draw: st.DrawFn) -> tuple[list[Found], list[Found]]:
    """Foreign objects, and gehoor's own in any state: missing, changed, switched off, copied."""
    foreign = draw(
        st.lists(foreign_objects(), max_size=12, unique_by=lambda one: (one.kind, one.object_id))
    )
    numbers = count(2_000_000)
    mine = []
    for one in WANTED:
        for _ in range(draw(st.sampled_from([0, 1, 1, 1, 2]))):
            changes: dict[str, Any] = {}
            if one.kind == "ticket_form":
                changes[FIELD_IDS] = draw(st.lists(st.integers(1, 50), max_size=3, unique=True))
            if draw(st.booleans()):
                changes["active"] = draw(st.booleans())
            if one.kind == "webhook" and draw(st.booleans()):
                changes["endpoint"] = "https://old.example"
            mine.append(found(one, str(next(numbers)), **changes))
    return foreign, draw(st.permutations(mine))


@patient
@given(helpdesks())
def test_after_apply_there_is_nothing_to_do(helpdesk: tuple[list[Found], list[Found]]) -> None:
    foreign, mine = helpdesk
    after = carried_out(plan(WANTED, [*foreign, *mine]), [*foreign, *mine])
    assert {step.action for step in plan(WANTED, after)} == {Action.LEAVE}


@patient
@given(helpdesks())
def test_no_step_names_what_is_the_companys(helpdesk: tuple[list[Found], list[Found]]) -> None:
    foreign, mine = helpdesk
    everything = [*foreign, *mine]
    named = {(step.kind, step.object_id) for step in plan(WANTED, everything)}
    named |= {(step.kind, step.object_id) for step in plan_removal(everything)}
    assert named.isdisjoint((one.kind, one.object_id) for one in foreign)


@patient
@given(helpdesks())
def test_removal_leaves_the_companys_as_it_is(helpdesk: tuple[list[Found], list[Found]]) -> None:
    foreign, mine = helpdesk
    left = [*foreign, *mine]
    while steps := plan_removal(left):
        left = carried_out(steps, left)
    assert left == foreign
