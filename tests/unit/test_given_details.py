"""What authors write to be known by, found for an agent to look at."""

from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gehoor.domain.given_details import LONGEST_READ, MOST_DETAILS, given_details


def found(text: str) -> list[str]:
    return [f"{detail.kind} {detail.shown}" for detail in given_details(text)]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Mail me: anna.de-vries@Shop.example.", "e-mail a…@Shop.example"),
        ("(anna@shop.example)", "e-mail a…@shop.example"),
        ("bel 06-12345678 aub", "phone …678"),
        ("bel me op 06 12 34 56 78!", "phone …678"),
        ("+31 (0)6 12345678", "phone …678"),
        ("call +44 20 7946 0958", "phone …958"),
        ("0031 20 123 4567", "phone …567"),
        ("(020) 1234567", "phone …567"),
        ("Mijn ordernummer: 40012345", "order number 40012345"),
        ("bestelnummer 40012345.", "order number 40012345"),
        ("bestelling #NL-2026-771 is weg", "order number NL-2026-771"),
        ("order no. AB-12345, please", "order number AB-12345"),
        ("my order number is 12345", "order number 12345"),
        ("klantnr. 7001234", "customer number 7001234"),
        ("Customer ID=C1234567", "customer number C1234567"),
        ("account 1234-5678", "customer number 1234-5678"),
    ],
)
def test_what_was_given_is_named(text: str, shown: str) -> None:
    assert found(text) == [shown]


@pytest.mark.parametrize(
    "text",
    [
        "@anna@town.example hears nothing",
        "ask @anna.example",
        "https://shop.example/?mail=anna@shop.example&order=12345678",
        "www.shop.example/0612345678",
        "IBAN NL91 ABNA 0417 1643 00",
        "NL91ABNA0417164300",
        "01-02-2026 10.30",
        "since 01-02-2026 at 10",
        "it cost 0.50, then 1.000.000 and 0,612345678",
        "040",
        "order now, 2 for 1",
        "order is late since 2 days",
        "orders 12345",
        "account since 2019",
        "I am customer for 12345 days",
        "build v0.612.345.6789",
        "",
    ],
)
def test_what_only_looks_like_it_is_not(text: str) -> None:
    assert found(text) == []


def test_each_thing_is_named_once_and_few_of_them() -> None:
    said = "anna@shop.example ANNA anna@shop.example, " + ", ".join(
        f"order {number}" for number in range(10_000, 10_020)
    )
    details = found(said)
    assert details[:2] == ["e-mail a…@shop.example", "order number 10000"]
    assert len(details) == MOST_DETAILS


@settings(max_examples=200, deadline=None)
@given(
    st.text(max_size=400) | st.text(alphabet="0123456789+() .-@a:#order klantnummer", max_size=400)
)
def test_whatever_is_written_gives_few_short_details(text: str) -> None:
    details = given_details(text)
    assert len(details) <= MOST_DETAILS
    assert all(len(detail.shown) <= 45 for detail in details)


@pytest.mark.parametrize(
    "unit", ["0", "0 ", "a", "a@", "a.", "a@a.", "order ", "+", "NL91", "(0)", "1-", "order: A1-"]
)
def test_a_hostile_text_takes_no_longer_than_its_length(unit: str) -> None:
    # Given a short text and one that is twenty times as long
    def seconds(length: int) -> float:
        text = (unit * length)[:length]
        start = perf_counter()
        given_details(text)
        return perf_counter() - start

    quick = min(seconds(LONGEST_READ // 20) for _ in range(5))
    # Then the time grows with the length, and not with its square
    assert min(seconds(LONGEST_READ) for _ in range(5)) < max(quick * 20 * 8, 0.02)
