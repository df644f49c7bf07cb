"""Uploads, what is known of attachments, and the files themselves."""

import io
import mimetypes
from http import HTTPStatus

from flask import Blueprint, request, send_file
from flask.typing import ResponseReturnValue

from playground.api import gate, links
from playground.context import playground, transaction
from playground.desk import uploads
from playground.desk.errors import Refused, invalid
from playground.desk.uploads import File

MAX_FILE = 50 * 1024 * 1024

blueprint = Blueprint("uploads", __name__, url_prefix="/api/v2")
files = Blueprint("files", __name__, url_prefix="/attachments")


@blueprint.before_request
def _allow_files() -> None:
    """A file may be larger than any other body; beyond 50 MB it is refused with 413."""
    request.max_content_length = MAX_FILE


gate.add_to(blueprint)


@blueprint.post("/uploads")
def create() -> ResponseReturnValue:
    """Keep the body as a file; with `token` beside the files that are under it already."""
    name = request.args.get("filename", "").strip()
    if not name:
        raise invalid("filename", "BlankValue", "Filename: cannot be blank")
    sort = request.mimetype or mimetypes.guess_type(name)[0] or "application/octet-stream"
    file = File(name, sort, request.get_data())
    with transaction() as db:
        upload = uploads.add(db, file, request.args.get("token") or None, playground().clock())
        kept = uploads.of_upload(db, upload["token"])
    return {"upload": links.upload(upload, kept)}, HTTPStatus.CREATED


@blueprint.delete("/uploads/<token>")
def delete(token: str) -> ResponseReturnValue:
    """Forget files that were not attached yet."""
    with transaction() as db:
        uploads.remove(db, token)
    return "", HTTPStatus.NO_CONTENT


@blueprint.get("/attachments/<int:attachment_id>")
def show(attachment_id: int) -> ResponseReturnValue:
    """What is known of one file."""
    with transaction() as db:
        return {"attachment": links.attachment(uploads.get(db, attachment_id))}


@files.get("/token/<secret>/")
def download(secret: str) -> ResponseReturnValue:
    """The file; who knows the address needs no token, as on Zendesk by default.

    It is never shown in the browser: what a stranger sent must not act as one of these pages.
    """
    try:
        with transaction() as db:
            file = uploads.get_by_secret(db, secret)
    except Refused as refused:
        return refused.body, refused.status
    response = send_file(
        io.BytesIO(file["content"]),
        mimetype=file["content_type"],
        as_attachment=True,
        download_name=file["file_name"],
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
