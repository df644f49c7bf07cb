"""Check digits that tell a bank account, a card or a citizen number from any other number.

They are weak evidence alone: of random numbers one in eleven passes the test of a citizen number,
and one in ten that of a card.
"""

_BY_COUNTRY = """
    AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29
    ES24 FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30
    KZ20 LB28 LC32 LI21 LT20 LU20 LV21 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29
    PT25 QA29 RO24 RS22 SA24 SC31 SE24 SI19 SK24 SM27 TN24 TR26 UA29 VA22 VG24 XK20"""
IBAN_LENGTHS = {entry[:2]: int(entry[2:]) for entry in _BY_COUNTRY.split()}
"""Characters of a bank account number by country (the IBAN registry of ISO 13616)."""


def is_iban(compact: str) -> bool:
    """Whether letters and digits without spaces are a bank account number (ISO 7064, mod 97)."""
    if len(compact) != IBAN_LENGTHS.get(compact[:2].upper()):
        return False
    moved = compact[4:] + compact[:4]
    return int("".join(str(int(character, 36)) for character in moved)) % 97 == 1


def is_card(digits: str) -> bool:
    """Whether digits pass the test of card numbers (Luhn, ISO 7812)."""
    doubled = (int(digit) * 2 for digit in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(n - 9 * (n > 9) for n in doubled)) % 10 == 0


def is_citizen_number(digits: str) -> bool:
    """Whether eight or nine digits pass the 11-test of Dutch citizen service numbers (BSN)."""
    if len(digits) not in (8, 9) or not digits.strip("0"):
        return False
    *most, last = map(int, digits.zfill(9))
    weighed = sum(weight * digit for weight, digit in zip(range(9, 1, -1), most, strict=True))
    return (weighed - last) % 11 == 0
