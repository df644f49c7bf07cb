"""X's batch compliance jobs: which of many posts are deleted, or not to be shown any more.

X does one job of an app at a time, in minutes to hours. The addresses to send the ids to and to
read the result from come with the job. Those on X's own host want the app's token; those in
Google's storage, as X gave them before, are signed and take none.
Source: https://docs.x.com/x-api/compliance/batch-compliance/integrate
"""

from collections.abc import Mapping, Sequence
from json import loads
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel

from gehoor.errors import AuthExpired, ContractBroken, Gone, Unavailable
from gehoor.http import Http, Response, check
from gehoor.networks._x_errors import document_of
from gehoor.networks._x_message import PREFIX
from gehoor.networks._x_post import Id, read_as
from gehoor.settings import Url
from gehoor.sign_in import SignIn

PATH = "/2/compliance/jobs"
LONGEST_NAME = 64
_UNDER_WAY = ("created", "in_progress")
_WITHOUT_RESULT = ("failed", "expired")


class Job(BaseModel):
    """A job as X tells of it."""

    id: Id
    status: str
    upload_url: Url
    download_url: Url


class XComplianceJobs:
    """Fits `gehoor.ports.ComplianceJobs`."""

    def __init__(self, base_url: str, sign_in: SignIn, http: Http) -> None:
        self._base_url = base_url.rstrip("/")
        self._sign_in = sign_in
        self._http = http

    def start(self, name: str, native_ids: Sequence[str]) -> str | None:
        """Have X check posts; messages are left out, because X takes none.

        Whoever dies before the ids are sent leaves a job that X ends after a quarter of an hour.
        """
        ids = [one for one in native_ids if not one.startswith(PREFIX)]
        if not ids:
            return None
        asked = {"type": "tweets", "name": name[:LONGEST_NAME]}
        job = self._job("POST", PATH, "asking which posts are deleted", asked)
        body = "\n".join(ids).encode()
        headers = {"Content-Type": "text/plain", **self._authorization(job.upload_url)}
        sent = self._http.request("PUT", job.upload_url, headers=headers, body=body)
        check(sent, "x: sending the ids of posts", self._http.clock())
        return job.id

    def deleted_in(self, job_id: str) -> frozenset[str] | None:
        """The posts that are to be deleted, None while X is at it; Gone when there is no result.

        Of an edited post, and one whose place was taken back, X tells too; gehoor hears of edits
        by its own looks, and keeps no place.
        """
        job = self._job("GET", f"{PATH}/{job_id}", "whether posts are deleted")
        if job.status in _UNDER_WAY:
            return None
        if job.status in _WITHOUT_RESULT:
            message = f"x: compliance job {job_id} {job.status}; it is made anew"
            raise Gone(message)
        headers = self._authorization(job.download_url)
        result = self._http.request("GET", job.download_url, headers=headers)
        check(result, "x: which posts are deleted", self._http.clock())
        events = [_event(line) for line in result.body.splitlines() if line.strip()]
        return frozenset(str(event["id"]) for event in events if event.get("action") == "delete")

    def _job(self, method: str, path: str, what: str, body: Any = None) -> Job:
        response = self._http.request(
            method,
            f"{self._base_url}{path}",
            headers={"Authorization": self._sign_in.header()},
            json=body,
            changes=method != "GET",
        )
        self._refuse(response, what)
        document = document_of(response, f"x: {what}", self._http.clock())
        return read_as(Job, document.get("data"), "compliance job")

    def _refuse(self, response: Response, what: str) -> None:
        """What means something else here than elsewhere in X's API."""
        if response.status == 401:
            message = f"x: {what}: X does not take the app's token; {self._sign_in.remedy}"
            raise AuthExpired(message)
        if response.status == 409:
            message = f"x: {what}: another job of the app is under way; gehoor waits for its end"
            raise Unavailable(message)

    def _authorization(self, url: str) -> Mapping[str, str]:
        """The token goes to the API's own host alone."""
        if urlsplit(url)[:2] != urlsplit(self._base_url)[:2]:
            return {}
        return {"Authorization": self._sign_in.header()}


def _event(line: bytes) -> Mapping[str, Any]:
    try:
        found = loads(line)
    except ValueError:
        found = None
    if not isinstance(found, dict) or "id" not in found:
        message = "x: the result of a compliance job has a line that cannot be read"
        raise ContractBroken(message)
    return found
