"""The configuration: what is accepted, and how a fault is told."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.adapters import NETWORKS, STUBS, document
from gehoor.config import (
    AS_STORED,
    Adapters,
    AppConfig,
    ConfigInvalid,
    Problem,
    from_json,
    in_full,
    pace_of,
    parse,
    secret_names,
    to_json,
)
from gehoor.config_problems import duration_text
from gehoor.desk_settings import Desk

TOKEN = "xoxb-2049182-aB93kfLs02mfPq7"
OWN = {"id": "masto", "brand": "noordlicht", "secret": "/gehoor/own"}
EVERY_ADAPTER = {
    "company": "Noordlicht",
    "brands": [{"id": "noordlicht", "languages": ["nl"]}],
    "sources": [
        {**OWN, "network": "mastodon", "base_url": "https://a.example", "hashtag": "noordlicht"},
        {**OWN, "id": "sky", "network": "bluesky", "messages": True, "every": "2m"},
        {**OWN, "id": "x", "network": "x", "daily_budget_usd": 2, "prices": {"post": 0.006}},
        {**OWN, "id": "tube", "network": "youtube", "channel": f"UC{'a' * 22}"},
        {"id": "blog", "brand": "noordlicht", "network": "feed", "url": "https://b.example/feed"},
    ],
    "helpdesk": {
        "kind": "zendesk",
        "base_url": "https://noordlicht.zendesk.example",
        "secret": "/gehoor/zendesk",
        "ticket_fields": {"network": 12},
    },
    "crm": {
        "kind": "http",
        "url": "https://c.example/{external_id}",
        "secret": "/gehoor/crm",
        "show": [{"label": "Since", "value": "/since"}],
    },
}
"""Settings that only adapters know, and defaults of theirs: a feed's `every` is longer."""


def changed(*path: str | int, to: object) -> dict[str, Any]:
    """The small configuration with one value set."""
    whole = document()
    part: Any = whole
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = to
    return whole


def without(*path: str | int) -> dict[str, Any]:
    """The small configuration with one value taken out."""
    whole = document()
    part: Any = whole
    for step in path[:-1]:
        part = part[step]
    del part[path[-1]]
    return whole


def problems_of(faulty: Any) -> tuple[Problem, ...]:
    with pytest.raises(ConfigInvalid) as caught:
        parse(faulty, STUBS)
    return caught.value.problems


def only_problem(faulty: Any) -> Problem:
    [problem] = problems_of(faulty)
    return problem


def test_a_valid_document_gives_each_source_the_settings_of_its_network() -> None:
    # Given a document with two networks and a helpdesk
    # When it is parsed
    config = parse(document(), STUBS)
    # Then each part has its adapter's own type and values
    assert [type(source) for source in config.sources] == [NETWORKS["mastodon"], NETWORKS["feed"]]
    assert config.sources[0].every == timedelta(minutes=1)
    assert config.desk.first_response == timedelta(minutes=90)
    assert config.helpdesk.model_dump()["requests_per_minute"] == 200


def test_only_the_adapters_in_use_are_loaded() -> None:
    # Given a registry that notes which adapters are asked for
    asked = []

    def settings(name: str) -> Any:
        asked.append(name)
        return NETWORKS[name]

    watching = STUBS._replace(networks=Adapters(lambda: ("feed", "mastodon", "x"), settings))
    # When a document without source on x is parsed, and stored and read again
    from_json(to_json(parse(document(), watching)), watching)
    # Then x was never asked for
    assert set(asked) == {"feed", "mastodon"}


