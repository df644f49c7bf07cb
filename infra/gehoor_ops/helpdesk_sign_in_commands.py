"""`gehoor helpdesk check` and `gehoor helpdesk sign-in`: who gehoor is at the helpdesk."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, NamedTuple

from gehoor.domain.finding import State
from gehoor.helpdesks import _zendesk_check, zendesk
from gehoor.helpdesks._zendesk_authorize import authorize, code_flow
from gehoor.helpdesks._zendesk_secret import OAuthClient, parse_secret
from gehoor_ops import code_prompt
from gehoor_ops.connections import helpdesk_access
from gehoor_ops.failures import CommandFailed
from gehoor_ops.output import overview, printable
from gehoor_ops.stack import find_stack

if TYPE_CHECKING:
    from argparse import Namespace

    from gehoor.wiring import Access
    from gehoor_ops.output import Output
    from gehoor_ops.stack import Stack

CHECK = "gehoor helpdesk check"
REDIRECT_URL = "http://localhost/"


def register(actions: Any) -> None:
    """Add the commands to those of `gehoor helpdesk`."""
    purpose = "say who gehoor is at the helpdesk, for how long, and what it lacks"
    actions.add_parser("check", help=purpose, description=purpose).set_defaults(run=check)
    purpose = "let a person sign gehoor in, for OAuth clients that shall not sign in by themselves"
    signed_in = actions.add_parser("sign-in", help=purpose, description=purpose)
    code_prompt.add_options(signed_in, REDIRECT_URL)
    signed_in.set_defaults(run=sign_in)


class _Connection(NamedTuple):
    settings: zendesk.Settings
    access: Access


def check(options: Namespace, output: Output) -> None:
    """Show what is well and what is not; CommandFailed when gehoor cannot work like that."""
    settings, access = _connection(find_stack(options.stack, output))
    findings, facts = _zendesk_check.check(settings, access)
    failures = [finding for finding in findings if finding.state is State.FAILURE]
    document = {"healthy": not failures, **facts, "findings": [asdict(f) for f in findings]}
    text = overview(findings)
    if failures:
        raise CommandFailed(
            f"gehoor cannot work with the helpdesk: {printable(failures[0].detail)}",
            failures[0].next_step,
            tuple(text.splitlines()),
            **document,
        )
    output.show(document, text)


def sign_in(options: Namespace, output: Output) -> None:
    """Print the address to open, take the one the browser was sent to, and store the session."""
    stack = find_stack(options.stack, output)
    settings, access = _connection(stack)
    client = _client(settings, access)
    flow = code_flow(settings.base_url, client)
    redirected_to = code_prompt.redirected_to(flow, options, output)
    if redirected_to is None:
        return
    signed_in = authorize(settings, client, redirected_to, access)
    version = stack.account.secrets().put(settings.secret, signed_in.model_dump_json())
    output.show(
        {"signed_in": True, "secret": settings.secret, "version": version},
        f"Signed in; functions use it within 5 minutes. See who gehoor is with: {CHECK}",
    )


def _connection(stack: Stack) -> _Connection:
    config = stack.config_store().current()[1]
    if not isinstance(config.helpdesk, zendesk.Settings):
        cause = f"a helpdesk of the kind {config.helpdesk.kind} cannot be checked yet"
        raise CommandFailed(cause, "look into the logs of deliver_mention and apply_event")
    return _Connection(config.helpdesk, helpdesk_access(stack, config))


def _client(settings: zendesk.Settings, access: Access) -> OAuthClient:
    form = parse_secret(settings.secret, access.secret)
    if not isinstance(form, OAuthClient):
        raise CommandFailed(
            f"the secret {settings.secret} is no OAuth client's, so nobody can sign in with it",
            'set it to {"client_id": "...", "client_secret": "..."} of a confidential OAuth client '
            f"first: gehoor secret set {settings.secret}",
        )
    return form
