"""Personal data that people leave in public: found, masked in plain words, and little else."""

from itertools import pairwise
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gehoor.domain.check_digits import is_card, is_citizen_number, is_iban
from gehoor.domain.personal_data import kinds_in, masked, personal_data_in
from gehoor.domain.personal_data_kinds import HARMFUL_IN_PUBLIC, NEVER_STORED, PersonalData

PRIVATE_WORDS = st.sampled_from(
    (
        *("bsn", "111222333", "1112.22.333", "NL91ABNA0417164300", "NL91 ABNA 0417 1643 00"),
        *("4111 1111 1111 1111", "anna@shop.example", "06-12345678", "+31 (0)20 123 4567"),
        *(
            "3512 JE 12",
            "3512JE",
            "Dorpsstraat 12a",
            "12-AB-34",
            "order 40012345",
            "klantnr. 77123",
        ),
        *(
            "https://shop.example/?bsn=111222333",
            "@anna@town.example",
            "0",
            "[",
            "-",
            "é",
            "\u0666",
        ),
    )
)
WRITTEN = st.lists(PRIVATE_WORDS | st.text(max_size=8)).flatmap(
    lambda words: st.sampled_from((" ", "", ", ", "\n")).map(lambda between: between.join(words))
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Mail anna.de-vries@Shop.example.", "Mail [e-mail address hidden]."),
        ("bel 06-12345678 aub", "bel [phone number hidden] aub"),
        ("bel 06 12 34 56 78!", "bel [phone number hidden]!"),
        ("020/1234567 of (020) 1234567", "[phone number hidden] of [phone number hidden]"),
        ("+31 (0)6 12345678", "[phone number hidden]"),
        ("0031 20 123 4567", "[phone number hidden]"),
        ("call +44 7911 123456", "call [phone number hidden]"),
        ("(415) 555-0132", "[phone number hidden]"),
        ("06-12345678 06-87654321", "[phone number hidden] [phone number hidden]"),
        ("06\u201112\u00a0345\u00a0678", "[phone number hidden]"),
        ("\u0660\u0666\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668", "[phone number hidden]"),
        ("NL91 ABNA 0417 1643 00 graag", "[bank account hidden] graag"),
        ("op nl91abna0417164300", "op [bank account hidden]"),
        ("BE68 5390 0754 7034", "[bank account hidden]"),
        ("4111 1111 1111 1111 12/28", "[card number hidden] 12/28"),
        ("mijn bsn: 111222333", "mijn bsn: [citizen service number hidden]"),
        ("1112.22.333 is mijn BSN", "[citizen service number hidden] is mijn BSN"),
        ("burgerservicenummer 1112 22 333", "burgerservicenummer [citizen service number hidden]"),
        ("https://a.nl/?bsn=111222333", "https://a.nl/?bsn=[citizen service number hidden]"),
        ("Woon op 3512 JE 12-3.", "Woon op [address hidden]."),
        ("3512je nr 12", "[address hidden]"),
        ("Dorpsstraat 12a in Ede", "[address hidden] in Ede"),
        ("wij wonen kerkstraat 5", "wij wonen [address hidden]"),
        ("at 12 Station Road, York", "at [address hidden], York"),
    ],
)  # fmt: skip
def test_what_strangers_can_use_is_hidden_in_plain_words(text: str, shown: str) -> None:
    assert masked(text) == shown


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("nummer 111222333", PersonalData.POSSIBLE_BSN),
        ("Hele straat plat. 3512 JE Utrecht", PersonalData.POSTCODE),
        ("bestelling #NL-2026-771 is weg", PersonalData.ORDER_NUMBER),
        ("mijn postcode 3512 je", PersonalData.POSTCODE),
        ("no signal in M14 5RT", PersonalData.POSTCODE),
        ("my order (40012345)", PersonalData.ORDER_NUMBER),
        ("bestelnummer 0612345678", PersonalData.ORDER_NUMBER),
        ("klantnr. 7001234", PersonalData.CUSTOMER_NUMBER),
        ("auto 12-ab-34 weggesleept", PersonalData.PLATE),
        ("jullie bus, kenteken XX-123-X", PersonalData.PLATE),
    ],
)
def test_what_strangers_cannot_use_is_told_and_left_readable(text: str, kind: PersonalData) -> None:
    assert [each.kind for each in personal_data_in(text)] == [kind]
    assert masked(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "@anna@town.example hears nothing",
        "https://shop.example/?mail=anna@shop.example&tel=0612345678",
        "01-02-2026 10.30",
        "it cost 0.50, then 1.000.000 and 0,612345678",
        "call 0800-1234567 or 0900 123 4567",
        "HET IS SINDS 2019 ER NIET",
        "al 1200 keer in 2024",
        "build v0.612.345.6789",
        "NL92ABNA0417164300",
        "4111 1111 1111 1112",
        "123456789 of 987654321",
        "order is late since 2 days",
        "De Weg 2",
        "Onderweg 2 pakjes kwijt",
        "Kalverstraat 3 uur gewacht, kerkstraat 2 keer",
        "",
    ],
)
def test_what_only_looks_like_it_is_left_alone(text: str) -> None:
    assert personal_data_in(text) == ()