@pytest.mark.parametrize(
    ("faulty", "expected"),
    [
        pytest.param(
            changed("sources", 1, "evry", to="15m"),
            Problem(
                "sources[1].evry",
                "",
                f"no such key; known keys: {', '.join(NETWORKS['feed'].model_fields)}",
                "every",
            ),
            id="unknown key",
        ),
        pytest.param(
            changed("sorces", to=[]),
            Problem(
                "sorces",
                "",
                "no such key; known keys: company, brands, sources, helpdesk, crm, desk, "
                "recheck_after, retention, allow_private_hosts",
                "sources",
            ),
            id="unknown key at the top",
        ),
        pytest.param(
            changed("desk", "timezone", to="UTC"),
            Problem(
                "desk.timezone",
                "",
                f"no such key; known keys: {', '.join(Desk.model_fields)}",
                "time_zone",
            ),
            id="unknown key inside a part",
        ),
        pytest.param(
            changed("sources", 0, "window", to={"firstday": "sunday"}),
            Problem(
                "sources[0].window.firstday",
                "",
                "no such key; known keys: first_day",
                "first_day",
            ),
            id="unknown key inside an adapter's part",
        ),
        pytest.param(
            changed("sources", 1, "network", to="fead"),
            Problem("sources[1].network", "'fead'", "one of feed, mastodon", "feed"),
            id="unknown network",
        ),
        pytest.param(
            without("sources", 1, "network"),
            Problem("sources[1].network", "", "one of feed, mastodon"),
            id="no network",
        ),
        pytest.param(
            changed("helpdesk", "kind", to="ZenDisk"),
            Problem("helpdesk.kind", "'ZenDisk'", "one of zendesk", "zendesk"),
            id="unknown helpdesk",
        ),
        pytest.param(
            without("sources", 1, "url"),
            Problem("sources[1].url", "", "this key is required"),
            id="missing key",
        ),
        pytest.param(
            changed("sources", 0, "every", to="often"),
            Problem("sources[0].every", "'often'", "a number and a unit: 30s, 15m, 2h, 1d"),
            id="no duration",
        ),
        pytest.param(
            changed("sources", 0, "every", to="30s"),
            Problem("sources[0].every", "'30s'", "at least 1m"),
            id="too short a duration",
        ),
        pytest.param(
            changed("sources", 0, "every", to="25h"),
            Problem("sources[0].every", "'25h'", "at most 1d"),
            id="too long a duration",
        ),
        pytest.param(
            changed("retention", to="7d"),
            Problem("retention", "'7d'", "at least 30d"),
            id="shorter than posts are looked at again",
        ),
        pytest.param(
            changed("recheck_after", to=["1h", "31d"]),
            Problem("recheck_after[1]", "'31d'", "at most 30d"),
            id="an age nobody looks at",
        ),
        pytest.param(
            changed("sources", 0, "fastest", to="2h"),
            Problem("sources[0].fastest", "'2h'", "at most `every`"),
            id="slower in busy times",
        ),
        pytest.param(
            changed("sources", 0, "slowest", to="30s"),
            Problem("sources[0].slowest", "'30s'", "at least `every`"),
            id="faster in quiet times",
        ),
        pytest.param(
            changed("desk", "first_response", to="0m"),
            Problem("desk.first_response", "'0m'", "more than 0s"),
            id="no time to answer",
        ),
        pytest.param(
            changed("helpdesk", "requests_per_minute", to=4000),
            Problem("helpdesk.requests_per_minute", "4000", "at most 2500"),
            id="too high a number",
        ),
        pytest.param(
            changed("helpdesk", "requests_per_minute", to="many"),
            Problem("helpdesk.requests_per_minute", "'many'", "a whole number"),
            id="no number",
        ),
        pytest.param(
            changed("company", to=[1, 2]),
            Problem("company", "a list", "text"),
            id="list for text",
        ),
        pytest.param(
            changed("sources", to={"id": "masto"}),
            Problem("sources", "a mapping", "a list"),
            id="mapping for a list",
        ),
        pytest.param(
            changed("sources", 1, to="feed"),
            Problem("sources[1]", "'feed'", "a mapping of keys to values"),
            id="text for a mapping",
        ),
        pytest.param(
            changed("helpdesk", to=None),
            Problem("helpdesk", "", "a mapping of keys to values"),
            id="nothing for a mapping",
        ),
        pytest.param(
            [], Problem("", "a list", "a mapping of keys to values"), id="a list as document"
        ),
        pytest.param(
            changed("sources", 0, "id", to="Masto!"),
            Problem(
                "sources[0].id", "'Masto!'", "lower-case letters, digits and hyphens, at most 63"
            ),
            id="id with signs",
        ),
        pytest.param(
            changed("sources", 1, "id", to="masto"),
            Problem("sources[1].id", "'masto'", "an id that is used once"),
            id="id used twice",
        ),
        pytest.param(
            changed("sources", 1, "brand", to="noordlich"),
            Problem(
                "sources[1].brand",
                "'noordlich'",
                "the id of a brand: one of noordlicht",
                "noordlicht",
            ),
            id="unknown brand",
        ),
        pytest.param(
            changed("brands", 0, "languages", to=["nl", "english"]),
            Problem(
                "brands[0].languages[1]",
                "'english'",
                "a language as two letters (ISO 639-1), like nl or en",
            ),
            id="unknown language",
        ),
        pytest.param(
            changed("brands", 0, "languages", to=["nl", False]),
            Problem(
                "brands[0].languages[1]",
                "false",
                'two letters in quotes: YAML reads a bare no as false, so write "no"',
            ),
            id="Norwegian in YAML",
        ),
        pytest.param(
            changed("brands", 0, "languages", to=[]),
            Problem("brands[0].languages", "a list", "a list of at least 1"),
            id="no language",
        ),
        pytest.param(
            changed("brands", 0, "accounts", to={"mastodn": "noordlicht"}),
            Problem(
                "brands[0].accounts.mastodn",
                "",
                "the name of a network: one of feed, mastodon",
                "mastodon",
            ),
            id="misspelt network of an account",
        ),
        pytest.param(
            changed("brands", 0, "accounts", "mastodon", to="our handle"),
            Problem(
                "brands[0].accounts.mastodon",
                "'our handle'",
                "the account's handle on the network, no spaces",
            ),
            id="handle with a space",
        ),
        pytest.param(
            changed("desk", "time_zone", to="Europe/Amsterdm"),
            Problem(
                "desk.time_zone",
                "'Europe/Amsterdm'",
                "a time zone like Europe/Amsterdam or UTC",
                "Europe/Amsterdam",
            ),
            id="unknown time zone",
        ),
        pytest.param(
            changed("allow_private_hosts", to=["http://127.0.0.1:4566/"]),
            Problem(
                "allow_private_hosts[0]",
                "'http://127.0.0.1:4566/...'",
                "a host or host:port, like 127.0.0.1 or desk.internal:8080; no scheme, no path",
            ),
            id="address for a host",
        ),
        pytest.param(
            changed("sources", 1, "url", to="news.example"),
            Problem(
                "sources[1].url",
                "'news.example'",
                "an address that begins with https:// or http://",
            ),
            id="no address",
        ),
        pytest.param(
            changed(1, to="x"),
            Problem("[1]", "1", "keys are text: put this one in quotes"),
            id="key that is no text",
        ),
    ],
)
def test_a_fault_is_told_with_path_value_what_is_accepted_and_the_nearest_word(
    faulty: Any, expected: Problem
) -> None:
    # Given a document with one fault
    # When it is parsed
    # Then exactly that fault comes out
    assert only_problem(faulty) == expected


