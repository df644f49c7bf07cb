"""A receiver's endpoint: what is sent there is signed, and its answers mean what they say.

Statuses as in Standard Webhooks 1.0 ("Operational considerations"): 2xx is taken, 410 means that
the endpoint is switched off, 429, 502 and 504 that it is overloaded. 409 says that the event is
known already, which is as good as taken.
"""

import re
from typing import Annotated
from urllib.parse import quote

from pydantic import BaseModel, BeforeValidator, ValidationError
from standardwebhooks import Webhook

from gehoor.cloud_events import Event, structured
from gehoor.domain.frozen import frozen
from gehoor.errors import (
    AuthExpired,
    ContractBroken,
    Gone,
    NotAllowed,
    Rejected,
    Unavailable,
)
from gehoor.http import Http, Response, check, retry_at

CONTENT_TYPE = "application/cloudevents+json"
LONGEST_ANSWER = 65_536
TICKET_GONE = "ticket_gone"
_HINTS = {
    403: "gehoor is denied access; look there for the reason",
    404: "nothing is there; check {setting}",
    410: "the endpoint is switched off; switch it on, or set another address at {setting}",
}
_REDIRECTED = "redirects are not followed; set {setting} to where they lead"
_SECRET = re.compile(r"whsec_[A-Za-z0-9+/]{32,86}={0,2}")
_OWN_ID = re.compile(r"[A-Za-z0-9_-]{1,31}")
_CODE = re.compile(r"[a-z][a-z0-9_]{0,60}")


def _usable(pattern: re.Pattern[str]) -> BeforeValidator:
    """Take text and numbers that fit, and nothing in place of all else."""

    def fitting(value: object) -> str | None:
        found = str(value) if isinstance(value, str | int) else ""
        return found if pattern.fullmatch(found) else None

    return BeforeValidator(fitting)


class ReceiverAnswer(BaseModel):
    """What a receiver may say besides its status: its own ticket's id, or a code of its reason."""

    ticket_id: Annotated[str | None, _usable(_OWN_ID)] = None
    error: Annotated[str | None, _usable(_CODE)] = None


@frozen
class Address:
    """Where events are sent; `setting` and `secret_name` are named in what operators read."""

    url: str
    setting: str
    secret_name: str


class Endpoint:
    """One address that events are sent to."""

    def __init__(self, address: Address, secret: str, company: str, http: Http) -> None:
        if not http.is_confidential(address.url):
            message = (
                f"{address.setting} is not https; use https, or list its host under "
                "allow_private_hosts when it is inside your own network"
            )
            raise NotAllowed(message)
        self._address = address
        self._signers = _signers(secret, address)
        self._source = f"/gehoor/{quote(company, safe='')}"
        self._http = http

    def send(self, event: Event, what: str) -> ReceiverAnswer:
        """Send an event and return what the receiver said; `what` names it in an error's message.

        After UnknownOutcome the event is simply sent again: the receiver drops an id it knows.
        """
        now, text = self._http.clock(), structured(event, self._source)
        signatures = (signer.sign(event.event_id, now, text) for signer in self._signers)
        response = self._http.request(
            "POST",
            self._address.url,
            headers={
                "Content-Type": CONTENT_TYPE,
                "webhook-id": event.event_id,
                "webhook-timestamp": str(int(now.timestamp())),
                "webhook-signature": " ".join(signatures),
            },
            body=text.encode(),
            changes=True,
            max_bytes=LONGEST_ANSWER,
        )
        answer = _read(response)
        self._check(response, answer, what)
        return answer

    def _check(self, response: Response, answer: ReceiverAnswer, what: str) -> None:
        """Raise what a status means that is no success."""
        status, now = response.status, self._http.clock()
        where = f"{what}: the receiver answered {status}"
        if status // 100 == 2 or status == 409:
            return
        if status == 401:
            hint = f"give both sides the same secret: gehoor secret set {self._address.secret_name}"
            raise AuthExpired(f"{where}; {hint}")
        if status == 404 and answer.error == TICKET_GONE:
            raise Gone(f"{where}; the ticket is deleted or closed and takes no more comments")
        if status in _HINTS or status < 400:
            hint = _HINTS.get(status, _REDIRECTED).format(setting=self._address.setting)
            raise NotAllowed(f"{where}; {hint}")
        if status in (502, 503, 504):
            raise Unavailable(f"{where}; try again later", retry_at(response.headers, now))
        if status in (408, 425, 429) or status >= 500:
            check(response, what, now, changes=True)
        raise Rejected(f"{where}: {answer.error or 'no reason given'}")


def _signers(secret: str, address: Address) -> tuple[Webhook, ...]:
    """One for each value, the newest first."""
    values = secret.split()
    try:
        if values and all(map(_SECRET.fullmatch, values)):
            return tuple(map(Webhook, values))
    except ValueError:
        pass
    message = (
        f"the secret of {address.setting} is not like whsec_ with 24 to 64 random bytes in base64 "
        "after it (several, with spaces between, while it changes); set it anew with: "
        f"gehoor secret set {address.secret_name}"
    )
    raise AuthExpired(message)


def _read(response: Response) -> ReceiverAnswer:
    """What a receiver says besides its status is welcome and never needed."""
    try:
        return ReceiverAnswer.model_validate(response.json())
    except (ContractBroken, ValidationError):
        return ReceiverAnswer()
