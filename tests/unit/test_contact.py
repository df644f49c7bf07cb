"""Addresses and numbers that a CRM calls verified, as they are compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gehoor.domain.contact import NO_CONTACT, VerifiedContact, normal_email, normal_phone


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("anna@shop.example", "anna@shop.example"),
        (" Anna.de-Vries+x@Shop.Example\n", "anna.de-vries+x@shop.example"),
        ("jürgen@müller.example", "jürgen@müller.example"),
        ("anna", ""),
        ("anna@localhost", ""),
        ("anna@shop.example, bob@shop.example", ""),
        ("Anna <anna@shop.example>", ""),
        ("@anna@town.example", ""),
        ("anna@@shop.example", ""),
        ("a b@shop.example", ""),
        ("a@shop.example\r\nBcc: b@x.example", ""),
        (f"{'a' * 65}@shop.example", ""),
        ("", ""),
    ],
)
def test_an_address_is_in_one_form_or_none(text: str, address: str) -> None:
    assert normal_email(text) == address


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("+31612345678", "+31612345678"),
        (" +31 (0)6 12 34 56 78 ", "+31612345678"),
        ("+44 20.7946-0958", "+442079460958"),
        ("06 12345678", ""),
        ("0031612345678", ""),
        ("+0612345678", ""),
        ("+3161", ""),
        ("+31612345678 ext 9", ""),
        ("+٣١٦١٢٣٤٥٦٧٨", ""),
        ("", ""),
    ],
)
def test_a_number_is_international_or_none(text: str, number: str) -> None:
    assert normal_phone(text) == number


@given(st.text(max_size=300))
def test_what_is_in_one_form_stays_in_it(text: str) -> None:
    for normal in (normal_email, normal_phone):
        assert normal(normal(text)) == normal(text)


def test_a_fingerprint_tells_contacts_apart_and_shows_none() -> None:
    contacts = [
        VerifiedContact("anna@shop.example"),
        VerifiedContact("bob@shop.example"),
        VerifiedContact("anna@shop.example", "+31612345678"),
        NO_CONTACT,
    ]
    assert len({contact.fingerprint for contact in contacts}) == 4
    assert not any("anna" in contact.fingerprint for contact in contacts)
    assert [bool(contact) for contact in contacts] == [True, True, True, False]
