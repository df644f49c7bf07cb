"""The Street page: speak as a customer to the company, and hear it answer."""

import secrets
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from playground.config import MastodonSettings
from playground.context import playground
from playground.pages import shell
from playground.pages.mastodon import Mastodon, NetworkTrouble, Post

blueprint = Blueprint("street", __name__, url_prefix="/street")
shell.protect(blueprint)

MAX_POST = 500


@dataclass(frozen=True, slots=True)
class Speaker:
    """The customer the page speaks as."""

    account: str
    network: Mastodon
    settings: MastodonSettings


@blueprint.get("")
def choose() -> ResponseReturnValue:
    """Start as the first customer."""
    settings = playground().settings.mastodon
    if settings is None:
        return render_template("street_closed.html")
    return redirect(url_for("street.show", account=next(iter(settings.customers))))


@blueprint.get("/<account>")
def show(account: str) -> ResponseReturnValue:
    """The customer's conversations and a form for a new one."""
    return _page(_speaker(account), None)


@blueprint.get("/<account>/threads/<post_id>")
def show_thread(account: str, post_id: str) -> ResponseReturnValue:
    """The customer's conversations and one of them."""
    return _page(_speaker(account), post_id)


@blueprint.get("/<account>/parts/threads")
def threads_part(account: str) -> ResponseReturnValue:
    """The list of conversations as it is now."""
    speaker = _speaker(account)
    values = _threads(speaker) | {"chosen": request.args.get("chosen")}
    return shell.part("parts/threads.html", **_common(speaker), **values)


@blueprint.get("/<account>/parts/threads/<post_id>")
def thread_part(account: str, post_id: str) -> ResponseReturnValue:
    """One conversation as it is now."""
    speaker = _speaker(account)
    return shell.part("parts/thread.html", **_common(speaker), **_thread(speaker, post_id))


@blueprint.post("/<account>")
def say(account: str) -> ResponseReturnValue:
    """Post as the customer: a new conversation or a reply in one."""
    speaker = _speaker(account)
    thread = request.form.get("thread")
    try:
        posted = _say(speaker)
    except NetworkTrouble as trouble:
        if shell.wants_json():
            return {"error": str(trouble)}, HTTPStatus.BAD_GATEWAY
        page = render_template("refused.html", reason=str(trouble))
        return page, HTTPStatus.BAD_GATEWAY
    there = url_for("street.show_thread", account=account, post_id=thread or posted.post_id)
    if shell.wants_json():
        said = "Your reply is posted." if thread else "Your post is out."
        return {"said": said, "next_key": _new_key()} | ({} if thread else {"go": there})
    return redirect(there, HTTPStatus.SEE_OTHER)


def _say(speaker: Speaker) -> Post:
    text = request.form.get("text", "").strip()
    if not text:
        abort(HTTPStatus.BAD_REQUEST)
    address = f"@{speaker.settings.company}"
    if address.lower() not in text.lower():
        text = f"{address} {text}"
    return speaker.network.post(
        text,
        private=request.form.get("audience") == "private",
        reply_to=request.form.get("reply_to") or None,
        key=request.form.get("key") or _new_key(),
    )


def _speaker(account: str) -> Speaker:
    settings = playground().settings.mastodon
    if settings is None or account not in settings.customers:
        abort(HTTPStatus.NOT_FOUND)
    network = Mastodon(settings.base_url, settings.customers[account])
    return Speaker(account, network, settings)


def _page(speaker: Speaker, post_id: str | None) -> ResponseReturnValue:
    values = _threads(speaker) | (_thread(speaker, post_id) if post_id else {"posts": []})
    values |= {"chosen": post_id, "key": _new_key(), "max_post": MAX_POST}
    return render_template("street.html", **_common(speaker), **values)


def _common(speaker: Speaker) -> dict[str, Any]:
    return {
        "account": speaker.account,
        "customers": list(speaker.settings.customers),
        "company": speaker.settings.company,
    }


def _threads(speaker: Speaker) -> dict[str, Any]:
    try:
        return {"threads": speaker.network.threads(), "trouble": None}
    except NetworkTrouble as trouble:
        return {"threads": [], "trouble": str(trouble)}


def _thread(speaker: Speaker, post_id: str) -> dict[str, Any]:
    try:
        return {"posts": speaker.network.thread(post_id), "thread_trouble": None}
    except NetworkTrouble as trouble:
        return {"posts": [], "thread_trouble": str(trouble)}


def _new_key() -> str:
    return secrets.token_urlsafe(16)
