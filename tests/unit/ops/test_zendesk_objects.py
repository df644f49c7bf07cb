"""Reading all of Zendesk's lists: by cursor, by page number, and never half."""

from __future__ import annotations

import json
from typing import Any

import pytest

from desk_setup import objects_at
from gehoor.errors import ContractBroken, Rejected, UnknownOutcome
from gehoor_ops import zendesk_objects
from loopback import Answer, Asked, serving


def answer(body: dict[str, Any], status: int = 200) -> Answer:
    return Answer(json.dumps(body).encode(), status)


def macro(number: int, **properties: Any) -> dict[str, Any]:
    return {"id": number, "title": f"m{number}", "actions": [], **properties}


def lists(macros: Any) -> Any:
    """A helpdesk that has only macros; `macros` answers what is asked about them."""

    def reply(asked: Asked) -> Answer:
        kind = asked.path.rpartition("/")[2]
        return answer(macros(asked) if kind == "macros" else {kind: []})

    return reply


def by_cursor(asked: Asked) -> dict[str, Any]:
    start = int(asked.one("page[after]") or 0)
    meta = {"has_more": start < 2, "after_cursor": str(start + 1)}
    return {"macros": [macro(start)], "meta": meta}


def by_number(asked: Asked) -> dict[str, Any]:
    number = int(asked.one("page") or 1)
    return {"macros": [macro(number - 1)], "next_page": "later" if number < 3 else None}


@pytest.mark.parametrize("macros", [by_cursor, by_number])
def test_lists_are_read_to_their_end(macros: Any) -> None:
    with serving(lists(macros)) as served:
        found = objects_at(served.url).found()
    assert [(one.kind, one.object_id) for one in found] == [
        ("macro", "0"),
        ("macro", "1"),
        ("macro", "2"),
    ]


def test_a_list_that_does_not_end_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a limit that a test can reach
    monkeypatch.setattr(zendesk_objects, "MAX_PAGES", 2)
    # Then what is not seen is not taken for missing
    with serving(lists(by_cursor)) as served, pytest.raises(ContractBroken, match="more than"):
        objects_at(served.url).found()


@pytest.mark.parametrize(
    "row", [{"title": "no id"}, {"id": 1, "actions": "x"}, {"id": 1}, {"id": 1, "actions": [5]}]
)
def test_what_cannot_be_read_is_an_error_that_quotes_nothing(row: dict[str, Any]) -> None:
    with (
        serving(lists(lambda _: {"macros": [row]})) as served,
        pytest.raises(ContractBroken) as broken,
    ):
        objects_at(served.url).found()
    assert str(broken.value) == "Zendesk answered a macro that cannot be read"
    assert broken.value.__cause__ is None


def test_answered_values_are_compared_as_they_are_written() -> None:
    # Given values that Zendesk answers as booleans and numbers
    actions = [
        {"field": "comment_mode_is_public", "value": True},
        {"field": "group_id", "value": 7},
        {"field": "notification_user", "value": ["requester_id", "x"]},
    ]
    with serving(lists(lambda _: {"macros": [macro(1, actions=actions)]})) as served:
        [found] = objects_at(served.url).found()
    assert found.properties["actions"] == [
        {"field": "comment_mode_is_public", "value": "true"},
        {"field": "group_id", "value": "7"},
        {"field": "notification_user", "value": ["requester_id", "x"]},
    ]


def test_a_lost_answer_to_a_making_is_no_failure_to_make() -> None:
    with serving(lambda _: answer({"macro": {}}, 201)) as served, pytest.raises(UnknownOutcome):
        objects_at(served.url).create("macro", {})


def test_what_is_gone_is_removed() -> None:
    with serving(lambda _: answer({}, 404)) as served:
        objects_at(served.url).remove("macro", "1")
    with serving(lambda _: answer({}, 422)) as served, pytest.raises(Rejected):
        objects_at(served.url).remove("macro", "1")


@pytest.mark.parametrize("secret", [{}, {"secret": ""}, {"secret": None}])
def test_an_empty_signing_secret_is_an_error(secret: dict[str, Any]) -> None:
    with (
        serving(lambda _: answer({"signing_secret": secret})) as served,
        pytest.raises(ContractBroken, match="signing_secret"),
    ):
        objects_at(served.url).signing_secret("w")
