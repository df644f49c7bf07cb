"""Where OAuth tokens are asked for, and where a person allows it. Neither is below /api/v2."""

from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import Blueprint, Response, g, redirect, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, ValidationError

from playground.api import gate
from playground.context import playground
from playground.desk import faults
from playground.desk.errors import Refused
from playground.desk.oauth import AuthorizationRequest, TokenRequest

blueprint = Blueprint("oauth", __name__, url_prefix="/oauth")
Asked = TypeVar("Asked", bound=BaseModel)


@blueprint.before_request
def _enter() -> None:
    entry: dict[str, Any] = {"method": request.method, "path": request.path, "status": None}
    g.log_entry = entry
    playground().log.append(entry)
    g.fault = playground().faults.take(request.method, request.path)
    if g.fault is not None and not g.fault.after_effect:
        raise faults.refusal(g.fault)


@blueprint.after_request
def _leave(response: Response) -> Response:
    g.log_entry["status"] = response.status_code
    if g.fault is not None and g.fault.after_effect:
        request.environ[gate.LOST] = True
    return response


@blueprint.errorhandler(Refused)
def _refused(refused: Refused) -> ResponseReturnValue:
    return refused.body, refused.status, refused.headers


@blueprint.post("/tokens")
def create_token() -> ResponseReturnValue:
    """A token for a grant."""
    asked = _parse(TokenRequest, request.get_json(force=True, silent=True))
    place = playground()
    return place.oauth.issue(asked, place.clock())


@blueprint.get("/authorizations/new")
def authorize() -> ResponseReturnValue:
    """The page where a person allows a client in: here everybody does, at once."""
    asked = _parse(AuthorizationRequest, request.args.to_dict())
    place = playground()
    answer = {"code": place.oauth.authorize(asked, place.clock()), "state": asked.state}
    return redirect(f"{asked.redirect_uri}?{urlencode(answer)}")


def _parse(kind: type[Asked], sent: object) -> Asked:
    try:
        return kind.model_validate(sent)
    except ValidationError as error:
        wrong = ", ".join(str(fault["loc"][-1]) for fault in error.errors() if fault["loc"])
        body = {"error": "invalid_request", "error_description": f"Missing or invalid: {wrong}"}
        raise Refused(HTTPStatus.BAD_REQUEST, body) from error
