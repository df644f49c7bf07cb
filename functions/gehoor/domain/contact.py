"""What a customer proved to be theirs: the only addresses that link anybody."""

import re

from gehoor.domain.frozen import frozen
from gehoor.domain.mention import digest

_EMAIL = re.compile(
    r"[^\s@,;:<>\"()\[\]\\]{1,64}@[^\W_][\w-]{0,62}(?:\.[\w-]{1,63}){0,8}\.\w{2,24}"
)
_WRITTEN_BETWEEN_DIGITS = re.compile(r"\(0\)|[\s().-]")
_E164 = re.compile(r"\+[1-9][0-9]{7,14}")


@frozen
class VerifiedContact:
    """An e-mail address in lower case and a phone number in E.164, each "" without one.

    The customer linked the identity to them, or them to the identity; nobody else did, and nothing
    was guessed.
    """

    email: str = ""
    phone: str = ""

    def __bool__(self) -> bool:
        return bool(self.email or self.phone)

    @property
    def fingerprint(self) -> str:
        """The same for the same contact, and free of it."""
        return digest(self.email, self.phone)


NO_CONTACT = VerifiedContact()


def normal_email(text: str) -> str:
    """An e-mail address as addresses are compared, "" for what is none."""
    address = text.strip().lower()
    return address if _EMAIL.fullmatch(address) else ""


def normal_phone(text: str) -> str:
    """A phone number in E.164, "" for what is none: a national one names no country."""
    number = _WRITTEN_BETWEEN_DIGITS.sub("", text)
    return number if _E164.fullmatch(number) else ""
