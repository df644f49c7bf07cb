"""`gehoor source sign-in`: a person lets gehoor in as the account of a source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gehoor import networks
from gehoor_ops import code_prompt
from gehoor_ops.connections import network_wiring, secret_name
from gehoor_ops.failures import CommandFailed, unknown
from gehoor_ops.output import printable
from gehoor_ops.stack import find_stack

if TYPE_CHECKING:
    from argparse import Namespace

    from gehoor.authorization_code import PersonSignIn
    from gehoor.config import AppConfig
    from gehoor.settings import SourceSettings
    from gehoor_ops.output import Output
    from gehoor_ops.stack import Stack

REDIRECT_URL = "http://127.0.0.1/"


def register(actions: Any) -> None:
    """Add the command to those of `gehoor source`."""
    purpose = "let a person sign gehoor in as the account of a source (X, YouTube)"
    signed_in = actions.add_parser("sign-in", help=purpose, description=purpose)
    signed_in.add_argument("id", metavar="ID", help="as in the configuration")
    code_prompt.add_options(signed_in, REDIRECT_URL)
    signed_in.set_defaults(run=sign_in)


def sign_in(options: Namespace, output: Output) -> None:
    """Print the address to open, take the one the browser was sent to, and store the sign-in."""
    stack = find_stack(options.stack, output)
    config = stack.config_store().current()[1]
    settings, name = _source(options.id, config)
    person = _person_sign_in(settings, name, config, stack)
    redirected_to = code_prompt.redirected_to(person.flow, options, output)
    if redirected_to is None:
        return
    signed_in = person.finish(redirected_to)
    version = stack.account.secrets().put(name, signed_in.secret)
    if not signed_in.is_expected:
        output.note(
            f"nobody said whom source {settings.id} is for, so whoever signed in is taken; name "
            f"the account under `accounts: {{{settings.network}: ...}}` of brand {settings.brand}"
        )
    output.show(
        {
            "signed_in": True,
            "source": settings.id,
            "account": signed_in.account,
            "expected": signed_in.is_expected,
            "secret": name,
            "version": version,
        },
        f"Signed in as {printable(signed_in.account)}; functions use it within 5 minutes. "
        f"Then read with: gehoor source poll {settings.id}",
    )


def _source(source_id: str, config: AppConfig) -> tuple[SourceSettings, str]:
    """The source and the name of its secret."""
    known = {settings.id: settings for settings in config.sources}
    if source_id not in known:
        raise unknown("source", source_id, known, "see the sources with: gehoor source list")
    settings = known[source_id]
    name = secret_name(settings)
    if name is None:
        raise CommandFailed(
            f"source {source_id} is read without a secret, so nobody has to sign in",
            "see how it is with: gehoor source list",
        )
    return settings, name


def _person_sign_in(
    settings: SourceSettings, name: str, config: AppConfig, stack: Stack
) -> PersonSignIn:
    if not networks.has_person_sign_in(settings.network):
        raise CommandFailed(
            f"{settings.network} has no sign-in in a browser: a token or password made there is "
            f"the secret of source {settings.id}",
            f"make one there and set it with: gehoor secret set {name}",
        )
    if not stack.account.secrets().exists(name):
        raise CommandFailed(
            f"secret {name} is not set",
            'set it to {"client_id": "...", "client_secret": "..."} of an OAuth client with: '
            f"gehoor secret set {name}",
        )
    handle = _own_handle(settings, config)
    wiring = network_wiring(stack, config, settings)
    return networks.person_sign_in(settings, handle, wiring)


def _own_handle(settings: SourceSettings, config: AppConfig) -> str:
    """The brand's own handle on the network, "" where the configuration names none."""
    brand = next(brand for brand in config.brands if brand.id == settings.brand)
    return brand.accounts.get(settings.network, "").lstrip("@")
