"""X (API v2): mentions of an account or a search, and its direct messages.

X is paid by what it answers, so no more is asked than is needed: users are not expanded, authors
are asked for once a week, and each source has a budget for the day. X takes answers through its API
only below posts that name or quote the account, unless the company has an Enterprise contract.
Source: https://docs.x.com/x-api
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, cast

from pydantic import Field, StringConstraints

from gehoor.authorization_code import PersonSignIn
from gehoor.domain.capabilities import Capabilities, Measure
from gehoor.domain.case import ReplyAddress
from gehoor.domain.listing import Ask, Listing
from gehoor.domain.mention import Mention
from gehoor.domain.network import Found, Posted, Thread
from gehoor.errors import ContractBroken
from gehoor.leased_session import fingerprint
from gehoor.networks import _x_answers, _x_authorize, _x_lists, _x_thread
from gehoor.networks._x_abilities import capabilities_of
from gehoor.networks._x_api import Api
from gehoor.networks._x_compliance import XComplianceJobs
from gehoor.networks._x_entries import (
    Item,
    author_id,
    authors_of,
    entry_of,
    is_heard,
    item_of,
    mention_of,
    read_item,
)
from gehoor.networks._x_length import MOST, MOST_IN_A_MESSAGE, length
from gehoor.networks._x_lists import MENTIONS, MESSAGES, SEARCH, Endpoint
from gehoor.networks._x_memory import Remembered, remembered
from gehoor.networks._x_money import DailyBudget, Dollars, Prices
from gehoor.networks._x_names import Named
from gehoor.networks._x_post import images_in
from gehoor.networks._x_recheck import recheck
from gehoor.networks._x_sign_in import app_sign_in, sign_in
from gehoor.settings import SecretName, SourceSettings, Url
from gehoor.sign_in import SignIn
from gehoor.wiring import NetworkWiring

DESCRIPTION = "mentions of an account, or a search; direct messages"
CAPABILITIES = capabilities_of(
    Named(id="", username="account"), reads_messages=True, enterprise=False, prices=Prices()
)
TESTED = (
    "against recordings and a scripted server, lengths against X's own library; not yet against "
    "the live API"
)


class Settings(SourceSettings):
    """An account to hear, or a search to follow with it.

    `secret` names the account's sign-in. `query` reads a search in place of the account's mentions;
    `messages` reads its direct messages too. `enterprise` says that the company has an Enterprise
    contract, with which every post may be answered. `daily_budget_usd` is the most that the source
    may cost in a UTC day, by `prices`.
    """

    network: Literal["x"]
    base_url: Url = "https://api.x.com"
    secret: SecretName
    query: Annotated[str, StringConstraints(min_length=1, max_length=450)] | None = None
    messages: bool = False
    enterprise: bool = False
    daily_budget_usd: Annotated[Dollars, Field(ge=0.5)] = 10.0
    prices: Prices = Prices()


def connect(settings: SourceSettings, wiring: NetworkWiring) -> "X":
    """A connection to the account; AuthExpired when nobody has signed in to X with the secret."""
    own = cast("Settings", settings)
    signed_in = sign_in(own.id, own.base_url, own.secret, wiring)
    return X(own, _api(own, signed_in, wiring), fingerprint("x", wiring.secret or ""))


def person_sign_in(settings: SourceSettings, handle: str, wiring: NetworkWiring) -> PersonSignIn:
    """How a person signs gehoor in as the account; AuthExpired when the secret has no client.

    `handle` is the brand's own on X, "" where the configuration names none: then anybody may.
    """
    own = cast("Settings", settings)
    account = _x_authorize.Account(own.id, handle, own.base_url, own.secret)
    return _x_authorize.person_sign_in(account, lambda one: _api(own, one, wiring).me, wiring)


def compliance_jobs(settings: SourceSettings, wiring: NetworkWiring) -> XComplianceJobs:
    """What X tells of many posts at once; AuthExpired when the secret has no bearer token."""
    own = cast("Settings", settings)
    return XComplianceJobs(own.base_url, app_sign_in(own.secret, wiring.secret), wiring.http)


def _api(own: Settings, signed_in: SignIn, wiring: NetworkWiring) -> Api:
    budget = DailyBudget(own.id, own.daily_budget_usd, wiring.quota, wiring.http.clock)
    return Api(own.base_url, signed_in, wiring.http, budget, own.prices)


class X:
    """One account; fits `gehoor.ports.Network`."""

    def __init__(self, settings: Settings, api: Api, signed_in_by: str) -> None:
        self._settings = settings
        self._api = api
        self._signed_in_by = signed_in_by

    def capabilities(self) -> Capabilities:
        """Answers to posts that summon the account; messages to who wrote one first."""
        return capabilities_of(
            self._api.me,
            reads_messages=self._settings.messages,
            enterprise=self._settings.enterprise,
            prices=self._settings.prices,
        )

    def lists(self) -> tuple[str, ...]:
        """The mentions or the search, and the messages where they are read."""
        first = SEARCH if self._settings.query else MENTIONS
        return (first, MESSAGES) if self._settings.messages else (first,)

    def read(self, ask: Ask, now: datetime) -> Listing:
        """One page; of 100 posts or 20 messages while the day's budget allows.

        A page may take two or three calls; together they take no longer than one may.
        """
        with self._api.one_limit():
            memory = remembered(ask.memory, now)
            me = memory.account(self._signed_in_by, now) or self._api.me
            memory = memory.as_account(me, self._signed_in_by, now)
            page = _x_lists.read_page(self._list(ask.list_name, me), ask, memory, self._api, now)
            items = [read_item(raw) for raw in page.answer.items]
            heard = [item for item in items if is_heard(item, me)]
            mentions, memory = self._mentions(heard, page.answer.document, page.memory, now)
        return Listing(
            entries=tuple(entry_of(item, mentions, memory.known_authors()) for item in items),
            older=page.older,
            cut_off=page.cut_off,
            not_before=page.answer.not_before,
            memory=memory.model_dump(mode="json", exclude_none=True),
        )

    def parse(self, raw: str, now: datetime) -> Mention:
        """Read an item that was set aside again."""
        try:
            item = item_of(json.loads(raw))
        except ValueError as exc:
            message = "the item is no JSON"
            raise ContractBroken(message) from exc
        mentions, _ = self._mentions([item], {}, Remembered(), now)
        return mentions[item.id]

    def thread(self, mention: Mention) -> Thread:
        """The conversation, and the post that is answered. Gone when the mention's own is."""
        return _x_thread.thread_of(mention, self._api)

    def measure(self, address: ReplyAddress, text: str) -> Measure:
        """The weighted length of a post; characters of a message."""
        if _x_answers.is_private(address):
            return Measure(len(text), MOST_IN_A_MESSAGE)
        return Measure(length(text), MOST)

    def reply(self, address: ReplyAddress, text: str, key: str) -> Posted:
        """Answer in public, or privately what was not for everyone.

        X takes no key: what became of a lost answer is only found by its words. NotAllowed, with
        where to answer by hand, when the post does not summon the account; Gone when it is gone.
        """
        if _x_answers.is_private(address):
            return _x_answers.send_message(address, text, self._api)
        return _x_answers.reply(address, text, self.capabilities().summons, self._api)

    def find_replies(self, address: ReplyAddress, text: str, key: str) -> tuple[Posted, ...]:
        """The account's own answers there that say the same, newest first."""
        if _x_answers.is_private(address):
            return _x_answers.find_messages(address, text, self._api)
        return _x_answers.find_replies(address, text, self._api)

    def recheck(self, native_ids: Sequence[str]) -> Mapping[str, Found | None]:
        """What posts are now, None for those that are gone; messages are left out."""
        return recheck(native_ids, self._api, self._settings, self._api.now())

    def _list(self, name: str, me: Named) -> Endpoint:
        if name == MESSAGES:
            return _x_lists.messages(self._api)
        if self._settings.query:
            return _x_lists.search(self._settings.query, me, self._api)
        return _x_lists.mentions(me, self._api)

    def _mentions(
        self, heard: Sequence[Item], document: Mapping[str, Any], memory: Remembered, now: datetime
    ) -> tuple[Mapping[str, Mention], Remembered]:
        """The items' mentions by the items' ids, and what is remembered then."""
        authors, memory = authors_of(map(author_id, heard), memory, self._api, now)
        images = images_in(document)
        mentions = {
            item.id: mention_of(item, authors[author_id(item)], images, self._settings)
            for item in heard
        }
        return mentions, memory
