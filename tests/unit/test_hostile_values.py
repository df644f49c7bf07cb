"""Values that are well formed and mean nothing: each was once an error of Python's own."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, cast

import pytest
from pydantic import TypeAdapter, ValidationError
from requests.structures import CaseInsensitiveDict

from factories import JUDGEMENT, NOW, mention
from gehoor.aws.items import read_moment, read_number
from gehoor.aws.mentions import Mentions
from gehoor.aws.sources import Sources
from gehoor.config import ConfigInvalid, from_json
from gehoor.domain.moments import in_utc
from gehoor.errors import ContractBroken
from gehoor.http import Http, Response
from gehoor.networks._x_memory import Remembered
from gehoor.networks._x_names import is_id
from gehoor.settings import Life

HOURS = timedelta(hours=14)


@pytest.mark.parametrize(
    "moment",
    [
        datetime(1, 1, 1, tzinfo=timezone(HOURS)),
        datetime(9999, 12, 31, 23, tzinfo=timezone(-HOURS)),
    ],
)
def test_a_time_beyond_the_calendar_is_none(moment: datetime) -> None:
    with pytest.raises(ValueError, match="beyond the calendar"):
        in_utc(moment)


def test_a_time_without_a_zone_is_in_utc() -> None:
    assert in_utc(NOW.replace(tzinfo=None)) == NOW
    assert in_utc(NOW.astimezone(timezone(HOURS))).tzinfo is UTC


@pytest.mark.parametrize("life", [0, -1, 10**10, 10**30, "soon"])
def test_a_token_lives_for_ten_years_at_most(life: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Life).validate_python(life)


@pytest.mark.parametrize("text", ["", "9" * 21, "9" * 5_000, "1.5", "\u0661", "-1", " 1"])
def test_an_id_of_x_is_a_number_of_64_bits(text: str) -> None:
    assert not is_id(text)
    assert is_id("2080765813578191303")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r'"a\ud83d"', "a"),
        (r'"\udc00b"', "b"),
        (r'"\ud83c\udf88"', "\U0001f388"),
        (r'"\\ud83d"', r"\ud83d"),
        (r'{"\ud83d": ["\ud83d", 1, null]}', {"": ["", 1, None]}),
    ],
)
def test_half_a_character_is_left_out_of_json(written: str, meant: object) -> None:
    response = Response(200, CaseInsensitiveDict(), written.encode(), "https://a.example/")
    assert response.json() == meant


def test_what_is_no_address_is_confidential_to_nobody() -> None:
    assert not Http(lambda: NOW).is_confidential("http://[")


@pytest.mark.parametrize("value", ["soon", "0001-01-01T00:00:00+14:00"])
def test_a_damaged_time_is_told(value: str) -> None:
    with pytest.raises(ContractBroken, match="seen_at is damaged"):
        read_moment({"seen_at": {"S": value}}, "seen_at")


@pytest.mark.parametrize("value", ["1.5", "1E+30"])
def test_a_damaged_number_is_told(value: str) -> None:
    with pytest.raises(ContractBroken, match="attempts is damaged"):
        read_number({"attempts": {"N": value}}, "attempts")


@pytest.mark.parametrize("document", ["soon", "", "[" * 100_000])
def test_a_damaged_configuration_is_told(document: str) -> None:
    with pytest.raises(ConfigInvalid):
        from_json(document)


def test_what_x_charges_for_is_remembered_by_ids_alone() -> None:
    memory = Remembered().having_paid("mentions", ["7", "9" * 5_000, "\u0661"], NOW)
    assert memory.paid_for("mentions", NOW) == {"7"}


class Shelf:
    """A table with one item."""

    def __init__(self, item: dict[str, Any] | None = None) -> None:
        self.item = dict(item or {})

    def put_item(self, Item: dict[str, Any], **_: Any) -> None:  # noqa: N803  boto3's name
        self.item = dict(Item)

    def get_item(self, **_: Any) -> dict[str, Any]:
        return {"Item": self.item}


def test_a_mention_in_no_known_state_is_told() -> None:
    shelf = Shelf()
    mentions = Mentions(cast("Any", shelf), "core")
    mentions.put_new(mention(), JUDGEMENT, NOW)
    shelf.item["state"] = {"S": "lost"}
    with pytest.raises(ContractBroken, match="the stored state is none"):
        mentions.get(mention().mention_id)


@pytest.mark.parametrize(
    "damage",
    [{"cursor": "["}, {"cursor": "[]"}, {"gaps": "{}}"}, {"gaps": "[{}]"}, {"gaps": "[7]"}],
)
def test_a_source_whose_place_is_damaged_is_told(damage: dict[str, str]) -> None:
    due = {"entity": "source#masto", "next_due_at": NOW.isoformat(), "cursor": json.dumps({})}
    item: Any = {name: {"S": value} for name, value in {**due, **damage}.items()}
    with pytest.raises(ContractBroken, match="source masto"):
        Sources(cast("Any", Shelf(item)), "state").get("masto")
