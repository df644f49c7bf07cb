"""`gehoor helpdesk setup` against a running Desk and a stack on moto."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from desk_server import TOKEN, Desk, running_desk
from fakes.deployed import API_URL, write_config
from gehoor.desk_settings import Desk as DeskSettings
from gehoor.domain.setup import HelpdeskSetup
from gehoor_ops.setup_file import read_setup, wanted
from gehoor_ops.setup_plan import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fakes.command import Command
    from fakes.deployed import Deployed

SECRET = "/gehoor/webhook/zendesk"
FIELDS = set(read_setup().ticket_fields)
WANTED = wanted(read_setup(), API_URL, DeskSettings())
UNSOLVED = [{"field": "status", "operator": "less_than", "value": "solved"}]
OPEN = [{"field": "status", "value": "open"}]
FOREIGN: dict[str, dict[str, Any]] = {
    "ticket_field": {"type": "text", "title": "Webcare: network"},
    "user_field": {"title": "Webcare", "key": "language", "description": "[gehoor:language]"},
    "ticket_form": {"name": "Webcare"},
    "view": {"title": "Webcare: first answer due", "all": UNSOLVED},
    "trigger": {
        "title": "Copy of Webcare: answered",
        "description": "[gehoor:answered]",
        "all": UNSOLVED,
        "actions": OPEN,
    },
    "macro": {"title": "Webcare: answer privately", "actions": OPEN},
    "webhook": {
        "name": "gehoor",
        "description": "[gehoor:webhook]",
        "endpoint": f"{API_URL}/hooks/zendesk",
        "http_method": "POST",
        "request_format": "json",
        "status": "active",
        "subscriptions": ["zen:event-type:ticket.comment_added"],
    },
}
"""A company's own objects, each a little like one of gehoor's."""

State = dict[str, list[dict[str, Any]]]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A Desk of a company that has its own of everything."""
    with running_desk(tmp_path) as running:
        for kind, properties in FOREIGN.items():
            running.post(f"/{kind}s", {kind: properties})
        yield running


@pytest.fixture(autouse=True)
def pushed(gehoor: Command, deployed: Deployed, desk: Desk, tmp_path: Path) -> None:
    """A configuration that names the Desk, and its credential."""
    file = write_config(tmp_path)
    text = file.read_text().replace("https://noordlicht.zendesk.example", desk.url)
    file.write_text(f"{text}allow_private_hosts: [127.0.0.1]\n")
    assert gehoor("config", "push", str(file)).code == 0
    assert gehoor("secret", "set", "/gehoor/zendesk", stdin=TOKEN.encode()).code == 0
    assert deployed.config_store.version() == 1


def state_of(desk: Desk) -> State:
    """Everything an administrator can define."""
    return {kind: desk.get(f"/{kind}s")[f"{kind}s"] for kind in KINDS}


def own(desk: Desk, before: State) -> State:
    """What is there besides what was there before, which must be as it was."""
    now = state_of(desk)
    assert all(one in now[kind] for kind in KINDS for one in before[kind])
    return {kind: [one for one in now[kind] if one not in before[kind]] for kind in KINDS}


def actions(run: Any) -> dict[str, set[str]]:
    """The actions of a run's steps by kind."""
    found: dict[str, set[str]] = {}
    for step in run.document["steps"]:
        found.setdefault(step["action"], set()).add(step["kind"])
    return found


def webhook_of(desk: Desk) -> dict[str, Any]:
    [webhook] = [
        one for one in desk.get("/webhooks")["webhooks"] if one["name"] == "Webcare: gehoor"
    ]
    return dict(webhook)


def test_a_plan_changes_nothing(gehoor: Command, deployed: Deployed, desk: Desk) -> None:
    # Given a helpdesk without gehoor
    before = state_of(desk)
    # When the setup is planned
    run = gehoor("helpdesk", "setup", "--plan", "--json")
    # Then all of it is to be made, and nothing is
    assert actions(run) == {"create": set(KINDS)}
    assert run.document["applied"] is False
    assert state_of(desk) == before
    assert deployed.setup_store.get(desk.url) == HelpdeskSetup()
    with pytest.raises(boto3.client("ssm").exceptions.ParameterNotFound):
        deployed.secret(SECRET)


