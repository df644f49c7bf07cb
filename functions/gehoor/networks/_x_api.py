"""The calls of X's API, version 2, that gehoor makes, each counted in the source's budget.

Source: https://docs.x.com/x-api
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple, TypeVar
from urllib.parse import quote

from gehoor.errors import AuthExpired, ContractBroken, Gone
from gehoor.http import Http, Response
from gehoor.networks._x_errors import document_of, gone_among, not_before, posted_of
from gehoor.networks._x_money import DailyBudget, Prices, Purpose
from gehoor.networks._x_names import Named
from gehoor.networks._x_post import FIELDS, Post, post_of, read_as
from gehoor.sign_in import SignIn, signed_in

Params = Mapping[str, str]
Item = TypeVar("Item")


class Answer(NamedTuple):
    """What a read brought, and the time before which X does not want the next."""

    document: Mapping[str, Any]
    not_before: datetime | None

    @property
    def items(self) -> list[Any]:
        """The items of a list; an empty list has none."""
        found = self.document.get("data", [])
        if not isinstance(found, list):
            message = "x: no list where a list is due"
            raise ContractBroken(message)
        return found

    @property
    def next_token(self) -> str | None:
        """What the next page is asked for with."""
        meta = self.document.get("meta")
        token = meta.get("next_token") if isinstance(meta, dict) else None
        return str(token) if token else None


class Charge(NamedTuple):
    """What a read costs: the most it can, and what it did by its answer; and what it is for."""

    most: float
    of: Callable[[Answer], float]
    purpose: Purpose = Purpose.ANSWER


class Looked(NamedTuple):
    """Posts that were looked up by their ids, and the ids of those that are gone.

    One of which X says nothing, or nothing that can be read, is in neither.
    """

    posts: Mapping[str, Post]
    gone: frozenset[str]
    document: Mapping[str, Any]

    def post(self, post_id: str) -> Post:
        """One of them. Gone when X does not have it, or does not show it, any more."""
        if post_id in self.posts:
            return self.posts[post_id]
        if post_id in self.gone:
            message = f"x: post {post_id} is deleted, or not visible any more"
            raise Gone(message)
        message = f"x: X does not say what became of post {post_id}"
        raise ContractBroken(message)


class Api:
    """One account. What does not change is asked once per object."""

    def __init__(
        self, base_url: str, sign_in: SignIn, http: Http, budget: DailyBudget, prices: Prices
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._sign_in = sign_in
        self._http = http
        self._budget = budget
        self.prices = prices

    def room(self) -> float:
        """How many dollars lists may cost today still."""
        return self._budget.room()

    def now(self) -> datetime:
        """The time, for when to come back."""
        return self._http.clock()

    def one_limit(self) -> AbstractContextManager[None]:
        """The calls in the block together may take no longer than one."""
        return self._http.one_limit()

    def read(self, path: str, params: Params, what: str, charge: Charge) -> Answer:
        """Read; errors as `document_of`, and QuotaSpent when the day's budget has no room.

        ContractBroken when X has nothing at the path: items that are gone are no 404 on X.
        """
        with self._budget.reading(charge.most, charge.purpose) as bill:
            response = self._call("GET", path, params=params)
            try:
                document = document_of(response, f"x: {what}", self.now())
            except Gone as exc:
                message = f"{exc}; check base_url"
                raise ContractBroken(message) from exc
            answer = Answer(document, not_before(response.headers, self.now()))
            bill.cost = charge.of(answer)
        return answer

    def post(self, path: str, body: Mapping[str, Any], what: str, cost: float) -> Mapping[str, Any]:
        """Post; errors as `posted_of`, and QuotaSpent when the day's budget has no room."""
        with self._budget.posting(cost):
            response = self._call("POST", path, json=body)
            return posted_of(response, f"x: {what}", self.now())

    @cached_property
    def me(self) -> Named:
        """The account that signed in."""
        price = self.prices.user_read
        charge = Charge(price, lambda _: price)
        answer = self.read("/2/users/me", {}, "who signed in", charge)
        return read_as(Named, answer.document.get("data"), "account that signed in")

    def accounts(self, ids: Sequence[str], purpose: Purpose = Purpose.ANSWER) -> list[Named]:
        """The accounts of these ids, without those that X does not show, or that cannot be read."""
        price = self.prices.user_read
        charge = Charge(len(ids) * price, lambda answer: len(answer.items) * price, purpose)
        params = {"ids": ",".join(ids), "user.fields": "username,name,protected,public_metrics"}
        answer = self.read("/2/users", params, "who wrote it", charge)
        return list(_readable(answer.items, lambda raw: read_as(Named, raw, "account")))

    def posts(self, ids: Sequence[str], purpose: Purpose = Purpose.ANSWER) -> Looked:
        """Posts as they are now; one that is gone is no error."""
        price = self.prices.post_read
        charge = Charge(len(ids) * price, lambda answer: len(answer.items) * price, purpose)
        params = {**FIELDS, "ids": ",".join(ids)}
        answer = self.read("/2/tweets", params, "posts", charge)
        posts = {post.id: post for post in _readable(answer.items, post_of)}
        return Looked(posts, gone_among(answer.document) & set(ids), answer.document)

    def _call(
        self,
        method: str,
        path: str,
        params: Params | None = None,
        json: Mapping[str, Any] | None = None,
    ) -> Response:
        """Call as the account; with a new token when X does not take the one at hand."""

        def send(header: str) -> Response:
            return self._http.request(
                method,
                f"{self._base_url}{path}",
                headers={"Authorization": header},
                params=params,
                json=json,
                changes=method != "GET",
            )

        response = signed_in(self._sign_in, send)
        if response.status == 401:
            message = f"x: X does not take the account's access token; {self._sign_in.remedy}"
            raise AuthExpired(message)
        return response


def _readable(raws: Sequence[Any], read: Callable[[Any], Item]) -> Iterator[Item]:
    """The items that can be read; one that cannot must not hide the others."""
    for raw in raws:
        with suppress(ContractBroken):
            yield read(raw)


def path_of(*parts: str) -> str:
    """A path of these parts, whatever is in them."""
    return "/".join(["", *(quote(part, safe="") for part in parts)])