def test_a_number_may_be_a_citizen_number_only_where_a_word_says_so() -> None:
    said = "ik heb mijn {} doorgegeven, 111222333"
    assert kinds_in(said.format("bsn")) == (PersonalData.BSN,)
    assert kinds_in(said.format("nummer")) == (PersonalData.POSSIBLE_BSN,)


@pytest.mark.parametrize("place", range(9))
def test_one_wrong_digit_is_no_citizen_number(place: int) -> None:
    digits = "111222333"
    wrong = str((int(digits[place]) + 1) % 10)
    assert is_citizen_number(digits)
    assert not is_citizen_number(digits[:place] + wrong + digits[place + 1 :])


@pytest.mark.parametrize("place", range(4, 18))
def test_one_wrong_digit_is_no_bank_account(place: int) -> None:
    account = "NL91ABNA0417164300"
    wrong = "1" if account[place] != "1" else "2"
    assert is_iban(account)
    assert not is_iban(account[:place] + wrong + account[place + 1 :])


@pytest.mark.parametrize("card", ["4111111111111111", "5555555555554444", "378282246310005"])
def test_published_test_cards_pass_and_their_neighbours_do_not(card: str) -> None:
    assert is_card(card)
    assert not is_card(card[:-1] + str((int(card[-1]) + 1) % 10))


@settings(max_examples=300, deadline=None)
@given(WRITTEN)
def test_what_is_found_stands_in_order_and_apart(text: str) -> None:
    found = personal_data_in(text)
    assert all(each.start < each.end <= len(text) for each in found)
    assert all(before.end <= after.start for before, after in pairwise(found))


@settings(max_examples=300, deadline=None)
@given(WRITTEN)
def test_no_citizen_number_is_left_where_it_is_masked(text: str) -> None:
    kept = masked(text, NEVER_STORED)
    assert PersonalData.BSN not in {each.kind for each in personal_data_in(kept)}


@settings(max_examples=300, deadline=None)
@given(st.lists(PRIVATE_WORDS).map(" ".join))
def test_masking_again_changes_nothing(text: str) -> None:
    assert masked(masked(text)) == masked(text)
    assert not HARMFUL_IN_PUBLIC & {each.kind for each in personal_data_in(masked(text))}


@pytest.mark.parametrize(
    "unit",
    ["0", "0 ", "a", "a@", "a.", "a@a.", "order ", "+", "NL91", "(0)", "1-", "order: A1-", "A ",
     "4111 ", "1112 22 333 ", "bsn111222333", "3512 JE ", "12 Aa ", "12-ab-34 ", "Aa Aastraat 1"],
)  # fmt: skip
def test_a_hostile_text_takes_no_longer_than_its_length(unit: str) -> None:
    # Given a short text and one that is twenty times as long
    def seconds(length: int) -> float:
        text = (unit * length)[:length]
        start = process_time()
        personal_data_in(text)
        return process_time() - start

    quick = min(seconds(500) for _ in range(5))
    # Then the time grows with the length, and not with its square
    assert min(seconds(10_000) for _ in range(3)) < max(quick * 20 * 8, 0.02)
