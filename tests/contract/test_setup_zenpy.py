"""zenpy, a client library nobody here wrote, reads back what setup made in the Desk."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from zenpy import Zenpy

from desk_server import TOKEN, Desk, running_desk
from desk_setup import objects_at, set_up
from gehoor.domain.due_promise import PROMISE_DUE, PROMISE_KEPT
from gehoor.domain.first_answer import TAGS, Stage

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A Desk that is set up."""
    with running_desk(Path(tmp_path_factory.mktemp("desk"))) as running:
        assert set_up(objects_at(running.url)).refused == []
        yield running


@pytest.fixture
def client(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("ZENPY_FORCE_NETLOC", desk.url.removeprefix("http://"))
    monkeypatch.setenv("ZENPY_FORCE_SCHEME", "http")
    with requests.Session() as session:
        session.trust_env = False
        yield Zenpy(
            subdomain="example",
            oauth_token=TOKEN,
            session=session,
            timeout=10,
            disable_cache=True,
        )


def test_it_reads_the_ticket_fields_and_the_form_that_holds_them(client: Any) -> None:
    fields = {field.title: field for field in client.ticket_fields() if field.removable}
    [form] = [form for form in client.ticket_forms() if form.name == "Webcare (gehoor)"]
    assert set(fields) == {
        f"Webcare: {name}"
        for name in (
            *("network", "post", "handle", "language", "intent", "urgency", "topic"),
            *("cause", "how it ended", "first answer due"),
        )
    }
    choices = {title: field for title, field in fields.items() if field.type == "tagger"}
    assert set(choices) == {
        f"Webcare: {name}" for name in ("intent", "urgency", "topic", "cause", "how it ended")
    }
    assert [option.value for option in choices["Webcare: urgency"].custom_field_options] == [
        *("urgency_low", "urgency_normal", "urgency_high", "urgency_critical")
    ]
    assert choices["Webcare: cause"].custom_field_options[0].value == "cause_delivery"
    assert {field.id for field in fields.values()} < set(form.ticket_field_ids)
    assert (form.active, form.end_user_visible) == (True, False)


def test_it_reads_the_user_fields(client: Any) -> None:
    fields = {field.key: field.type for field in client.user_fields()}
    assert fields == {
        "gehoor_last_contact": "date",
        **{
            f"gehoor_{name}": "text"
            for name in ("language", "mastodon", "feed", "x", "bluesky", "youtube")
        },
    }


def test_it_reads_the_views(client: Any) -> None:
    views = {view.title: view for view in client.views()}
    due, not_posted = views["Webcare: first answer due"], views["Webcare: answer not posted"]
    assert [(one["field"], one["operator"], one["value"]) for one in due.conditions.all] == [
        ("current_tags", "includes", "gehoor"),
        ("current_tags", "not_includes", "gehoor_answered kind_praise kind_lead"),
        ("status", "less_than", "solved"),
    ]
    assert (due.execution["sort_by"], due.execution["sort_order"]) == ("created", "asc")
    assert [one["value"] for one in not_posted.conditions.any] == [
        "gehoor_not_posted",
        "gehoor_delayed",
    ]
    due_now = {one["value"] for one in views["Webcare: due now"].conditions.any}
    assert due_now == {TAGS[Stage.SOON], TAGS[Stage.OVERDUE], PROMISE_DUE}


def test_it_reads_the_trigger_and_the_macros(client: Any) -> None:
    [trigger] = list(client.triggers())
    macros = {macro.title: macro.actions for macro in client.macros()}
    assert "comment_is_public" in [one["field"] for one in trigger.conditions.to_dict()["all"]]
    assert [(one["field"], one["value"]) for one in trigger.actions] == [
        ("current_tags", "gehoor_answered")
    ]
    first_acts = {title: actions[0]["value"] for title, actions in macros.items()}
    assert first_acts == {
        "Webcare: answer privately": "gehoor_private",
        "Webcare: post as it is": "gehoor_post_anyway",
        "Webcare: closing in public agreed": "closing_agreed",
        "Webcare: promise kept": PROMISE_KEPT,
    }


def test_it_reads_the_webhook_and_its_secret(client: Any) -> None:
    [webhook] = list(client.webhooks.list())
    assert (webhook.endpoint, webhook.status) == ("https://api.example/hooks/zendesk", "active")
    assert len(webhook.subscriptions) == 9
    assert client.webhooks.show_secret(webhook).algorithm == "SHA256"
