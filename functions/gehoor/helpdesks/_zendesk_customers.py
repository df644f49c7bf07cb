"""Customers in Zendesk: users found by their external id, and what they asked before."""

from dataclasses import replace
from typing import Any

from gehoor.domain.contact import NO_CONTACT, VerifiedContact
from gehoor.domain.text import clean, shorten
from gehoor.domain.ticket import Customer, CustomerProfile, History
from gehoor.errors import Gone, Rejected
from gehoor.helpdesks._zendesk_answers import UserAnswer, read
from gehoor.helpdesks._zendesk_api import ZendeskApi
from gehoor.helpdesks._zendesk_history import history_of
from gehoor.helpdesks._zendesk_identities import (
    BODY,
    contact_identities,
    handle_identity,
    has_all,
    rename,
    user_with,
)


class ZendeskCustomers:
    """The part of `ports.Helpdesk` that is about customers; `user_fields` are keys."""

    def __init__(self, api: ZendeskApi, user_fields: frozenset[str]) -> None:
        self._api = api
        self._user_fields = user_fields

    def find_customer(self, contact: VerifiedContact) -> Customer | None:
        """The end user who has the contact; Rejected when it is somebody of the company's."""
        found = user_with(contact, self._api)
        if found is None:
            return None
        if not _is_customer(found):
            message = "looking for a customer: the address is not an end user's"
            raise Rejected(message)
        return Customer(found.id, found.created_at)

    def upsert_customer(
        self, profile: CustomerProfile, contact: VerifiedContact = NO_CONTACT
    ) -> Customer:
        """Find or make the user with the identity's external id.

        When somebody has the handle or the contact, the user is found or made without.
        """
        wanted = [*handle_identity(profile.author), *contact_identities(contact)]
        try:
            return self._upserted(profile, wanted)
        except Rejected:
            if not wanted:
                raise
        made = self._upserted(profile, [])
        return replace(made, may_be_another=not has_all(made.customer_id, wanted, self._api))

    def _upserted(self, profile: CustomerProfile, identities: list[BODY]) -> Customer:
        user = {
            **self._described(profile, named=True),
            "external_id": profile.external_id,
            "skip_verify_email": True,
        }
        if identities:
            user["identities"] = identities
        answer = self._api.call(
            "POST", "/users/create_or_update", "making a customer", {"user": user}
        )
        found = read(UserAnswer, answer, "user")
        return Customer(found.id, found.created_at)

    def add_contact(self, customer_id: str, contact: VerifiedContact) -> bool:
        """Give a user an address and a number, each as an identity that needs no verifying."""
        wanted = contact_identities(contact)
        path = f"/users/{customer_id}/identities"
        for identity in wanted:
            body = {"identity": {**identity, "skip_verify_email": True}}
            try:
                self._api.call("POST", path, "adding a customer's address", body)
            except Rejected:
                if not has_all(customer_id, [identity], self._api):
                    return False
        return True

    def update_customer(self, customer_id: str, profile: CustomerProfile, named: bool) -> None:
        """Tell what the network says of a user now; user fields are merged by Zendesk."""
        user = self._described(profile, named)
        if user:
            what = "updating a customer"
            self._api.call("PUT", f"/users/{customer_id}", what, {"user": user})
        rename(customer_id, profile.author, profile.known_handle, self._api)

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
        return _is_customer(read(UserAnswer, answer, "user"))

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


def _is_customer(user: UserAnswer) -> bool:
    return user.active and user.role == "end-user"
