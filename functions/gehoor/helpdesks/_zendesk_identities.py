"""What Zendesk knows a user by, besides the external id: addresses and handles of its own types.

An identity is one user's alone: making one that somebody has is refused. Tokens whose scope is
`users:read` or `users:write` may neither read nor add any, but make users with them
(https://developer.zendesk.com/api-reference/ticketing/users/user_identities/).
"""

from contextlib import suppress
from typing import Any

from gehoor.domain.contact import VerifiedContact, normal_phone
from gehoor.domain.mention import Author
from gehoor.errors import NotAllowed, Rejected
from gehoor.helpdesks._zendesk_answers import IdentityAnswer, UserAnswer, read
from gehoor.helpdesks._zendesk_api import ZendeskApi

TYPES = {"x": "twitter"}
"""Zendesk's types of the networks it has; its value for `twitter` is the screen name.

Others have a user field each. Facebook's is an id that Facebook tells apps no more.
"""

BODY = dict[str, Any]


def handle_identity(author: Author) -> list[BODY]:
    """The author's handle, where it is known and Zendesk has the type."""
    handle = author.handle.removeprefix("@")
    kind = TYPES.get(author.network)
    return [{"type": kind, "value": handle}] if author.named and kind and handle else []


def contact_identities(contact: VerifiedContact) -> list[BODY]:
    """What the customer proved to be theirs."""
    found = {"email": contact.email, "phone_number": contact.phone}
    return [
        {"type": kind, "value": value, "verified": True} for kind, value in found.items() if value
    ]


def user_with(contact: VerifiedContact, api: ZendeskApi) -> UserAnswer | None:
    """The user who has the address, or else the number; None when nobody has.

    Rejected when several have the number.
    """
    found = _user_with_email(contact.email, api) if contact.email else None
    return found or (_user_with_phone(contact.phone, api) if contact.phone else None)


def _user_with_email(email: str, api: ZendeskApi) -> UserAnswer | None:
    """The user, unchanged: read from the database, for the search index knows nobody new.

    It is matched on the address, and nothing else is sent. A user it would have to make is refused
    for want of a name, which is mandatory
    (https://developer.zendesk.com/api-reference/ticketing/users/users/#create-or-update-user).
    """
    body = {"user": {"email": email, "skip_verify_email": True}}
    try:
        answer = api.call("POST", "/users/create_or_update", "looking for a customer", body)
    except Rejected:
        return None
    return read(UserAnswer, answer, "user")


def _user_with_phone(phone: str, api: ZendeskApi) -> UserAnswer | None:
    """The user, from the search index: Zendesk looks for numbers nowhere else, by digits alone.

    https://developer.zendesk.com/documentation/voice/talk-partner-edition/retrieving-the-zendesk-user-id-of-a-caller/
    """
    params = {"query": f"phone:{phone.removeprefix('+')}"}
    answer = api.call("GET", "/users/search", "looking for a customer", params=params)
    users = [
        user
        for user in read(list[UserAnswer], answer, "users")
        if normal_phone(user.phone or "") == phone
    ]
    if len(users) > 1:
        message = "looking for a customer: several have the phone number"
        raise Rejected(message)
    return users[0] if users else None


def has_all(user_id: str, wanted: list[BODY], api: ZendeskApi) -> bool:
    """Whether the user has all of these identities by now, for all that gehoor may read."""
    try:
        found = {identity.name for identity in _identities(user_id, api)}
    except NotAllowed:
        return False
    return found >= {(identity["type"], identity["value"].lower()) for identity in wanted}


def rename(user_id: str, author: Author, known_handle: str, api: ZendeskApi) -> None:
    """Let the user have the author's handle instead of the one known until now.

    A handle that somebody left may be another person's soon. One that another user has stays with
    that user: nobody is linked by it.
    """
    known = known_handle.removeprefix("@").lower()
    for identity in handle_identity(author):
        if identity["value"].lower() == known:
            continue
        with suppress(Rejected, NotAllowed):
            what = "adding a customer's handle"
            api.call("POST", _path(user_id), what, {"identity": identity})
        with suppress(NotAllowed):
            _remove(user_id, (identity["type"], known), api)


def _remove(user_id: str, name: tuple[str, str], api: ZendeskApi) -> None:
    for identity in _identities(user_id, api) if name[1] else ():
        if identity.name == name:
            what = "removing a customer's old handle"
            api.call("DELETE", f"{_path(user_id)}/{identity.id}", what)


def _identities(user_id: str, api: ZendeskApi) -> list[IdentityAnswer]:
    answer = api.call("GET", _path(user_id), "reading a customer's identities")
    return read(list[IdentityAnswer], answer, "identities")


def _path(user_id: str) -> str:
    return f"/users/{user_id}/identities"
