"""Customers in Zendesk: users found by their external id, and what they asked before."""

from gehoor.domain.text import clean, shorten
from gehoor.domain.ticket import CustomerProfile, History, PastTicket
from gehoor.helpdesks._zendesk_answers import TicketAnswer, UserAnswer, read
from gehoor.helpdesks._zendesk_api import PAGE, ZendeskApi


class ZendeskCustomers:
    """The part of `ports.Helpdesk` that is about customers."""

    def __init__(self, api: ZendeskApi) -> None:
        self._api = api

    def upsert_customer(self, profile: CustomerProfile) -> str:
        """Find or make the user with the identity's external id; returns the user's id."""
        user = {
            "name": shorten(clean(profile.author.display_name), 80) or profile.author.handle,
            "external_id": profile.external_id,
            "skip_verify_email": True,
        }
        answer = self._api.call(
            "POST", "/users/create_or_update", "making a customer", {"user": user}
        )
        return read(UserAnswer, answer, "user").id

    def history(self, customer_id: str) -> History:
        """The customer's own tickets, newest first, at most the newest 100."""
        user = read(
            UserAnswer, self._api.call("GET", f"/users/{customer_id}", "reading a customer"), "user"
        )
        answer = self._api.call(
            "GET",
            f"/users/{customer_id}/tickets/requested",
            "reading a customer's tickets",
            params={"per_page": PAGE, "sort_by": "created_at", "sort_order": "desc"},
        )
        tickets = sorted(
            read(list[TicketAnswer], answer, "tickets"), key=lambda t: t.created_at, reverse=True
        )
        past = tuple(PastTicket(t.id, t.subject or "", t.status, t.created_at) for t in tickets)
        return History(customer_since=user.created_at, tickets=past)