def test_a_plan_is_readable(gehoor: Command) -> None:
    run = gehoor("helpdesk", "setup", "--plan")
    assert "create  view Webcare: first answer due\n" in run.out
    assert "0 to change, 0 as they should be." in run.out
    assert run.out.endswith("Do it with: gehoor helpdesk setup --apply\n")


def test_apply_makes_everything_and_tells_the_functions(
    gehoor: Command, deployed: Deployed, desk: Desk
) -> None:
    # Given
    before = state_of(desk)
    # When the setup is applied
    run = gehoor("helpdesk", "setup", "--apply", "--json")
    # Then the helpdesk has it, and the company's own is as it was
    made = own(desk, before)
    assert {kind: len(made[kind]) for kind in KINDS} == {
        "ticket_field": 10,
        "user_field": 7,
        "ticket_form": 1,
        "trigger": 1,
        "view": 4,
        "macro": 4,
        "webhook": 1,
    }
    # And the form holds the fields every ticket has, and gehoor's
    [form] = made["ticket_form"]
    fixed = [field["id"] for field in before["ticket_field"] if not field["removable"]]
    assert form["ticket_field_ids"] == fixed + [field["id"] for field in made["ticket_field"]]
    assert form["end_user_visible"] is False
    # And the webhook sends the helpdesk's events to the stack
    [webhook] = made["webhook"]
    assert webhook["endpoint"] == f"{API_URL}/hooks/zendesk"
    assert "zen:event-type:ticket.comment_added" in webhook["subscriptions"]
    # And the functions know the ids and the secret, which nobody saw
    setup = deployed.setup_store.get(desk.url)
    assert setup.ticket_form_id == form["id"]
    assert set(setup.ticket_fields) == FIELDS
    assert set(setup.ticket_fields.values()) == {field["id"] for field in made["ticket_field"]}
    assert run.document["ticket_fields"] == setup.ticket_fields
    secret = desk.get(f"/webhooks/{webhook['id']}/signing_secret")["signing_secret"]["secret"]
    assert deployed.secret(SECRET)["Value"] == secret
    assert secret not in run.out + run.err


def test_a_second_apply_finds_nothing_to_do(
    gehoor: Command, deployed: Deployed, desk: Desk
) -> None:
    # Given a helpdesk that is set up
    gehoor("helpdesk", "setup", "--apply")
    before = state_of(desk)
    # When it is set up again
    planned = gehoor("helpdesk", "setup", "--plan", "--json")
    run = gehoor("helpdesk", "setup", "--apply")
    # Then nothing is done
    assert actions(planned) == {"leave": set(KINDS)}
    assert planned.document["functions_do_not_know"] == []
    assert run.out == "The helpdesk is set up already; there was nothing to do.\n"
    assert state_of(desk) == before
    assert deployed.secret(SECRET)["Version"] == 1


@pytest.mark.parametrize(
    ("path", "after_effect"),
    [
        ("/api/v2/views", False),
        *((f"/api/v2/{kind}s", True) for kind in KINDS),
        ("*/signing_secret", True),
    ],
)
def test_a_stop_half_way_is_mended_by_a_second_apply(
    gehoor: Command, deployed: Deployed, desk: Desk, path: str, after_effect: bool
) -> None:
    # Given an apply that stopped at one of its calls, carried out or not
    before = state_of(desk)
    match = {"method": "GET" if path.startswith("*") else "POST", "path": path}
    fault = {"match": match, "after_effect": after_effect}
    desk.control("faults", fault).raise_for_status()
    stopped = gehoor("helpdesk", "setup", "--apply", "--json")
    assert (stopped.code, "next" in stopped.document) == (1, True)
    # When it is run again
    assert gehoor("helpdesk", "setup", "--apply").code == 0
    # Then the helpdesk is as after one run
    made = own(desk, before)
    assert [len(made[kind]) for kind in KINDS] == [10, 7, 1, 1, 4, 4, 1]
    assert deployed.setup_store.get(desk.url).ticket_form_id == made["ticket_form"][0]["id"]
    assert deployed.secret(SECRET)["Value"]