@pytest.mark.parametrize("name", ["", "Europe", "../etc/passwd", "nul\0", "CET-9x"])
def test_what_is_no_time_zone_is_refused_without_a_crash(name: str) -> None:
    assert only_problem(changed("desk", "time_zone", to=name)).path == "desk.time_zone"


def test_an_account_may_be_on_a_network_that_has_no_adapter() -> None:
    # Given an account on a network whose name is not close to any known one
    # When the document is parsed
    config = parse(changed("brands", 0, "accounts", "x", to="noordlicht"), STUBS)
    # Then it is kept
    assert config.brands[0].accounts["x"] == "noordlicht"


def test_every_problem_is_told_at_once() -> None:
    # Given a document with faults in every part, one of them between two parts
    faulty = changed("sources", 0, "evry", to="1m")
    faulty["sources"][1]["brand"] = "south"
    faulty["helpdesk"]["kind"] = "zendisk"
    faulty["desk"]["time_zone"] = "Mars"
    del faulty["company"]
    # When it is parsed
    paths = {problem.path for problem in problems_of(faulty)}
    # Then all of them are there
    assert paths == {
        "company",
        "sources[0].evry",
        "sources[1].brand",
        "helpdesk.kind",
        "desk.time_zone",
    }


Place = Callable[[str], Any]
WHERE_SECRETS_ARE_NAMED = [
    pytest.param(lambda value: changed("helpdesk", "secret", to=value), id="secret's name"),
    pytest.param(lambda value: changed("helpdesk", "secret", to=[value]), id="list of secrets"),
    pytest.param(lambda value: changed("helpdesk", "api_token", to=value), id="unknown key"),
    pytest.param(
        lambda value: changed("helpdesk", "base_url", to=f"https://me:{value}@desk.example"),
        id="address",
    ),
    pytest.param(
        lambda value: changed("helpdesk", "base_url", to=f"desk.example?token={value}@x"),
        id="no address",
    ),
    pytest.param(
        lambda value: changed("sources", 1, "url", to=f"ftp://feeds.example/{value}?k={value}"),
        id="path of a wrong address",
    ),
]
WHERE_WORDS_STAND = [
    pytest.param(lambda value: changed("helpdesk", "kind", to=value), id="kind"),
    pytest.param(lambda value: changed("sources", 0, "network", to=value), id="network"),
    pytest.param(lambda value: changed("sources", 0, "brand", to=value), id="brand"),
    pytest.param(lambda value: changed("helpdesk", "requests_per_minute", to=value), id="number"),
]


