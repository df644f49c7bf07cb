"""The calls of the Mastodon client API that gehoor makes, with what a token may be told once."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

from pydantic import ValidationError

from gehoor.errors import AuthExpired, ContractBroken, Gone, Permanent, Unavailable
from gehoor.http import Http, Response, check
from gehoor.networks._mastodon_status import Account, Status, status_of

_NO_SUCH_LIST = (400, 404, 405, 410, 422)
_DEFAULT_LIMIT = 500
_DEFAULT_PER_ADDRESS = 23


class Limits(NamedTuple):
    """The most a post may count, and what a web address in it counts."""

    most: int
    per_address: int


class Context(NamedTuple):
    """What came before and after a post, as the server knows it."""

    ancestors: list[Status]
    descendants: list[Status]


class Api:
    """One account on one server. What does not change is asked once per object."""

    def __init__(self, base_url: str, token: str, http: Http) -> None:
        self.host = urlsplit(base_url).netloc
        self._base_url = base_url.rstrip("/")
        self._token = token
        self._http = http

    def call(
        self,
        method: str,
        path: str,
        *,
        params: Sequence[tuple[str, str]] = (),
        json: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Call the API and give the answer whatever its status."""
        return self._http.request(
            method,
            f"{self._base_url}{path}",
            headers={"Authorization": f"Bearer {self._token}", **(headers or {})},
            params=params,
            json=json,
            changes=method != "GET",
        )

    def get(self, path: str, what: str) -> Any:
        """The JSON at `path`; errors as `gehoor.http.check` raises them."""
        return check(self.call("GET", path), what, self.now()).json()

    def one_limit(self) -> AbstractContextManager[None]:
        """The calls in the block together may take no longer than one."""
        return self._http.one_limit()

    def now(self) -> datetime:
        """The time, for when to come back."""
        return self._http.clock()

    @cached_property
    def own_id(self) -> str:
        """The id of the account the token belongs to, on this server."""
        return self.ask_own_id()

    def ask_own_id(self) -> str:
        """The same, asked anew: whether the token is still good.

        Nothing but the token can be wrong with this call, so every refusal means the token: some
        servers answer a bad one with 400.
        """
        response = self.call("GET", "/api/v1/accounts/verify_credentials")
        if response.status in (400, 422):
            message = f"mastodon: {self.host} does not take the access token; make a new one"
            raise AuthExpired(message)
        found = check(response, "mastodon: who owns the token", self.now()).json()
        try:
            return Account.model_validate(found).id
        except ValidationError as exc:
            message = f"mastodon: {self.host} does not say whose the token is; check base_url"
            raise ContractBroken(message) from exc

    @cached_property
    def limits(self) -> Limits:
        """The server's limits; Mastodon's defaults where it names none."""
        for path in ("/api/v2/instance", "/api/v1/instance"):
            try:
                found = self.get(path, "mastodon: the server's limits")
            except (Permanent, ContractBroken):
                continue
            limits = _limits_in(found)
            if limits:
                return limits
        return Limits(_DEFAULT_LIMIT, _DEFAULT_PER_ADDRESS)

    def status(self, status_id: str) -> Status:
        """The post as it is now. Gone when it, or the account that wrote it, is."""
        what = "mastodon: the post"
        found = self.get(f"/api/v1/statuses/{quote(status_id, safe='')}", what)
        if isinstance(found, dict) and found.get("account", "") is None:
            message = f"{what} {status_id} has no author any more"
            raise Gone(message)
        status = status_of(found)
        if status.account.suspended:
            message = f"{what} {status_id} is of an account that is suspended"
            raise Gone(message)
        return status

    def statuses(self, status_ids: Sequence[str]) -> Mapping[str, Status]:
        """Those of some posts that the server lists and that can be read, by their ids.

        None on servers without this list: Mastodon has it since 4.3, for 20 posts at a time.
        Source: https://docs.joinmastodon.org/methods/statuses/#index
        """
        params = [("id[]", status_id) for status_id in status_ids]
        response = self.call("GET", "/api/v1/statuses", params=params)
        if response.status in _NO_SUCH_LIST:
            return {}
        found = _readable(check(response, "mastodon: the posts", self.now()).json())
        return {status.id: status for status in found if not status.account.suspended}

    def context(self, status_id: str) -> Context:
        """The posts around a post. Gone only when the post itself is."""
        path = f"/api/v1/statuses/{quote(status_id, safe='')}/context"
        try:
            found = self.get(path, "mastodon: the thread")
        except Gone as exc:
            self.status(status_id)
            message = f"mastodon: {self.host} has the post but not its thread; try again later"
            raise Unavailable(message) from exc
        if not isinstance(found, dict):
            message = f"mastodon: {self.host} sent a thread that is none"
            raise ContractBroken(message)
        return Context(_readable(found.get("ancestors")), _readable(found.get("descendants")))


def _limits_in(instance: Any) -> Limits | None:
    if not isinstance(instance, dict):
        return None
    configuration = instance.get("configuration")
    statuses = configuration.get("statuses") if isinstance(configuration, dict) else None
    named = statuses if isinstance(statuses, dict) else {}
    most = named.get("max_characters") or instance.get("max_toot_chars")
    per_address = named.get("characters_reserved_per_url") or _DEFAULT_PER_ADDRESS
    return Limits(int(most), int(per_address)) if isinstance(most, int) and most > 0 else None


def _readable(found: Any) -> list[Status]:
    """The posts of a thread that can be read; one that cannot must not hide the others."""
    statuses = []
    for raw in found if isinstance(found, list) else ():
        try:
            statuses.append(status_of(raw))
        except ContractBroken:
            continue
    return statuses