def test_a_text_of_an_earlier_setup_is_left_and_told(
    gehoor: Command, deployed: Deployed, desk: Desk
) -> None:
    # Given a helpdesk where an earlier version made the intent as a text
    wanted_now = next(one for one in WANTED if one.key == "intent").properties
    old = {name: wanted_now[name] for name in ("title", "description", "active")}
    made = desk.post("/ticket_fields", {"ticket_field": {**old, "type": "text"}})["ticket_field"]
    gehoor("helpdesk", "setup", "--apply")
    # When it is planned and applied again
    planned = gehoor("helpdesk", "setup", "--plan")
    as_json = gehoor("helpdesk", "setup", "--plan", "--json")
    run = gehoor("helpdesk", "setup", "--apply")
    # Then the field is as it was, and the plan says what that means
    assert desk.get(f"/ticket_fields/{made['id']}")["ticket_field"] == made
    assert "cannot make a drop-down of a text: Webcare: intent\n" in planned.out
    assert actions(as_json) == {"leave": set(KINDS)}
    told = [step["key"] for step in as_json.document["steps"] if step["stays_text"]]
    assert told == ["intent"]
    assert run.out == "The helpdesk is set up already; there was nothing to do.\n"
    # And the functions know that it takes words, where the others take choices
    setup = deployed.setup_store.get(desk.url)
    assert setup.ticket_fields["intent"] == made["id"]
    assert set(setup.choices) == {"urgency", "topic", "cause", "ended"}


def test_a_choice_that_zendesk_refuses_is_none_that_the_functions_write(
    gehoor: Command, deployed: Deployed, desk: Desk
) -> None:
    # Given a field that has lost a choice, and a helpdesk that takes no change of it
    gehoor("helpdesk", "setup", "--apply")
    field_id = deployed.setup_store.get(desk.url).ticket_fields["intent"]
    options = desk.get(f"/ticket_fields/{field_id}")["ticket_field"]["custom_field_options"]
    fewer = {"custom_field_options": options[1:]}
    desk.put(f"/ticket_fields/{field_id}", {"ticket_field": fewer})
    path = f"/api/v2/ticket_fields/{field_id}"
    fault = {"match": {"method": "PUT", "path": path}, "status": 403}
    desk.control("faults", fault).raise_for_status()
    # When the setup is applied
    assert gehoor("helpdesk", "setup", "--apply").code == 1
    # Then the functions know the choices that are there
    known = deployed.setup_store.get(desk.url).choices["intent"]
    assert known == {option["value"] for option in options[1:]}
    # And all of them once it goes through
    assert gehoor("helpdesk", "setup", "--apply").code == 0
    known = deployed.setup_store.get(desk.url).choices["intent"]
    assert known == {option["value"] for option in options}


def test_what_an_administrator_deleted_is_made_anew(
    gehoor: Command, deployed: Deployed, desk: Desk
) -> None:
    # Given a setup without its view, its webhook and one of the form's fields
    before = state_of(desk)
    gehoor("helpdesk", "setup", "--apply")
    first = own(desk, before)
    fields = deployed.setup_store.get(desk.url).ticket_fields
    for path in (
        f"/views/{first['view'][0]['id']}",
        f"/webhooks/{first['webhook'][0]['id']}",
        f"/ticket_fields/{fields['intent']}",
    ):
        assert desk.call("DELETE", path).ok
    # When it is applied again
    run = gehoor("helpdesk", "setup", "--apply", "--json")
    # Then they are there again, and the functions know the new ones
    assert actions(run)["create"] == {"ticket_field", "view", "webhook"}
    again = own(desk, before)
    setup = deployed.setup_store.get(desk.url)
    assert setup.ticket_fields["intent"] != fields["intent"]
    assert setup.ticket_fields["intent"] in again["ticket_form"][0]["ticket_field_ids"]
    path = f"/webhooks/{webhook_of(desk)['id']}/signing_secret"
    secret = desk.get(path)["signing_secret"]["secret"]
    assert deployed.secret(SECRET)["Value"] == secret