def assert_refused_without_showing(value: str, faulty: Any) -> None:
    with pytest.raises(ConfigInvalid) as caught:
        parse(faulty, STUBS)
    assert value not in str(caught.value) + "".join(map(str, caught.value.problems))
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


@pytest.mark.parametrize("place", WHERE_SECRETS_ARE_NAMED)
@pytest.mark.parametrize("value", [TOKEN, "hunter2", "correct horse battery"])
def test_any_value_where_a_secret_may_stand_is_refused_without_echoing_it(
    place: Place, value: str
) -> None:
    assert_refused_without_showing(value, place(value))


@pytest.mark.parametrize("place", WHERE_WORDS_STAND)
def test_what_looks_like_a_secret_is_not_echoed_from_any_place(place: Place) -> None:
    assert_refused_without_showing(TOKEN, place(TOKEN))


def test_what_is_stored_is_read_back_the_same() -> None:
    # Given a configuration
    config = parse(document(), STUBS)
    # When it is stored and read again
    again = from_json(to_json(config), STUBS)
    # Then nothing changed, byte for byte
    assert again == config
    assert to_json(again) == to_json(config)


def test_the_order_of_keys_and_the_unit_of_a_duration_do_not_change_what_is_stored() -> None:
    # Given the same configuration written in another way
    other = dict(reversed(changed("desk", "first_response", to="5400 s").items()))
    # When both are stored
    # Then they are one document
    assert to_json(parse(other, STUBS)) == to_json(parse(document(), STUBS))


@given(st.integers(min_value=60, max_value=86_400))
def test_every_allowed_duration_survives_storage(seconds: int) -> None:
    config = parse(changed("sources", 0, "every", to=f"{seconds}s"), STUBS)
    assert from_json(to_json(config), STUBS).sources[0].every == timedelta(seconds=seconds)


@given(st.text(min_size=1, max_size=200))
def test_every_company_name_survives_storage(name: str) -> None:
    config = parse(changed("company", to=name), STUBS)
    assert from_json(to_json(config), STUBS) == config


WORDS = st.sampled_from(
    ["id", "network", "brand", "feed", "mastodon", "noordlicht", "/gehoor/x", "1m", "kind", "url"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS | st.text(), inner),
    max_leaves=12,
)
PLACES = st.sampled_from(
    [
        ("company",),
        ("brands",),
        ("brands", 0),
        ("brands", 0, "id"),
        ("brands", 0, "accounts"),
        ("brands", 0, "languages"),
        ("sources",),
        ("sources", 0),
        ("sources", 0, "network"),
        ("sources", 1, "brand"),
        ("sources", 0, "window"),
        ("helpdesk",),
        ("helpdesk", "kind"),
        ("desk",),
        ("desk", "time_zone"),
        ("allow_private_hosts",),
    ]
)


@given(PLACES, JSON)
def test_whatever_stands_in_a_document_it_is_accepted_or_refused_with_paths(
    place: tuple[str | int, ...], value: object
) -> None:
    # Given any value at any place
    faulty = changed(*place, to=value)
    # When it is parsed
    try:
        parsed: AppConfig | tuple[Problem, ...] = parse(faulty, STUBS)
    except ConfigInvalid as error:
        parsed = error.problems
    # Then it is a configuration, or problems that say what is accepted
    assert isinstance(parsed, AppConfig) or all(problem.accepted for problem in parsed)


