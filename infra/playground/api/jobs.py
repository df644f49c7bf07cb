"""Job statuses: what came of bulk work."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from playground.api import gate, render
from playground.context import transaction
from playground.desk import jobs
from playground.desk.errors import Refused, too_many_values

blueprint = Blueprint("jobs", __name__, url_prefix="/api/v2/job_statuses")
gate.add_to(blueprint)


@blueprint.get("/<job_id>")
def show(job_id: str) -> ResponseReturnValue:
    """One job."""
    with transaction() as db:
        return {"job_status": render.job(jobs.get(db, job_id))}


@blueprint.get("/show_many")
def show_many() -> ResponseReturnValue:
    """Several jobs; unknown ones are left out."""
    ids = [part for part in request.args.get("ids", "").split(",") if part]
    if len(ids) > jobs.MAX_ITEMS:
        raise too_many_values("ids")
    found = []
    with transaction() as db:
        for job_id in ids:
            try:
                found.append(render.job(jobs.get(db, job_id)))
            except Refused:
                continue
    return {"job_statuses": found}
