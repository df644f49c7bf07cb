"""Customers in Zendesk: users found by their external id, and what they asked before."""

from gehoor.domain.text import clean, shorten
from gehoor.domain.ticket import Customer, CustomerProfile, History
from gehoor.helpdesks._zendesk_answers import UserAnswer, read
from gehoor.helpdesks._zendesk_api import ZendeskApi
from gehoor.helpdesks._zendesk_history import history_of


class ZendeskCustomers:
    """The part of `ports.Helpdesk` that is about customers."""

    def __init__(self, api: ZendeskApi) -> None:
        self._api = api

    def upsert_customer(self, profile: CustomerProfile) -> Customer:
        """Find or make the user with the identity's external id."""
        user = {
            "name": shorten(clean(profile.author.display_name), 80) or profile.author.handle,
            "external_id": profile.external_id,
            "skip_verify_email": True,
        }
        answer = self._api.call(
            "POST", "/users/create_or_update", "making a customer", {"user": user}
        )
        made = read(UserAnswer, answer, "user")
        return Customer(made.id, made.created_at)

    def history(self, customer_id: str) -> History:
        """The customer's own tickets, and what agents answered in one of them: two calls at most.

        Gone when the customer was removed or merged.
        """
        return history_of(self._api, customer_id)