def test_named_secrets_are_listed_once() -> None:
    # Given two parts that name one secret
    config = parse(changed("helpdesk", "secret", to="/gehoor/masto"), STUBS)
    # When the names are asked for
    # Then it is there once, and so is the one every helpdesk has
    assert secret_names(config) == ("/gehoor/masto", "/gehoor/webhook/zendesk")


@given(st.integers(min_value=0, max_value=10**9))
def test_a_duration_is_written_in_one_unit(seconds: int) -> None:
    text = duration_text(timedelta(seconds=seconds))
    size = {"s": 1, "m": 60, "h": 3600, "d": 86400}[text[-1]]
    assert int(text[:-1]) * size == seconds


@pytest.mark.parametrize(
    ("pace", "bounds"),
    [
        ({"every": "1m"}, (1, 1)),
        ({"every": "10m"}, (5, 10)),
        ({"every": "15m"}, (15, 15)),
        ({"every": "15m", "fastest": "2m", "slowest": "2h"}, (2, 120)),
    ],
)
def test_a_source_is_polled_between_two_bounds(
    pace: dict[str, str], bounds: tuple[int, int]
) -> None:
    document = changed("sources", 0, "every", to="1m")
    document["sources"][0] |= pace
    shortest, longest = parse(document, STUBS).sources[0].bounds
    assert (shortest, longest) == tuple(timedelta(minutes=minutes) for minutes in bounds)


@pytest.mark.parametrize(("pace", "minutes"), [({}, 15), ({"safety_every": "1h"}, 60)])
def test_a_source_has_a_pace_for_while_pushes_come(pace: dict[str, str], minutes: int) -> None:
    document = changed("sources", 0, "every", to="1m")
    document["sources"][0] |= pace
    found = pace_of(parse(document, STUBS).sources[0])
    assert found.safety == timedelta(minutes=minutes)


@pytest.mark.parametrize("every", ["99999999999999d", 90, "1 0m", "\N{ARABIC-INDIC DIGIT ONE}m"])
def test_an_odd_duration_is_refused_in_words(every: object) -> None:
    # Given a duration nobody can mean
    faulty = document()
    faulty["sources"][0]["every"] = every
    # When it is checked, then what is accepted is told
    assert "a number and a unit" in only_problem(faulty).accepted


def test_what_was_stored_is_read_without_adapters_and_in_full_by_its_own() -> None:
    # Given a stored document with every adapter there is
    real = parse(json.loads(json.dumps(EVERY_ADAPTER)))
    # When a function reads it
    stored = from_json(to_json(real), AS_STORED)
    # Then it knows what it goes by, adapters' own defaults included
    for found, source in zip(stored.sources, real.sources, strict=True):
        assert type(found) is not type(source)
        assert (found.id, found.every, found.silence) == (source.id, source.every, source.silence)
        assert (found.bounds, found.backfill) == (source.bounds, source.backfill)
        # And the adapter that is used finds its settings as they were pushed
        assert in_full(type(source), found, "sources.x") == source
    assert in_full(type(real.helpdesk), stored.helpdesk, "helpdesk") == real.helpdesk
    assert stored.crm is not None
    assert real.crm is not None
    assert in_full(type(real.crm), stored.crm, "crm") == real.crm
    assert (stored.brands, stored.desk) == (real.brands, real.desk)


def test_what_an_adapter_cannot_read_of_a_stored_document_is_told_when_it_is_used() -> None:
    # Given a version that a gehoor stored which knew another setting
    config = parse(EVERY_ADAPTER)
    document = json.loads(to_json(config))
    document["sources"][0] |= {"hashtg": "noordlicht"}
    stored = from_json(json.dumps(document), AS_STORED)
    # When its source is read in full
    with pytest.raises(ConfigInvalid) as caught:
        in_full(type(config.sources[0]), stored.sources[0], "sources.masto")
    # Then the place is named, as a push names it
    [problem] = caught.value.problems
    assert (problem.path, problem.nearest) == ("sources.masto.hashtg", "hashtag")


def test_what_is_broken_for_every_function_is_told_at_once() -> None:
    document = json.loads(to_json(parse(EVERY_ADAPTER)))
    document["sources"][0]["every"] = "often"
    with pytest.raises(ConfigInvalid, match=r"sources\[0\]\.every"):
        from_json(json.dumps(document), AS_STORED)
