"""Whether gehoor can work with a Zendesk account: who it is, for how long, and what it may do."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple

from gehoor.domain.finding import Finding, State
from gehoor.errors import GehoorError, Gone
from gehoor.helpdesks._zendesk_answers import MeAnswer
from gehoor.helpdesks._zendesk_api import ZendeskApi
from gehoor.helpdesks._zendesk_mails import mails
from gehoor.helpdesks._zendesk_routes import group_ids
from gehoor.helpdesks._zendesk_secret import (
    API_TOKENS_END,
    SCOPE,
    ApiToken,
    BearerToken,
    Form,
    OAuthClient,
    SignedInClient,
    parse_secret,
)
from gehoor.helpdesks._zendesk_session import WORDS
from gehoor.helpdesks._zendesk_sign_in import sign_in_for
from gehoor.helpdesks.zendesk import Settings
from gehoor.http import Response
from gehoor.leased_session import session_name, stored_session
from gehoor.sign_in import RenewedToken, SignIn, Token
from gehoor.wiring import Access

NEEDED = ("tickets:read", "tickets:write", "users:read", "users:write")
CLOCK_TOLERANCE_S = 60
_MAKE_A_CLIENT = (
    "make a confidential OAuth client in Zendesk's Admin Center (Apps and integrations, APIs, "
    "OAuth clients) as gehoor's own account, and set it with: gehoor secret set "
)


class Checkup(NamedTuple):
    """What was found, and the same as facts for programs."""

    findings: tuple[Finding, ...]
    facts: dict[str, Any]


class _SignedIn(NamedTuple):
    """How gehoor is signed in; `token` is only known of one that it asked for itself."""

    form: Form
    token: Token | None = None
    ends_on: date | None = None


def check(settings: Settings, access: Access, groups: Sequence[str] = ()) -> Checkup:
    """Sign in as the functions do, ask who gehoor is, and judge the answer.

    `groups` are those that `desk.routing` names. AuthExpired when the secret is not usable at all;
    everything else is a finding.
    """
    form = parse_secret(settings.secret, access.secret)
    sign_in = sign_in_for(settings, form, access)
    scopes: tuple[Finding, ...] = ()
    try:
        scopes = _scopes(_signed_in(form, sign_in, settings, access), settings)
        api = ZendeskApi(settings.base_url, sign_in, access.http)
        me, response = api.me()
        signed_in = _signed_in(form, sign_in, settings, access)
    except GehoorError as error:
        return Checkup((_refusal(error), *scopes), {"account": None, "sign_in": form.kind})
    now = access.http.clock()
    findings = (
        _account(me),
        _sign_in(signed_in, settings, now),
        *scopes,
        _requests(_limit(response), settings),
        *_clock(_clock_difference(response, now)),
        mails(api),
        *_groups(api, groups),
    )
    return Checkup(findings, _facts(me, signed_in, response, settings, now))


def _facts(
    me: MeAnswer, signed_in: _SignedIn, response: Response, settings: Settings, now: datetime
) -> dict[str, Any]:
    token = signed_in.token
    limit = {"account": _limit(response), "configured": settings.requests_per_minute}
    return {
        "account": {"id": me.id, "name": me.name, "role": me.role},
        "sign_in": signed_in.form.kind,
        "ends_on": signed_in.ends_on,
        "token_ends_at": token and token.expires_at,
        "scopes": token.scope.split() if token and token.scope else None,
        "requests_per_minute": limit,
        "clock_difference_seconds": _clock_difference(response, now),
    }


def _refusal(error: GehoorError) -> Finding:
    cause, _, next_step = str(error).partition("; ")
    if isinstance(error, Gone):
        next_step = "check helpdesk.base_url and push the configuration again"
    return Finding("account", State.FAILURE, cause, next_step.removeprefix("run: "))


def _signed_in(form: Form, sign_in: SignIn, settings: Settings, access: Access) -> _SignedIn:
    token = sign_in.token() if isinstance(sign_in, RenewedToken) else None
    if isinstance(form, ApiToken):
        return _SignedIn(form, token, API_TOKENS_END)
    if isinstance(form, SignedInClient):
        session = stored_session(access.sessions, session_name(settings.secret), WORDS)
        ends_at = session.refresh_expires_at if session else None
        return _SignedIn(form, token, ends_at.date() if ends_at else None)
    return _SignedIn(form, token)


def _account(me: MeAnswer) -> Finding:
    """Who gehoor is. Roles as Zendesk's API reference has them, "Users"."""
    detail = f"{me.name} (id {me.id}), {me.role}"
    make_an_agent = "give gehoor's account the role of an agent who may comment in public"
    if me.role not in ("agent", "admin"):
        lacks = "an end user sees its own tickets alone and opens none for customers"
        return Finding("account", State.FAILURE, f"{detail}: {lacks}", make_an_agent)
    if me.only_private_comments:
        lacks = "a light agent writes internal notes alone, no customer's words and no answers"
        return Finding("account", State.FAILURE, f"{detail}: {lacks}", make_an_agent)
    if me.ticket_restriction is not None:
        lacks = f"sees only some tickets ({me.ticket_restriction}), so histories have gaps"
        step = "let gehoor's account see all tickets"
        return Finding("account", State.WARNING, f"{detail}: {lacks}", step)
    return Finding("account", State.OK, detail)


