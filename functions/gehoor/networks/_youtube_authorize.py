"""The owner of a channel lets gehoor in, once: the consent of Google's authorization code flow.

Google gives a refresh token for `access_type=offline`, and each time anew for `prompt=consent`. Who
owns several channels chooses one there.
Source: https://developers.google.com/identity/protocols/oauth2/native-app
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from gehoor.authorization_code import CodeFlow, PersonSignIn, SignedIn, source_command
from gehoor.errors import ContractBroken, Rejected
from gehoor.http import Http
from gehoor.networks._youtube_api import id_of
from gehoor.networks._youtube_credentials import Credential, OAuthClient, TokenEndpoint
from gehoor.sign_in import StaticHeader

PAGE = "https://accounts.google.com/o/oauth2/v2/auth"
SCOPE = "https://www.googleapis.com/auth/youtube.force-ssl"

OwnChannels = Callable[[Credential], Sequence[Any]]


class Consent(NamedTuple):
    """What is asked for: that `client` may act as `channel`, for a source."""

    source_id: str
    channel: str
    secret_name: str
    client: OAuthClient
    token_url: str


def person_sign_in(consent: Consent, own_channels: OwnChannels, http: Http) -> PersonSignIn:
    """How the channel's owner consents. Nothing is shared between workers, so no session is kept.

    Refresh tokens stay what they are however often they are used.
    """
    flow = _flow(consent)
    remedy = f"check the OAuth client and set it anew with: gehoor secret set {consent.secret_name}"
    endpoint = TokenEndpoint(consent.client, consent.token_url, http, remedy)

    def finish(redirected_to: str) -> SignedIn:
        code, asked_at = flow.code_in(redirected_to), http.clock()
        with flow.exchanging():
            answer = endpoint.ask(code.grant(), once=True)
        flow.check_scope(answer.scope)
        if answer.refresh_token is None:
            message = f"Google gave no refresh token; begin anew: {flow.command}"
            raise ContractBroken(message)
        header = StaticHeader(answer.access_token, f"run: {flow.command}")
        channels = own_channels(Credential(header, "Authorization", can_write=True))
        account = _checked(channels, consent, flow)
        life = answer.refresh_token_expires_in
        kept = consent.client.model_copy(
            update={
                "refresh_token": answer.refresh_token,
                "consent_ends_at": asked_at + timedelta(seconds=life) if life else None,
            }
        )
        secret = kept.model_dump_json(exclude_none=True)
        return SignedIn(account, is_expected=True, secret=secret)

    return PersonSignIn(flow, finish)


def _flow(consent: Consent) -> CodeFlow:
    return CodeFlow(
        place="Google",
        page=PAGE,
        client_id=consent.client.client_id,
        client_secret=consent.client.client_secret,
        scope=SCOPE,
        account=f"the owner of the channel {consent.channel}",
        command=source_command(consent.source_id),
        code_life="a few minutes",
        extra={"access_type": "offline", "prompt": "consent"},
    )


def _checked(channels: Sequence[Any], consent: Consent, flow: CodeFlow) -> str:
    """The channel that consented, as a person reads it; Rejected when it is not the source's."""
    named = {id_of(channel): _named(channel) for channel in channels}
    if consent.channel in named:
        return named[consent.channel]
    who = " and ".join(named.values()) or "an account without a channel"
    message = (
        f"{who} signed in to YouTube, and source {consent.source_id} is for {consent.channel}, so "
        f"nothing was stored; sign in as that channel and begin anew: {flow.command}"
    )
    raise Rejected(message)


def _named(channel: Any) -> str:
    snippet = channel.get("snippet") if isinstance(channel, dict) else None
    title = snippet.get("title") if isinstance(snippet, dict) else None
    return f"{title} ({id_of(channel)})" if isinstance(title, str) else id_of(channel)
