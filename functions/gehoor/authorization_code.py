"""A person lets gehoor in: the authorization code flow, with PKCE (RFC 7636).

The state is signed with the client's secret and the code verifier is made from both, so that
nothing has to be kept between printing the address and taking the answer, and an answer to a
question gehoor never asked is worth nothing.
"""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import field
from hashlib import sha256
from secrets import token_urlsafe
from typing import NamedTuple
from urllib.parse import parse_qs, urlencode, urlsplit

from gehoor.domain.frozen import frozen
from gehoor.errors import AuthExpired, Rejected, Unavailable, UnknownOutcome
from gehoor.leased_session import GrantRefused

_NONCE_BYTES = 16
_NONCE_LENGTH = len(token_urlsafe(_NONCE_BYTES))


class Code(NamedTuple):
    """What the person's browser brought back, and what proves that gehoor asked for it."""

    code: str
    redirect_url: str
    verifier: str

    def grant(self) -> dict[str, str]:
        """The parameters of the token request (RFC 6749, section 4.1.3)."""
        return {
            "grant_type": "authorization_code",
            "code": self.code,
            "redirect_uri": self.redirect_url,
            "code_verifier": self.verifier,
        }


@frozen
class CodeFlow:
    """How one OAuth client asks a person.

    `page` is where the person answers, signed in as `account` at `place`; `extra` are parameters
    that only this place has. `command` begins the sign-in, and `code_life` is told to the person.
    """

    place: str
    page: str
    client_id: str
    client_secret: str = field(repr=False)
    scope: str
    account: str
    command: str
    code_life: str
    extra: Mapping[str, str] = field(default_factory=dict)

    def address(self, redirect_url: str) -> str:
        """Where a person allows gehoor in; `redirect_url` is one that the client may name."""
        state = self._signed(token_urlsafe(_NONCE_BYTES))
        asked = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": redirect_url,
            "scope": self.scope,
            "state": state,
            "code_challenge": _unpadded(sha256(self._verifier(state).encode()).digest()),
            "code_challenge_method": "S256",
            **self.extra,
        }
        return f"{self.page}?{urlencode(asked)}"

    def code_in(self, redirected_to: str) -> Code:
        """The code in the address that the browser was sent to.

        Rejected when the person refused, when the address holds no code, or when it answers a
        question that gehoor did not ask with this client.
        """
        address = redirected_to.strip()
        query = {name: values[0] for name, values in parse_qs(_query_of(address)).items()}
        state = query.get("state", "")
        if "error" in query:
            message = f"the person did not let gehoor in; {self._again}"
            raise Rejected(message)
        if "://" not in address or "code" not in query or not state:
            message = (
                "the address holds no code; give all of the address that the browser was sent to, "
                "with `code` and `state`"
            )
            raise Rejected(message)
        if not self._is_own(state):
            message = (
                "the address answers a question that gehoor did not ask, or asked with another "
                f"OAuth client; {self._again}"
            )
            raise Rejected(message)
        return Code(query["code"], address.partition("?")[0], self._verifier(state))

    def check_scope(self, granted: str) -> None:
        """Rejected when the person left something out; "" means that all was granted."""
        missing = set(self.scope.split()) - set(granted.split())
        if granted and missing:
            message = (
                f"{self.place} gave gehoor less than it asked for, so nothing was stored: without "
                f"{' '.join(sorted(missing))}; allow all of it, and {self._again}"
            )
            raise Rejected(message)

    @contextmanager
    def exchanging(self) -> Iterator[None]:
        """What went wrong with the code, as the person who began the sign-in reads it."""
        try:
            yield
        except GrantRefused as error:
            message = (
                f"{self.place} does not take the code, which is good once and for "
                f"{self.code_life}; {self._again}"
            )
            raise AuthExpired(message) from error
        except UnknownOutcome as error:
            message = f"{self.place}'s answer to the code was lost; {self._again}"
            raise Unavailable(message) from error

    @property
    def _again(self) -> str:
        return f"begin anew: {self.command}"

    def _is_own(self, state: str) -> bool:
        expected = self._signed(state[:_NONCE_LENGTH]) if state.isascii() else ""
        return hmac.compare_digest(state.encode(errors="replace"), expected.encode())

    def _signed(self, nonce: str) -> str:
        return f"{nonce}{self._keyed(f'gehoor state {nonce}')}"

    def _verifier(self, state: str) -> str:
        """43 characters, as RFC 7636, section 4.1 wants them."""
        return self._keyed(f"gehoor verifier {state}")

    def _keyed(self, text: str) -> str:
        return _unpadded(hmac.digest(self.client_secret.encode(), text.encode(), "sha256"))


@frozen
class SignedIn:
    """Who signed in, and the secret to set from now on.

    `is_expected` is False where nobody said whom to expect.
    """

    account: str
    is_expected: bool
    secret: str = field(repr=False)


@frozen
class PersonSignIn:
    """How a person signs gehoor in as the account of one source.

    `finish` takes the address that the browser was sent to. Rejected when it is of no use or when
    somebody else signed in, AuthExpired when the code is not good any more; then nothing is stored.
    """

    flow: CodeFlow
    finish: Callable[[str], SignedIn]


def source_command(source_id: str) -> str:
    """The command with which a person signs gehoor in for a source."""
    return f"gehoor source sign-in {source_id}"


def _query_of(address: str) -> str:
    """The query of an address, "" of what is none."""
    try:
        return urlsplit(address).query
    except ValueError:
        return ""


def _unpadded(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode("ascii")
