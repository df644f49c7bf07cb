"""OAuth tokens: made for clients of the settings, kept in memory, ended by the Desk's clock.

Rules are those of Zendesk's API reference, "OAuth Tokens for Grant Types": a refresh returns a new
pair and ends the old one at once, a code is good for 120 seconds and once, a scope that nobody
knows still yields a token, whose calls are refused.
"""

import secrets
import threading
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from http import HTTPStatus
from typing import Annotated, Any

from pydantic import BaseModel, Field

from playground.config import OAuthClient
from playground.desk.errors import Refused

CODE_LIFE = timedelta(seconds=120)
REFRESH_LIFE = timedelta(days=30)


class TokenRequest(BaseModel):
    """What is sent for a token; lives are in seconds. Unknown properties are ignored."""

    grant_type: str
    client_id: str = ""
    client_secret: str = ""
    scope: str = "read"
    expires_in: Annotated[int, Field(gt=300, lt=172_800)] | None = None
    refresh_token_expires_in: Annotated[int, Field(gt=604_800, lt=7_776_000)] | None = None
    refresh_token: str = ""
    code: str = ""
    redirect_uri: str = ""
    code_verifier: str = ""


class AuthorizationRequest(BaseModel):
    """What a person is sent to the authorization page with."""

    response_type: str
    client_id: str
    redirect_uri: str
    scope: str
    state: str = ""
    code_challenge: str = ""
    code_challenge_method: str = ""


@dataclass(frozen=True, slots=True)
class Issued:
    """A token as it was given; `expires_at` None means that it does not end by itself."""

    client: OAuthClient
    scope: str
    access_token: str
    expires_at: datetime | None
    refresh_token: str = ""
    refresh_expires_at: datetime | None = None

    def may(self, method: str, path: str) -> bool:
        """Whether the scope covers a request; `path` starts with /api/v2."""
        needed = "read" if method == "GET" else "write"
        resource = path.removeprefix("/api/v2/").partition("/")[0]
        return not {needed, f"{resource}:{needed}"}.isdisjoint(self.scope.split())


@dataclass(frozen=True, slots=True)
class _Code:
    asked: AuthorizationRequest
    expires_at: datetime


class OAuth:
    """The tokens and codes that were given and have not been spent."""

    def __init__(self, clients: list[OAuthClient]) -> None:
        self._clients = {client.identifier: client for client in clients}
        self._lock = threading.Lock()
        self._issued: dict[str, Issued] = {}
        self._codes: dict[str, _Code] = {}

    def find(self, access_token: str, now: datetime) -> Issued | None:
        """The token, None when it is unknown or has ended."""
        with self._lock:
            issued = self._issued.get(access_token)
        return issued if issued and _lives(issued.expires_at, now) else None

    def revoke_all(self) -> None:
        """End every token, as an administrator may."""
        with self._lock:
            self._issued.clear()

    def authorize(self, asked: AuthorizationRequest, now: datetime) -> str:
        """A code for a person who clicks Allow; refused when the client does not know the way."""
        client = self._clients.get(asked.client_id)
        if client is None or asked.redirect_uri not in client.redirect_urls:
            raise _bad("invalid_request", "The client or its redirect URL is not known")
        if asked.response_type != "code":
            raise _bad("unsupported_response_type", "The implicit grant has ended")
        if asked.code_challenge and asked.code_challenge_method != "S256":
            raise _bad("invalid_request", "The challenge's method is S256")
        code = secrets.token_urlsafe(24)
        with self._lock:
            self._codes[code] = _Code(asked, now + CODE_LIFE)
        return code

    def issue(self, asked: TokenRequest, now: datetime) -> dict[str, Any]:
        """A token's JSON; refused as RFC 6749, section 5.2 says."""
        client = self._client(asked)
        with self._lock:
            match asked.grant_type:
                case "client_credentials":
                    return self._give(client, asked, now, asked.scope, refreshable=False)
                case "refresh_token":
                    scope = self._spend_refresh_token(client, asked, now)
                case "authorization_code":
                    scope = self._spend_code(client, asked, now)
                case _:
                    raise _bad("unsupported_grant_type", "The grant type is not supported")
            return self._give(client, asked, now, scope, refreshable=True)

    def _client(self, asked: TokenRequest) -> OAuthClient:
        client = self._clients.get(asked.client_id)
        if client is None or not compare_digest(client.secret, asked.client_secret):
            raise Refused(
                HTTPStatus.UNAUTHORIZED,
                {"error": "invalid_client", "error_description": "Client authentication failed"},
            )
        return client

    def _spend_refresh_token(self, client: OAuthClient, asked: TokenRequest, now: datetime) -> str:
        for issued in self._issued.values():
            if issued.refresh_token and issued.refresh_token == asked.refresh_token:
                if issued.client != client or not _lives(issued.refresh_expires_at, now):
                    break
                del self._issued[issued.access_token]
                return issued.scope
        raise _bad("invalid_grant", "The grant is invalid, expired, or revoked")

    def _spend_code(self, client: OAuthClient, asked: TokenRequest, now: datetime) -> str:
        code = self._codes.pop(asked.code, None)
        if (
            code is None
            or not _lives(code.expires_at, now)
            or code.asked.client_id != client.identifier
            or code.asked.redirect_uri != asked.redirect_uri
            or not _proves(asked.code_verifier, code.asked.code_challenge)
        ):
            raise _bad("invalid_grant", "The grant is invalid, expired, or revoked")
        return code.asked.scope

    def _give(
        self,
        client: OAuthClient,
        asked: TokenRequest,
        now: datetime,
        scope: str,
        *,
        refreshable: bool,
    ) -> dict[str, Any]:
        access_token = secrets.token_urlsafe(32)
        life = timedelta(seconds=asked.expires_in) if asked.expires_in else None
        answer: dict[str, Any] = {
            "access_token": access_token,
            "token_type": "bearer",
            "scope": scope,
            "expires_in": asked.expires_in,
        }
        issued = Issued(client, scope, access_token, now + life if life else None)
        if refreshable:
            seconds = asked.refresh_token_expires_in or int(REFRESH_LIFE.total_seconds())
            refresh_token = secrets.token_urlsafe(32)
            answer |= {"refresh_token": refresh_token, "refresh_token_expires_in": seconds}
            end = now + timedelta(seconds=seconds)
            issued = Issued(client, scope, access_token, issued.expires_at, refresh_token, end)
        self._issued[access_token] = issued
        return answer


def _lives(end: datetime | None, now: datetime) -> bool:
    return end is None or now < end


def _proves(verifier: str, challenge: str) -> bool:
    """Whether the verifier is the challenge's (RFC 7636, section 4.6)."""
    if not challenge:
        return True
    digest = sha256(verifier.encode()).digest()
    return compare_digest(urlsafe_b64encode(digest).rstrip(b"=").decode(), challenge)


def _bad(error: str, description: str) -> Refused:
    body = {"error": error, "error_description": description}
    return Refused(HTTPStatus.BAD_REQUEST, body)
