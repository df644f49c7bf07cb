"""The CRM in the configuration: optional, checked, and told about in its own words."""

from typing import Any

import pytest

from fakes.adapters import STUBS, document
from gehoor.config import INSTALLED, ConfigInvalid, from_json, parse, secret_names, to_json
from gehoor.crm.http import Settings

REAL = STUBS._replace(crms=INSTALLED.crms)
URL = "https://backoffice.example/customers?id={external_id}"


def with_crm(**changes: Any) -> dict[str, Any]:
    """A configuration with a back office; a change to None takes the key out."""
    crm = {
        "kind": "http",
        "url": URL,
        "secret": "/gehoor/crm",
        "show": [{"label": "Customer since", "value": "/customer/since"}],
        "link": "/customer/url",
        **changes,
    }
    return {**document(), "crm": {key: value for key, value in crm.items() if value is not None}}


def problems(faulty: dict[str, Any]) -> list[str]:
    with pytest.raises(ConfigInvalid) as caught:
        parse(faulty, REAL)
    return [str(problem) for problem in caught.value.problems]


def test_a_company_without_a_crm_configures_none() -> None:
    assert parse(document(), REAL).crm is None
    assert "crm" not in to_json(parse(document(), REAL))


def test_a_crm_has_its_adapters_settings_and_is_stored_with_them() -> None:
    # Given a configuration with a back office
    config = parse(with_crm(), REAL)
    # When it is stored and read again
    again = from_json(to_json(config), REAL)
    # Then it is the same, and its secret is one to set
    assert again == config
    assert isinstance(again.crm, Settings)
    assert (again.crm.url, again.crm.show[0].value) == (URL, "/customer/since")
    assert "/gehoor/crm" in secret_names(config)


def test_what_is_shown_may_lead_nowhere() -> None:
    config = parse(with_crm(link=None), REAL)
    assert isinstance(config.crm, Settings)
    assert config.crm.link is None


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"kind": "htp"}, "crm.kind (found 'htp'): one of http; did you mean http?"),
        ({"kind": None}, "crm.kind: one of http"),
        ({"secret": None}, "crm.secret: this key is required"),
        ({"show": None}, "crm.show: this key is required"),
        ({"show": []}, "crm.show (found a list): a list of at least 1"),
        (
            {"show": [{"label": "A", "value": "/a"}] * 6},
            "crm.show (found a list): a list of at most 5",
        ),
        (
            {"shwo": []},
            "crm.shwo: no such key; known keys: kind, secret, url, show, link; did you mean show?",
        ),
        (
            {"show": [{"lable": "A", "label": "A", "value": "/a"}]},
            "crm.show[0].lable: no such key; known keys: label, value; did you mean label?",
        ),
        (
            {"show": [{"label": "A", "value": "customer.since"}]},
            "crm.show[0].value (found 'customer.since'): a JSON Pointer (RFC 6901) into the answer,"
            " like /customer/since",
        ),
        (
            {"link": "$.url"},
            "crm.link (found '$.url'): a JSON Pointer (RFC 6901) into the answer, like"
            " /customer/since",
        ),
        (
            {"url": "ftp://a.example/{handle}"},
            "crm.url (found 'ftp://a.example/...'): an address that begins with https:// or"
            " http://",
        ),
    ],
)
def test_a_fault_is_told_with_what_is_accepted(changes: dict[str, Any], told: str) -> None:
    assert problems(with_crm(**changes)) == [told]


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example/customers",
        "https://a.example/?id={external}",
        "https://a.example/?id={}",
        "https://a.example/?id={handle",
        "https://{handle}.a.example/",
        "https://{network}/?id={handle}",
        "https://a.example/#{handle}",
        "https://a.example/?id={handle}#x",
        "https://a.example:99999999/?id={handle}",
        "https://*.example/?id={handle}",
        "https://[a/?id={handle}",
        "https://a.example?id={handle}",
    ],
)
def test_an_address_must_ask_for_one_customer_of_a_host_of_the_companys(url: str) -> None:
    [told] = problems(with_crm(url=url))
    assert told.startswith("crm.url")
    assert "{external_id}, {network}, {native_id}, {handle} in its path or query" in told


@pytest.mark.parametrize("url", ["https://u:p@a.example/{handle}", "https://u@a.example/{handle}"])
def test_an_address_holds_no_password(url: str) -> None:
    assert any("without a user name and password" in told for told in problems(with_crm(url=url)))
