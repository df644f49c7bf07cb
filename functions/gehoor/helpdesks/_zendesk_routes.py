"""To whom a Zendesk ticket goes: groups by name or id, and agents who are on duty.

What Zendesk does not take is left out, for a ticket without its group is better than none; a tag
then shows it. Out of duty is who is suspended, was deleted, or is marked by Zendesk's Out of Office
app, which sets a field of the user and a tag on their tickets, both named `agent_ooo` (help article
4408828358682). The statuses of omnichannel routing would cost a call for each ticket.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from gehoor.domain.ticket import Agent, TicketDraft
from gehoor.errors import ContractBroken, NotAllowed, Rejected
from gehoor.helpdesks._zendesk_answers import STAFF, GroupAnswer, TicketAnswer, UserAnswer, read
from gehoor.helpdesks._zendesk_api import ZendeskApi

NOT_ROUTED = "gehoor_not_routed"
"""The tag of a ticket that was opened without the group or the agent it was for."""

AWAY = "agent_ooo"


class Groups:
    """The account's groups, read once they are named and then kept."""

    def __init__(self, api: ZendeskApi) -> None:
        self._api = api
        self._ids: dict[str, int] | None = None

    def id_of(self, name: str) -> int:
        """The id of a group that is named by its id or its name; Rejected when there is none."""
        if name.isascii() and name.isdigit():
            return int(name)
        if self._ids is None:
            self._ids = group_ids(self._api)
        found = self._ids.get(name.casefold())
        if found is None:
            message = f"the helpdesk has no group {name}"
            raise Rejected(message)
        return found

    def route_of(self, draft: TicketDraft) -> tuple[Mapping[str, Any], str]:
        """What a new ticket says of group and agent, and why it says nothing, "" where it does."""
        route: dict[str, Any] = {}
        if draft.agent:
            route = assigned_to(draft.agent)
        try:
            if draft.group:
                route["group_id"] = self.id_of(draft.group)
        except (Rejected, NotAllowed, ContractBroken) as error:
            return {}, str(error)
        return route, ""


def group_ids(api: ZendeskApi) -> dict[str, int]:
    """The account's groups by name, without regard to case."""
    pages = api.pages("/groups", "listing groups", {"exclude_deleted": "true"})
    groups = (group for page in pages for group in read(list[GroupAnswer], page, "groups"))
    return {group.name.casefold(): group.id for group in groups if not group.deleted}


def assigned_to(agent: Agent) -> dict[str, Any]:
    """A ticket's fields when it is an agent's, in the group in which they answered before."""
    group = {"group_id": int(agent.group_id)} if agent.group_id else {}
    return {"assignee_id": int(agent.agent_id), **group}


def without_route(ticket: Mapping[str, Any]) -> dict[str, Any]:
    """The new ticket as it is opened for nobody in particular."""
    kept = {name: value for name, value in ticket.items() if name not in _ROUTE}
    return {**kept, "tags": [*ticket["tags"], NOT_ROUTED]}


def agent_of(ticket: TicketAnswer, users: Iterable[UserAnswer]) -> Agent | None:
    """Who has a ticket; on duty only where Zendesk tells of them along with it."""
    if ticket.assignee_id is None:
        return None
    user = next((user for user in users if user.id == ticket.assignee_id), None)
    on_duty = user is not None and _is_on_duty(user) and AWAY not in ticket.tags
    return Agent(ticket.assignee_id, ticket.group_id or "", on_duty)


def _is_on_duty(user: UserAnswer) -> bool:
    is_here = user.active and not user.suspended and user.role in STAFF
    return is_here and user.user_fields.get(AWAY) is not True


_ROUTE = frozenset({"group_id", "assignee_id"})