def _sign_in(signed_in: _SignedIn, settings: Settings, now: datetime) -> Finding:
    ends_on = signed_in.ends_on
    match signed_in.form:
        case ApiToken():
            left = (API_TOKENS_END - now.date()).days
            detail = f"an API token; Zendesk ends those on {ends_on}, in {left} days"
        case BearerToken():
            detail = "an access token that somebody made; gehoor cannot tell its end or renew it"
        case SignedInClient():
            detail = f"a person's, until {ends_on} and longer while it is used"
        case OAuthClient():
            detail = "an OAuth client's own, without an end"
    if signed_in.token is None:
        return Finding("sign-in", State.WARNING, detail, f"{_MAKE_A_CLIENT}{settings.secret}")
    hours, minutes = divmod((signed_in.token.expires_at - now) // timedelta(minutes=1), 60)
    return Finding("sign-in", State.OK, f"{detail}; its token is good for {hours} h {minutes} min")


def _scopes(signed_in: _SignedIn, settings: Settings) -> tuple[Finding, ...]:
    if signed_in.token is None or not signed_in.token.scope:
        return ()
    given = signed_in.token.scope
    missing = [name for name in NEEDED if {name, name.partition(":")[2]}.isdisjoint(given.split())]
    if not missing:
        return (Finding("scopes", State.OK, given),)
    step = f'set "scope": "{SCOPE}" in the secret: gehoor secret set {settings.secret}'
    return (Finding("scopes", State.FAILURE, f"{given}, without {', '.join(missing)}", step),)


def _requests(limit: int | None, settings: Settings) -> Finding:
    configured = settings.requests_per_minute
    if limit is None:
        return Finding("requests", State.OK, f"{configured} a minute; the account tells no limit")
    detail = f"{configured} of the account's {limit} a minute"
    if configured <= limit:
        return Finding("requests", State.OK, detail)
    step = f"set helpdesk.requests_per_minute to less than {limit}: other programs call too"
    return Finding("requests", State.WARNING, detail, step)


def _clock(difference_s: int | None) -> tuple[Finding, ...]:
    if difference_s is None:
        return ()
    detail = f"{abs(difference_s)} s {'behind' if difference_s > 0 else 'ahead of'} the helpdesk's"
    if abs(difference_s) <= CLOCK_TOLERANCE_S:
        return (Finding("clock", State.OK, detail),)
    step = "set this machine's clock; signatures and the lives of tokens are judged by it"
    return (Finding("clock", State.WARNING, detail, step),)


def _groups(api: ZendeskApi, named: Sequence[str]) -> tuple[Finding, ...]:
    """Whether the groups that tickets go to are there; nothing where none is named."""
    if not named:
        return ()
    try:
        known = group_ids(api)
    except GehoorError as error:
        step = "let gehoor's account list groups; tickets are opened without theirs until then"
        return (Finding("groups", State.WARNING, str(error), step),)
    ids = {str(group_id) for group_id in known.values()}
    missing = [name for name in named if name.casefold() not in known and name not in ids]
    if not missing:
        return (Finding("groups", State.OK, ", ".join(named)),)
    detail = f"{', '.join(missing)} not there: such tickets are opened without a group"
    return (Finding("groups", State.WARNING, detail, "mend desk.routing, or make the group"),)


def _limit(response: Response) -> int | None:
    value = response.headers.get("X-Rate-Limit", "")
    return int(value) if value.isascii() and value.isdigit() else None


def _clock_difference(response: Response, now: datetime) -> int | None:
    """How many seconds the helpdesk's clock is ahead, None when it does not tell the time."""
    try:
        return round((parsedate_to_datetime(response.headers["Date"]) - now).total_seconds())
    except (KeyError, ValueError, TypeError):
        return None
