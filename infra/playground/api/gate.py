"""What every API request passes: log, ordered faults, budget, credentials."""

import base64
import binascii
import sqlite3
from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, g, jsonify, request
from waitress.channel import ClientDisconnected

from playground.api import limits
from playground.context import playground, transaction
from playground.desk import faults, users
from playground.desk.errors import Refused, bad_request, not_found
from playground.desk.oauth import Issued
from playground.desk.ticket_people import Act

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LOST = "playground.answer_lost"
OPEN_PATH = "/api/v2/users/me"


def add_to(blueprint: Blueprint) -> None:
    """Let every request of the blueprint pass the gate."""
    blueprint.before_request(_enter)
    blueprint.after_request(_leave)
    blueprint.register_error_handler(Refused, _refused)
    blueprint.register_error_handler(OverflowError, _no_such_id)
    blueprint.register_error_handler(UnicodeEncodeError, _no_text)


def token_user() -> sqlite3.Row | None:
    """The user the request's credentials belong to, None when they are missing or wrong."""
    issued = _issued()
    member = issued.client.acts_as if issued else playground().settings.tokens.get(_token() or "")
    if member is None:
        return None
    with transaction() as db:
        return users.by_email(db, member.email)


def require_user() -> sqlite3.Row:
    """The user the credentials belong to; 401 when there is none."""
    user = token_user()
    if user is None:
        raise Refused(HTTPStatus.UNAUTHORIZED, {"error": "Couldn't authenticate you"})
    return user


def act() -> Act:
    """Who this request acts as, and when."""
    return Act(g.user, playground().now(), client=request.headers.get("User-Agent", ""))


def body(name: str) -> Any:
    """The value under `name` in the request's JSON object; None when there is none."""
    sent = request.get_json(force=True, silent=True)
    if not isinstance(sent, dict):
        raise bad_request("InvalidBody", "The body is not a JSON object")
    return sent.get(name)


def _enter() -> None:
    place = playground()
    entry: dict[str, Any] = {
        "method": request.method,
        "path": request.path,
        "status": None,
        "external_id": None,
    }
    g.log_entry = entry
    place.log.append(entry)
    g.spent = place.budgets.requests.spend()
    entry["external_id"] = _external_id()
    if not g.spent.allowed:
        raise limits.too_many_requests(g.spent)
    g.fault = place.faults.take(request.method, request.path)
    if g.fault is not None and not g.fault.after_effect:
        raise faults.refusal(g.fault)
    if request.path != OPEN_PATH:
        g.user = require_user()
        _require_scope()


def _leave(response: Response) -> Response:
    g.log_entry["status"] = response.status_code
    spent = g.spent
    response.headers["X-Rate-Limit"] = str(spent.total)
    response.headers["X-Rate-Limit-Remaining"] = str(spent.remaining)
    response.headers["ratelimit-limit"] = str(spent.total)
    response.headers["ratelimit-remaining"] = str(spent.remaining)
    response.headers["ratelimit-reset"] = str(spent.reset)
    response.headers["X-Zendesk-Api-Version"] = "v2"
    response.headers["Cache-Control"] = "max-age=0, private, must-revalidate"
    response.headers.update(limits.headers())
    playground().worker.wake()
    if g.get("fault") is not None and g.fault.after_effect:
        request.environ[LOST] = True
    return response


def lose_answers(app: "WSGIApplication") -> "WSGIApplication":
    """Close the connection without a byte where an ordered fault says so."""

    def losing(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        answer = app(environ, start_response)
        if environ.get(LOST):
            raise ClientDisconnected
        return answer

    return losing


def without_suffix(app: "WSGIApplication") -> "WSGIApplication":
    """Take `.json` off API paths: Zendesk accepts both forms."""

    def stripping(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path: str = environ["PATH_INFO"]
        if path.startswith("/api/v2/"):
            environ["PATH_INFO"] = path.removesuffix(".json")
        return app(environ, start_response)

    return stripping


def _issued() -> Issued | None:
    """The OAuth token that came with the request, None when it is none or has ended."""
    return playground().oauth.find(_token() or "", playground().clock())


def _require_scope() -> None:
    issued = _issued()
    if issued is not None and not issued.may(request.method, request.path):
        description = "You are missing the required scopes"
        raise Refused(HTTPStatus.FORBIDDEN, {"error": "Forbidden", "description": description})


def _token() -> str | None:
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return credentials.strip()
    if scheme.lower() != "basic":
        return None
    try:
        name, _, token = base64.b64decode(credentials).decode("utf-8").partition(":")
    except (binascii.Error, ValueError):
        return None
    member = playground().settings.tokens.get(token)
    return token if member is not None and name == f"{member.email}/token" else None


def _external_id() -> str | None:
    if "external_id" in request.args:
        return request.args["external_id"]
    if request.mimetype != "application/json":
        return None
    sent = request.get_json(silent=True)
    for record in sent.values() if isinstance(sent, dict) else ():
        if isinstance(record, dict) and isinstance(record.get("external_id"), str):
            return str(record["external_id"])
    return None


def _refused(refused: Refused) -> Response:
    response = jsonify(refused.body)
    response.status_code = refused.status
    response.headers.update(refused.headers)
    return response


def _no_such_id(_error: OverflowError) -> Response:
    """An id larger than any record's."""
    return _refused(not_found())


def _no_text(_error: UnicodeEncodeError) -> Response:
    """Half a character, which JSON can carry and text cannot."""
    return _refused(bad_request("InvalidBody", "The body holds text that is not Unicode"))