def test_what_an_administrator_deactivated_is_told_and_only_apply_activates_it(
    gehoor: Command, desk: Desk
) -> None:
    # Given a view and a webhook that somebody switched off
    before = state_of(desk)
    gehoor("helpdesk", "setup", "--apply")
    view = own(desk, before)["view"][0]
    webhook = webhook_of(desk)
    desk.put(f"/views/{view['id']}", {"view": {"active": False}})
    off = {"webhook": {"status": "inactive"}}
    desk.call("PATCH", f"/webhooks/{webhook['id']}", json=off).raise_for_status()
    # When it is planned, and applied
    planned = gehoor("helpdesk", "setup", "--plan")
    still_off = desk.get(f"/views/{view['id']}")["view"]["active"]
    assert gehoor("helpdesk", "setup", "--apply").code == 0
    # Then the plan says so, and apply switches it on
    assert f"change  view {view['title']}\n          active: false -> true\n" in planned.out
    assert 'status: "inactive" -> "active"' in planned.out
    assert still_off is False
    assert desk.get(f"/views/{view['id']}")["view"]["active"] is True
    assert webhook_of(desk)["status"] == "active"


def test_what_an_administrator_added_to_the_form_stays(gehoor: Command, desk: Desk) -> None:
    # Given the form with one of the company's own fields on top
    before = state_of(desk)
    gehoor("helpdesk", "setup", "--apply")
    form = own(desk, before)["ticket_form"][0]
    added = before["ticket_field"][-1]["id"]
    ids = [added, *form["ticket_field_ids"]]
    desk.put(f"/ticket_forms/{form['id']}", {"ticket_form": {"ticket_field_ids": ids}})
    # When it is applied again
    run = gehoor("helpdesk", "setup", "--apply", "--json")
    # Then the field stays where it is
    assert actions(run) == {"leave": set(KINDS)}
    assert desk.get(f"/ticket_forms/{form['id']}")["ticket_form"]["ticket_field_ids"] == ids


def test_remove_leaves_the_companys_own_as_it_is(
    gehoor: Command, deployed: Deployed, desk: Desk
) -> None:
    # Given a helpdesk that is set up
    before = state_of(desk)
    gehoor("helpdesk", "setup", "--apply")
    # When removing is asked for without a yes
    asked = gehoor("helpdesk", "setup", "--remove", "--json")
    # Then the plan is told, and nothing is done
    assert asked.code == 1
    assert asked.document["next"] == "if that is meant: gehoor helpdesk setup --remove --yes"
    assert len(asked.document["steps"]) == len(WANTED)
    assert len(own(desk, before)["ticket_field"]) == 10
    # When it is meant
    done = gehoor("helpdesk", "setup", "--remove", "--yes")
    # Then only the company's own is left, to the letter
    assert done.code == 0
    assert state_of(desk) == before
    assert deployed.setup_store.get(desk.url) == HelpdeskSetup()
    # And there is nothing more to remove
    again = gehoor("helpdesk", "setup", "--remove")
    assert (again.code, again.out) == (0, "There was nothing of gehoor's own.\n")


def test_what_the_helpdesk_refuses_stops_nothing_else(
    gehoor: Command, deployed: Deployed, desk: Desk
) -> None:
    # Given an account that may have no more forms
    before = state_of(desk)
    fault = {"match": {"method": "POST", "path": "/api/v2/ticket_forms"}, "status": 403}
    desk.control("faults", fault).raise_for_status()
    # When the setup is applied
    run = gehoor("helpdesk", "setup", "--apply")
    # Then the rest is done, and the refusal is told
    assert run.code == 1
    assert f"Zendesk refuses 1 of {len(WANTED)} steps" in run.err
    assert "ticket form Webcare (gehoor): making a ticket form" in run.err
    assert len(own(desk, before)["webhook"]) == 1
    assert deployed.setup_store.get(desk.url).ticket_form_id is None
    assert set(deployed.setup_store.get(desk.url).ticket_fields) == FIELDS


def test_a_dead_credential_is_told_with_what_to_do(gehoor: Command) -> None:
    gehoor("secret", "set", "/gehoor/zendesk", stdin=b"wrong")
    run = gehoor("helpdesk", "setup", "--apply", "--json")
    assert run.code == 1
    assert "gehoor secret set /gehoor/zendesk" in json.dumps(run.document)


@pytest.mark.parametrize("words", [(), ("--plan", "--apply")])
def test_one_way_must_be_chosen(gehoor: Command, words: tuple[str, ...]) -> None:
    assert gehoor("helpdesk", "setup", *words).code == 2
