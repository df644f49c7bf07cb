"""Which of an account's own triggers mail customers what gehoor posts on their networks.

A customer with an e-mail address then reads an answer twice, and gehoor's own words for the
customer come back to them. Conditions and actions as in Zendesk's reference:
https://developer.zendesk.com/documentation/ticketing/reference-guides/actions-reference/
"""

from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import BaseModel

from gehoor.domain.finding import Finding, State
from gehoor.errors import GehoorError
from gehoor.helpdesks._zendesk_answers import read
from gehoor.helpdesks._zendesk_api import ZendeskApi

TAG = "gehoor"
"""What every ticket of gehoor's is tagged with."""

_REQUESTERS = frozenset({"requester_id", "requester_and_ccs"})
_SHOWN = 3


class _Part(BaseModel):
    """A condition or an action. Of a mail's value the first is whom it goes to."""

    field: str
    operator: str = ""
    value: Any = None

    @property
    def values(self) -> Sequence[str]:
        """The value as the words it consists of."""
        if isinstance(self.value, list):
            return [str(one) for one in self.value]
        return str(self.value or "").split()


class _Conditions(BaseModel):
    all: list[_Part] = []


class _Trigger(BaseModel):
    title: str
    active: bool = True
    actions: list[_Part] = []
    conditions: _Conditions = _Conditions()

    @property
    def mails_customers(self) -> bool:
        """Whether it mails the requesters of gehoor's tickets, as far as tags tell."""
        mails = any(
            action.field == "notification_user" and not _REQUESTERS.isdisjoint(action.values[:1])
            for action in self.actions
        )
        spares = any(
            condition.field == "current_tags"
            and condition.operator == "not_includes"
            and TAG in condition.values
            for condition in self.conditions.all
        )
        return self.active and mails and not spares


def mails(api: ZendeskApi) -> Finding:
    """Whether customers with an address get mail about tickets of gehoor's."""
    try:
        titles = [trigger.title for trigger in _triggers(api) if trigger.mails_customers]
    except GehoorError:
        detail = "gehoor may not see the account's triggers, so cannot tell whether they mail"
        return Finding("mail", State.OK, detail)
    if not titles:
        return Finding("mail", State.OK, "no trigger mails customers about gehoor's tickets")
    named = "; ".join(f"“{title[:60]}”" for title in titles[:_SHOWN])
    more = f" and {len(titles) - _SHOWN} more" if len(titles) > _SHOWN else ""
    detail = f"customers with an e-mail address get mail about gehoor's tickets: {named}{more}"
    step = f"add the condition Tags contains none of {TAG} to these triggers"
    return Finding("mail", State.WARNING, detail, step)


def _triggers(api: ZendeskApi) -> Iterator[_Trigger]:
    for page in api.pages("/triggers", "reading triggers", {"active": "true"}):
        yield from read(list[_Trigger], page, "triggers")
