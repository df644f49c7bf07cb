"""Calls to Zendesk's API: signed in, paged, and with its refusals in gehoor's words."""

from collections.abc import Iterator, Mapping
from typing import Any

from gehoor.errors import AuthExpired, Rejected, Unavailable, UnknownOutcome
from gehoor.helpdesks._zendesk_answers import MeAnswer, read
from gehoor.helpdesks._zendesk_limits import ZendeskLimits
from gehoor.helpdesks._zendesk_reasons import error_name, reasons
from gehoor.http import Http, Response, check
from gehoor.sign_in import SignIn, signed_in

KNOWN_KEY = "IdempotentRequestError"
"""The error of an Idempotency-Key that came before with other words, such as a new token of the
same picture ("Idempotency" in the API reference's introduction)."""

PAGE = 100
PAGES = 20


class Conflict(Unavailable):
    """What was to be changed is being changed by somebody else, or was since it was read."""


class ZendeskApi:
    """One account, called as `sign_in` says.

    Without `limits` nothing is counted: an operator's few calls are not to wait for a storm's.
    """

    def __init__(
        self, base_url: str, sign_in: SignIn, http: Http, limits: ZendeskLimits | None = None
    ) -> None:
        self._base = f"{base_url.rstrip('/')}/api/v2"
        self._sign_in = sign_in
        self._http = http
        self._limits = limits
        self._own_id: str | None = None

    def call(
        self,
        method: str,
        path: str,
        what: str,
        body: Mapping[str, Any] | None = None,
        *,
        params: Mapping[str, Any] | None = None,
        changes: bool = False,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
    ) -> Response:
        """Call and return the answer of a success; `what` names the call in an error's message.

        `content` is sent as it is, its type being among the headers. `changes` marks a call with
        an effect: when its answer is lost the error is UnknownOutcome.
        """

        def send() -> Response:
            return signed_in(
                self._sign_in,
                lambda authorization: self._http.request(
                    method,
                    self._base + path,
                    headers={"Authorization": authorization, **(headers or {})},
                    params=params,
                    json=body,
                    body=content,
                    changes=changes,
                ),
            )

        limits = self._limits
        response = limits.within(method, path, send, self._http.clock) if limits else send()
        if response.status == 401:
            raise self.refused(what)
        if response.status == 409:
            message = f"{what}: Zendesk reports a conflict (409); try again"
            raise Conflict(message)
        if response.status == 400 and error_name(response) == KNOWN_KEY:
            message = f"{what}: Zendesk had it before in other words, it may be done; gehoor looks"
            raise UnknownOutcome(message)
        if response.status in (400, 422):
            message = f"{what}: Zendesk refuses it ({response.status}): {reasons(response)}"
            raise Rejected(message)
        return check(response, what, self._http.clock(), changes)

    def pages(self, path: str, what: str, params: Mapping[str, Any]) -> Iterator[Response]:
        """The pages of a list, by cursor, at most PAGES of them."""
        asked = {**params, "page[size]": PAGE}
        for _ in range(PAGES):
            answer = self.call("GET", path, what, params=asked)
            yield answer
            meta = answer.json().get("meta") or {}
            if not meta.get("has_more"):
                return
            asked["page[after]"] = meta["after_cursor"]

    def me(self) -> tuple[MeAnswer, Response]:
        """Who gehoor is, and the answer that says so; AuthExpired when the credential is nobody's.

        Zendesk answers 200 "Anonymous user" to a missing or wrong credential (recorded).
        """
        what = "asking who gehoor is"
        response = self.call("GET", "/users/me", what)
        if read(MeAnswer, response, "user").is_nobody() and self._sign_in.renew():
            response = self.call("GET", "/users/me", what)
        me = read(MeAnswer, response, "user")
        if me.is_nobody():
            raise self.refused(what)
        return me, response

    def own_user_id(self) -> str:
        """The user gehoor acts as; AuthExpired when the credential is nobody's."""
        if self._own_id is None:
            me, _ = self.me()
            self._own_id = str(me.id)
        return self._own_id

    def refused(self, what: str) -> AuthExpired:
        """The error of a call whose credential Zendesk does not take."""
        message = f"{what}: the helpdesk refuses gehoor's credential; {self._sign_in.remedy}"
        return AuthExpired(message)
