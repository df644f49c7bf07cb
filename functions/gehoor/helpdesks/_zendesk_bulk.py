"""Many at once in Zendesk: users by external id, tickets by jobs.

Rules come from Zendesk's API reference: 100 items a call, 30 jobs queued or working an account, no
Idempotency-Key. A job's status is kept for an hour at least.
"""

from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import quote

from gehoor.domain.bulk import Job
from gehoor.domain.setup import HelpdeskSetup
from gehoor.domain.ticket import CommentDraft, Customer, TicketDraft
from gehoor.helpdesks._zendesk_answers import JobAnswer, UserAnswer, read, read_change
from gehoor.helpdesks._zendesk_api import ZendeskApi
from gehoor.helpdesks._zendesk_bodies import comment_body, ticket_body
from gehoor.helpdesks._zendesk_routes import Groups

UNDER_WAY = frozenset({"queued", "working"})
CREATES = "Bulk Create Ticket"
CHANGES = "Bulk Update Ticket"
LONGEST_LIST = 7_000
"""Bytes of the ids in one address: what is too long is answered 414
(https://github.com/facetoe/zenpy/issues/385), and servers commonly take 8 kB in all."""


class ZendeskBulk:
    """Fits `ports.Bulk`."""

    def __init__(self, api: ZendeskApi, setup: HelpdeskSetup, groups: Groups) -> None:
        self._api = api
        self._setup = setup
        self._groups = groups

    def known_customers(self, external_ids: Sequence[str]) -> Mapping[str, Customer]:
        """Users with these external ids, which Zendesk compares without regard to case.

        It is one call: ids that do not fit into an address are not asked for.
        """
        params = {"external_ids": ",".join(_fitting(external_ids))}
        answer = self._api.call("GET", "/users/show_many", "looking for customers", params=params)
        found = {
            (user.external_id or "").lower(): Customer(user.id, user.created_at)
            for user in read(list[UserAnswer], answer, "users")
        }
        return {name: found[name.lower()] for name in external_ids if name.lower() in found}

    def open_tickets(self, drafts: Sequence[TicketDraft]) -> str:
        """Have tickets opened by a job; returns its id.

        One that Zendesk refuses with its group or agent has no ticket then, and goes singly.
        """
        bodies = [ticket_body(draft, self._setup, self._groups)[0] for draft in drafts]
        body = {"tickets": bodies}
        answer = self._api.call(
            "POST", "/tickets/create_many", "opening tickets", body, changes=True
        )
        return read_change(JobAnswer, answer, "job_status").id

    def write_comments(self, comments: Sequence[tuple[str, CommentDraft]]) -> str:
        """Have comments written by a job, each in its ticket; returns the job's id."""
        changes = [{"id": int(ticket_id), **comment_body(draft)} for ticket_id, draft in comments]
        body = {"tickets": changes}
        answer = self._api.call(
            "PUT", "/tickets/update_many", "writing comments", body, changes=True
        )
        return read_change(JobAnswer, answer, "job_status").id

    def read_job(self, job_id: str) -> Job:
        """How far a job is."""
        answer = self._api.call("GET", f"/job_statuses/{job_id}", "reading a job")
        job = read(JobAnswer, answer, "job_status")
        return Job(job.status not in UNDER_WAY, _ticket_ids(job))

    def is_at_work(self) -> bool:
        """Whether any job that opens tickets is queued or working."""
        return self._is_any_under_way(CREATES)

    def is_changing(self) -> bool:
        """Whether any job that changes tickets is queued or working."""
        return self._is_any_under_way(CHANGES)

    def _is_any_under_way(self, kind: str) -> bool:
        answer = self._api.call("GET", "/job_statuses", "listing jobs")
        jobs = read(list[JobAnswer], answer, "job_statuses")
        return any(job.status in UNDER_WAY and job.job_type in (None, kind) for job in jobs)


def _fitting(external_ids: Sequence[str]) -> Iterator[str]:
    room = LONGEST_LIST
    for external_id in external_ids:
        room -= len(quote(f"{external_id},", safe="", errors="replace"))
        if room < 0:
            return
        yield external_id


def _ticket_ids(job: JobAnswer) -> dict[int, str]:
    """Ids by place: results tell it as `index`, and come in order where they do not.

    What could not be done may name an id all the same (recorded of organisations).
    """
    return {
        int(result.get("index", place)): str(result["id"])
        for place, result in enumerate(job.results)
        if result.get("id") and "error" not in result
    }
