"""What only tests and `gehoor up` use: order faults, slow jobs down, stage tickets."""

from http import HTTPStatus
from typing import Annotated

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, ConfigDict, Field

from playground.api import gate
from playground.context import keep_staff, playground, transaction
from playground.desk import staging, store
from playground.desk.errors import Refused, parse
from playground.desk.faults import Fault
from playground.desk.staging import StagedTicket

blueprint = Blueprint("control", __name__, url_prefix="/_desk")


class JobPace(BaseModel):
    """How long jobs take."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seconds: Annotated[float, Field(ge=0, le=86_400)]


@blueprint.before_request
def _require_token() -> None:
    gate.require_user()


@blueprint.errorhandler(Refused)
def _refused(refused: Refused) -> ResponseReturnValue:
    return refused.body, refused.status


@blueprint.post("/faults")
def order_fault() -> ResponseReturnValue:
    """Let the next matching requests fail."""
    playground().faults.order(parse(Fault, request.get_json(force=True, silent=True)))
    return {}, HTTPStatus.CREATED


@blueprint.post("/jobs")
def set_job_pace() -> ResponseReturnValue:
    """How many seconds the jobs take that start from now on, on the Desk's clock."""
    given = parse(JobPace, request.get_json(force=True, silent=True))
    playground().job_pace.seconds = given.seconds
    return {}


@blueprint.post("/tickets/<int:ticket_id>")
def stage_ticket(ticket_id: int) -> ResponseReturnValue:
    """Say by which channel a ticket came, or how its customer rated it."""
    given = parse(StagedTicket, request.get_json(force=True, silent=True))
    with transaction() as db:
        staging.stage(db, ticket_id, given, playground().now())
    return {}


@blueprint.post("/reset")
def reset() -> ResponseReturnValue:
    """Forget tickets, users, faults, budgets and the log; webhooks and definitions stay."""
    place = playground()
    place.faults.clear()
    place.job_pace.seconds = 0
    place.budgets.clear()
    place.log.clear()
    with transaction() as db:
        store.forget_everything(db)
        keep_staff(db, place.settings, place.now())
    return {}


@blueprint.get("/log")
def read_log() -> ResponseReturnValue:
    """The API requests since the start or the last reset, oldest first."""
    return {"requests": list(playground().log)}
