"""A stand-in for the page on which a person lets a client in, and for the codes that it gives."""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import parse_qs, urlencode, urlsplit


@dataclass
class ConsentPage:
    """Codes are good once, for the client, redirect address and challenge that asked for them."""

    client_id: str
    asked: dict[str, dict[str, str]] = field(default_factory=dict)
    count: int = 0

    def allow(self, address: str, by: str, **changes: str) -> str:
        """Somebody opens the address and allows it; where the browser is sent to."""
        asked = question(address) | changes
        assert asked["response_type"] == "code"
        assert asked["client_id"] == self.client_id
        assert asked["code_challenge_method"] == "S256"
        self.count += 1
        code = f"code-{self.count}"
        self.asked[code] = {**asked, "by": by}
        return _sent_back(asked, code=code)

    def refuse(self, address: str) -> str:
        """Somebody opens the address and refuses; where the browser is sent to."""
        return _sent_back(question(address), error="access_denied")

    def expire(self) -> None:
        """Time passes: no code is good any more."""
        self.asked.clear()

    def redeemed(self, form: Mapping[str, str]) -> dict[str, str] | None:
        """What was asked, and `by` whom it was allowed; None when the code is not good."""
        asked = self.asked.pop(form.get("code", ""), None)
        verifier = form.get("code_verifier", "").encode()
        challenge = urlsafe_b64encode(sha256(verifier).digest()).rstrip(b"=").decode()
        if asked is None or form.get("redirect_uri") != asked["redirect_uri"]:
            return None
        return asked if challenge == asked["code_challenge"] else None


def question(address: str) -> dict[str, str]:
    """The parameters of an address to open."""
    return {name: value for name, [value] in parse_qs(urlsplit(address).query).items()}


def _sent_back(asked: Mapping[str, str], **answer: str) -> str:
    return f"{asked['redirect_uri']}?{urlencode({'state': asked['state'], **answer})}"
