"""The kinds of personal data, how each is called, and which must not stay where."""

from enum import StrEnum


class PersonalData(StrEnum):
    """A kind of personal data. `POSSIBLE_BSN` passes the 11-test, but nothing says what it is."""

    BSN = "bsn"
    IBAN = "iban"
    CARD = "card"
    EMAIL = "email"
    PHONE = "phone"
    ADDRESS = "address"
    PLATE = "plate"
    POSTCODE = "postcode"
    ORDER_NUMBER = "order_number"
    CUSTOMER_NUMBER = "customer_number"
    POSSIBLE_BSN = "possible_bsn"


SHOWN = {
    PersonalData.BSN: "citizen service number",
    PersonalData.IBAN: "bank account",
    PersonalData.CARD: "card number",
    PersonalData.EMAIL: "e-mail address",
    PersonalData.PHONE: "phone number",
    PersonalData.ADDRESS: "address",
    PersonalData.PLATE: "number plate",
    PersonalData.POSTCODE: "postcode",
    PersonalData.ORDER_NUMBER: "order number",
    PersonalData.CUSTOMER_NUMBER: "customer number",
    PersonalData.POSSIBLE_BSN: "number that may be a citizen service number",
}
"""What each kind is called in front of an agent."""

HARMFUL_IN_PUBLIC = frozenset(
    (
        PersonalData.BSN,
        PersonalData.IBAN,
        PersonalData.CARD,
        PersonalData.EMAIL,
        PersonalData.PHONE,
        PersonalData.ADDRESS,
    )
)
"""What strangers can use. A postcode alone is a quarter, an order tells only the company more, and
a plate is as often that of the company's own van, which the complaint is about."""

NEVER_STORED = frozenset((PersonalData.BSN,))
"""Dutch law lets only few use it (UAVG, article 46)."""
