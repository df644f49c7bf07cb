"""Customers in Zendesk: users found by their external id, and what they asked before."""

from typing import Any

from gehoor.domain.text import clean, shorten
from gehoor.domain.ticket import Customer, CustomerProfile, History
from gehoor.errors import Gone
from gehoor.helpdesks._zendesk_answers import UserAnswer, read
from gehoor.helpdesks._zendesk_api import ZendeskApi
from gehoor.helpdesks._zendesk_history import history_of


class ZendeskCustomers:
    """The part of `ports.Helpdesk` that is about customers; `user_fields` are keys."""

    def __init__(self, api: ZendeskApi, user_fields: frozenset[str]) -> None:
        self._api = api
        self._user_fields = user_fields

    def upsert_customer(self, profile: CustomerProfile) -> Customer:
        """Find or make the user with the identity's external id."""
        user = {
            **self._described(profile, named=True),
            "external_id": profile.external_id,
            "skip_verify_email": True,
        }
        answer = self._api.call(
            "POST", "/users/create_or_update", "making a customer", {"user": user}
        )
        found = read(UserAnswer, answer, "user")
        return Customer(found.id, found.created_at)

    def update_customer(self, customer_id: str, profile: CustomerProfile, named: bool) -> None:
        """Tell what the network says of a user now; user fields are merged by Zendesk."""
        user = self._described(profile, named)
        if user:
            what = "updating a customer"
            self._api.call("PUT", f"/users/{customer_id}", what, {"user": user})

    def history(self, customer_id: str) -> History:
        """The customer's own tickets, and what agents answered in one of them: two calls at most.

        Gone when the customer was removed or merged.
        """
        return history_of(self._api, customer_id)

    def is_customer(self, customer_id: str) -> bool:
        """Whether this is an end user who is active: a user who was removed can still be read."""
        try:
            answer = self._api.call("GET", f"/users/{customer_id}", "reading a customer")
        except Gone:
            return False
        user = read(UserAnswer, answer, "user")
        return user.active and user.role == "end-user"

    def _described(self, profile: CustomerProfile, named: bool) -> dict[str, Any]:
        """The name, and the user fields that the account has."""
        author = profile.author
        values = {
            f"gehoor_{author.network}": f"{author.handle} {author.profile_url}".strip(),
            "gehoor_language": profile.language,
            "gehoor_last_contact": profile.last_contact.isoformat(),
        }
        fields = {key: value for key, value in values.items() if key in self._user_fields}
        described: dict[str, Any] = {"user_fields": fields} if fields else {}
        if named:
            described["name"] = shorten(clean(author.display_name), 80) or author.handle
        return described
