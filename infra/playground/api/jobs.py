"""Job statuses: what came of bulk work."""

import sqlite3
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from playground.api import gate, render
from playground.api.gate import act
from playground.api.paging import Order, Query, page
from playground.context import playground, transaction
from playground.desk import jobs
from playground.desk.errors import Refused, too_many_values

blueprint = Blueprint("jobs", __name__, url_prefix="/api/v2/job_statuses")
gate.add_to(blueprint)

NEWEST_FIRST = Order("number", descending=True)


def start(
    db: sqlite3.Connection, work: str, arguments: Any, total: int | None
) -> ResponseReturnValue:
    """Start a job for the caller; its first answer says queued, however fast it is."""
    place = playground()
    job = jobs.start(
        db, act(), work, arguments, total=total, pace=place.job_pace, now=place.clock()
    )
    return {"job_status": render.job_queued(job)}


@blueprint.get("")
def list_jobs() -> ResponseReturnValue:
    """All jobs, newest first."""
    with transaction() as db:
        return page(db, "job_statuses", Query("jobs"), NEWEST_FIRST, _render)


@blueprint.get("/<job_id>")
def show(job_id: str) -> ResponseReturnValue:
    """One job."""
    with transaction() as db:
        return {"job_status": _render(jobs.get(db, job_id))}


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
                found.append(_render(jobs.get(db, job_id)))
            except Refused:
                continue
    return {"job_statuses": found}


def _render(row: sqlite3.Row) -> dict[str, Any]:
    return render.job(row, jobs.standing(row, playground().clock()))
