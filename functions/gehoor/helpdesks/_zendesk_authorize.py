"""A person signs gehoor in to Zendesk, for OAuth clients that shall not sign in by themselves."""

from gehoor.authorization_code import CodeFlow
from gehoor.code_session import SharedSecret, session_to_begin
from gehoor.helpdesks._zendesk_secret import OAuthClient, SignedInClient
from gehoor.helpdesks._zendesk_session import COMMAND, lives, session_of
from gehoor.helpdesks._zendesk_tokens import Grant, TokenEndpoint
from gehoor.settings import HelpdeskSettings
from gehoor.wiring import Access


def code_flow(base_url: str, client: OAuthClient) -> CodeFlow:
    """How the client asks a person."""
    return CodeFlow(
        place="Zendesk",
        page=f"{base_url.rstrip('/')}/oauth/authorizations/new",
        client_id=client.client_id,
        client_secret=client.client_secret,
        scope=client.scope,
        account="gehoor's own account",
        command=COMMAND,
        code_life="2 minutes",
    )


def authorize(
    settings: HelpdeskSettings, client: OAuthClient, redirected_to: str, access: Access
) -> SignedInClient:
    """Take the address the browser was sent to; returns the secret to set from now on.

    The session is stored first, so workers with the old secret find it too. Rejected when the
    address holds no code, AuthExpired when the code is not good any more.
    """
    flow = code_flow(settings.base_url, client)
    code = flow.code_in(redirected_to)
    ask = TokenEndpoint(settings.base_url, settings.secret, access.http).ask
    grant: Grant = {
        **code.grant(),
        "client_id": client.client_id,
        "client_secret": client.client_secret,
        "scope": client.scope,
        **lives(),
    }
    first = client.refresh_token if isinstance(client, SignedInClient) else None
    secret = SharedSecret(settings.secret, client.client_id, first)
    now = access.http.clock()
    with session_to_begin(secret, flow, access.sessions, now) as store:
        session = session_of(ask(grant), now)
        store(session)
    return SignedInClient(
        client_id=client.client_id,
        client_secret=client.client_secret,
        scope=client.scope,
        refresh_token=session.refresh_token,
    )
