"""A person signs gehoor in to X as the account of a source.

A code lives 30 seconds. X sends no browser to localhost, so addresses are on 127.0.0.1.
Sources: https://docs.x.com/resources/fundamentals/authentication/oauth-2-0/authorization-code and,
for the redirect, https://docs.x.com/resources/fundamentals/developer-apps
"""

from collections.abc import Callable
from typing import NamedTuple

from gehoor.authorization_code import CodeFlow, PersonSignIn, SignedIn, source_command
from gehoor.code_session import SharedSecret, session_to_begin
from gehoor.errors import AuthExpired, Rejected
from gehoor.networks._x_names import Named
from gehoor.networks._x_sign_in import Client, TokenEndpoint, client_in
from gehoor.sign_in import SignIn, StaticHeader
from gehoor.wiring import NetworkWiring

PAGE = "https://x.com/i/oauth2/authorize"
SCOPE = "tweet.read users.read tweet.write dm.read dm.write offline.access"

WhoSignedIn = Callable[[SignIn], Named]


class Account(NamedTuple):
    """Whom a source is for: `handle` is "" where nobody said."""

    source_id: str
    handle: str
    base_url: str
    secret_name: str


def person_sign_in(account: Account, who: WhoSignedIn, wiring: NetworkWiring) -> PersonSignIn:
    """How a person signs in as the account. AuthExpired when the secret has no client for that."""
    client = client_in(account.secret_name, wiring.secret)
    flow = _flow(account, client)
    remedy = f"check the OAuth client and set it anew with: gehoor secret set {account.secret_name}"
    endpoint = TokenEndpoint(account.base_url, client, wiring.http, remedy)
    secret = SharedSecret(account.secret_name, client.client_id, client.refresh_token)

    def finish(redirected_to: str) -> SignedIn:
        code, now = flow.code_in(redirected_to), wiring.http.clock()
        with session_to_begin(secret, flow, wiring.sessions, now) as store:
            session = endpoint.session(code.grant())
            flow.check_scope(session.scope)
            signed_in = who(StaticHeader(session.access_token, f"run: {flow.command}"))
            _check(signed_in, account, flow)
            store(session)
        renewed = client.model_copy(update={"refresh_token": session.refresh_token})
        secret_value = renewed.model_dump_json(exclude_none=True)
        return SignedIn(signed_in.handle, bool(account.handle), secret_value)

    return PersonSignIn(flow, finish)


def _flow(account: Account, client: Client) -> CodeFlow:
    if client.client_secret is None:
        message = (
            f"the secret {account.secret_name} has no client_secret; make the app at X a "
            "confidential client (Web App, Automated App or Bot), and set client_id and "
            f"client_secret with: gehoor secret set {account.secret_name}"
        )
        raise AuthExpired(message)
    return CodeFlow(
        place="X",
        page=PAGE,
        client_id=client.client_id,
        client_secret=client.client_secret,
        scope=SCOPE,
        account=f"@{account.handle}" if account.handle else "the account of the source",
        command=source_command(account.source_id),
        code_life="30 seconds",
    )


def _check(signed_in: Named, account: Account, flow: CodeFlow) -> None:
    """X knows names in any case."""
    if account.handle and signed_in.username.casefold() != account.handle.casefold():
        message = (
            f"{signed_in.handle} signed in to X, and source {account.source_id} is for "
            f"@{account.handle}, so nothing was stored; sign in there as @{account.handle}, or "
            f"name the other under the brand's accounts, and begin anew: {flow.command}"
        )
        raise Rejected(message)
