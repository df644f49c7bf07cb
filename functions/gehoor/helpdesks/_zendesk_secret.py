"""The forms of the secret that gehoor signs in to Zendesk with."""

import json
from datetime import date
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from gehoor.errors import AuthExpired
from gehoor.settings import Visible

API_TOKENS_END = date(2027, 4, 30)
"""The last day of API tokens, without extension (Zendesk's developer documentation,
api-basics/authentication/oauth-migration, as of November 2026)."""

SCOPE = "read write"
_FORMS = (
    '{"client_id": "...", "client_secret": "..."} of an OAuth client, with "refresh_token" where '
    'gehoor helpdesk sign-in made one, {"email": "...", "token": "..."} of an API token (until '
    f"{API_TOKENS_END}), or an OAuth access token by itself"
)


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)
    kind: ClassVar[str]


class OAuthClient(_Form):
    """A confidential OAuth client, which signs in by itself (client_credentials).

    `scope` is a list of scopes with a space between them. Zendesk gives a token for a scope it does
    not know, and then refuses every call.
    """

    kind: ClassVar[str] = "client"

    client_id: Visible
    client_secret: Visible = Field(repr=False)
    scope: Annotated[str, StringConstraints(pattern=r"^[!-~]+( [!-~]+)*$")] = SCOPE


class SignedInClient(OAuthClient):
    """An OAuth client that acts for the person who signed in; the refresh token is the first one.

    It is spent by its first use. What follows is kept in the session (`_zendesk_session`).
    """

    kind: ClassVar[str] = "person"

    refresh_token: Visible = Field(repr=False)


class ApiToken(_Form):
    """An API token, used with the address of an agent's account."""

    kind: ClassVar[str] = "api_token"

    email: Annotated[str, StringConstraints(pattern=r"^[^@\s:]+@[^@\s:]+$")]
    token: Visible = Field(repr=False)


class BearerToken(_Form):
    """An OAuth access token that somebody made; gehoor cannot renew it."""

    kind: ClassVar[str] = "access_token"

    token: Visible = Field(repr=False)


Form = OAuthClient | SignedInClient | ApiToken | BearerToken
_KINDS: tuple[type[_Form], ...] = (OAuthClient, SignedInClient, ApiToken, BearerToken)
_ANY: TypeAdapter[Form] = TypeAdapter(Form)


def parse_secret(name: str, value: str) -> Form:
    """The form of a secret's value.

    AuthExpired, with the accepted forms and nothing of the value, when it is none of them.
    """
    given = _loaded(name, value.strip())
    try:
        return _ANY.validate_python(given)
    except ValidationError:
        raise _unusable(name, _problem(given)) from None


def _loaded(name: str, value: str) -> dict[str, Any]:
    if not value.startswith("{"):
        return {"token": value}
    try:
        found: dict[str, Any] = json.loads(value)
    except ValueError:
        raise _unusable(name, "it begins like JSON and is not") from None
    return found


def _problem(given: dict[str, Any]) -> str:
    """What is wrong, by the closest form. Keys that no form has may be the secret itself."""
    closest = max(_KINDS, key=lambda kind: _closeness(kind, given))
    if not given.keys() & closest.model_fields.keys():
        return "it has no key of any form"
    try:
        closest.model_validate(given)
    except ValidationError as error:
        for fault in error.errors(include_url=False, include_input=False, include_context=False):
            field = str(fault["loc"][0])
            if field in closest.model_fields:
                is_missing = fault["type"] == "missing"
                return f"`{field}` is missing" if is_missing else f"`{field}` is not usable"
    return "it has a key that belongs to none of the forms"


def _closeness(kind: type[_Form], given: dict[str, Any]) -> tuple[int, int]:
    """How many of the given keys a form has, and then how few others."""
    return len(given.keys() & kind.model_fields.keys()), -len(kind.model_fields)


def _unusable(name: str, problem: str) -> AuthExpired:
    return AuthExpired(
        f"the helpdesk secret {name} is not usable: {problem}; "
        f"set it anew with: gehoor secret set {name}, to one of: {_FORMS}"
    )
