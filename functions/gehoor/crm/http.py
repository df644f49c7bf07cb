"""Any back office that answers one signed GET for one customer with JSON."""

import re
from collections.abc import Callable, Iterator
from typing import Annotated, Any, Literal
from urllib.parse import quote

import requests
from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

from gehoor.crm._http_pointer import is_pointer, value_at
from gehoor.crm._http_signature import signed_headers, signing_key
from gehoor.domain.contact import NO_CONTACT, VerifiedContact, normal_email, normal_phone
from gehoor.domain.crm import CrmFact, CrmFacts
from gehoor.domain.history_note import SHOWN_FACTS
from gehoor.domain.text import LONGEST_LINK, clean, shorten
from gehoor.domain.ticket import CustomerProfile
from gehoor.errors import ContractBroken, Gone, Rejected
from gehoor.http import Http, Response, check
from gehoor.settings import CrmSettings, Url
from gehoor.settings import Settings as Part

PLACEHOLDERS = ("external_id", "network", "native_id", "handle")
LARGEST_ANSWER = 64 * 1024
LONGEST_VALUE = 80
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_WEB_ADDRESS = re.compile(r"https?://[^\s/?#]+[^\s]*")


def _asks_for_one(url: str) -> str:
    """Refuse an address that is the same for everybody, or whose host a customer would choose."""
    names = _PLACEHOLDER.findall(url)
    filled = _PLACEHOLDER.sub("x", url)
    is_whole = set(names) <= set(PLACEHOLDERS) and not {"{", "}", "#"} & set(filled)
    host = url.split("/")[2]
    if not names or not is_whole or "{" in host or not _can_be_sent(filled):
        known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        message = f"an address with one or more of {known} in its path or query, and no fragment"
        raise ValueError(message)
    return url


def _can_be_sent(url: str) -> bool:
    try:
        requests.Request("GET", url).prepare()
    except (ValueError, requests.RequestException):
        return False
    return True


def _points(text: str) -> str:
    if not is_pointer(text):
        message = "a JSON Pointer (RFC 6901) into the answer, like /customer/since"
        raise ValueError(message)
    return text


Template = Annotated[Url, AfterValidator(_asks_for_one)]
Pointer = Annotated[str, AfterValidator(_points)]


class Shown(Part):
    """One line of the note: its label, and where in the answer the value stands."""

    label: Annotated[str, Field(min_length=1, max_length=40)]
    value: Pointer


class Settings(CrmSettings):
    """A back office in the configuration; `link` leads to where the answer has an address."""

    kind: Literal["http"]
    url: Template
    show: Annotated[tuple[Shown, ...], Field(min_length=1, max_length=SHOWN_FACTS)]
    link: Pointer | None = None


def _normal(normal: Callable[[str], str]) -> BeforeValidator:
    return BeforeValidator(lambda value: normal(value) if isinstance(value, str) else "")


class VerifiedAnswer(BaseModel):
    """What an answer says of the customer's own account; what is no address counts as not there.

    The names are fixed, and no pointer of the configuration leads to any other value: a back office
    says so on purpose, of a customer who linked this very identity themselves, or not at all.
    """

    verified_email: Annotated[str, _normal(normal_email)] = ""
    verified_phone: Annotated[str, _normal(normal_phone)] = ""


class HttpCrm:
    """Fits `ports.Crm`. `http` bounds the time of a call; no redirect is followed."""

    def __init__(self, settings: Settings, key: bytes, http: Http) -> None:
        self._settings = settings
        self._key = key
        self._http = http

    def about(self, customer: CustomerProfile) -> CrmFacts:
        """What the back office knows; it says that it knows nobody with 404, 410 or 204."""
        url = self._url(customer)
        target = requests.Request("GET", url).prepare().path_url
        now = self._http.clock()
        response = self._http.request(
            "GET",
            url,
            headers={"Accept": "application/json", **signed_headers(self._key, target, now)},
            max_bytes=LARGEST_ANSWER,
        )
        return self._facts(_answered(check(response, "asking the CRM", now)).json())

    def _url(self, customer: CustomerProfile) -> str:
        """The address with every placeholder filled in, so that no value adds a part to it."""
        author = customer.author
        values = {
            "external_id": customer.external_id,
            "network": author.network,
            "native_id": author.native_id,
            "handle": author.handle,
        }

        def fill(found: re.Match[str]) -> str:
            return _encoded(found[1], values[found[1]], author.network)

        return _PLACEHOLDER.sub(fill, self._settings.url)

    def _facts(self, document: Any) -> CrmFacts:
        link = value_at(document, self._settings.link) if self._settings.link else ""
        link = link if _is_web_address(link) else ""
        return CrmFacts(tuple(self._shown(document)), link, _verified(document))

    def _shown(self, document: Any) -> Iterator[CrmFact]:
        for shown in self._settings.show:
            value = _text(value_at(document, shown.value))
            if value:
                yield CrmFact(shown.label, value)


def connect(settings: Settings, secret: str, http: Http) -> HttpCrm:
    """The back office behind these settings; its secret is `whsec_` and base64."""
    return HttpCrm(settings, signing_key(secret, settings.secret), http)


def _encoded(name: str, value: str, network: str) -> str:
    """A value as a part of an address. Dots alone would climb out of the path even when encoded."""
    if not value.strip("."):
        message = (
            f"crm.url asks by {{{name}}}, which {network} does not give, or does not allow to be "
            "used for this; ask by {external_id} instead"
        )
        raise Rejected(message)
    return quote(value, safe="", errors="replace")


def _answered(response: Response) -> Response:
    if response.status == 204:
        message = "the CRM does not know this customer (204)"
        raise Gone(message)
    if response.status >= 300:
        message = f"the CRM redirects ({response.status}), and none is followed; correct crm.url"
        raise ContractBroken(message)
    return response


def _verified(document: Any) -> VerifiedContact:
    if not isinstance(document, dict):
        return NO_CONTACT
    answer = VerifiedAnswer.model_validate(document)
    return VerifiedContact(answer.verified_email, answer.verified_phone)


def _text(value: Any) -> str:
    """A single value as a line shows it, "" for what is none."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, str | int | float):
        return ""
    return shorten(" ".join(clean(str(value)).split()), LONGEST_VALUE)


def _is_web_address(value: Any) -> bool:
    return (
        isinstance(value, str)
        and len(value) <= LONGEST_LINK
        and _WEB_ADDRESS.fullmatch(value) is not None
    )
