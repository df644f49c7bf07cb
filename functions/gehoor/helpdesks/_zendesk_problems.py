"""Problem tickets in Zendesk, and the incidents that are tied to them.

From the Ticketing API's reference: a ticket of type `incident` names the problem in `problem_id`;
`update_many` makes one change to 100 tickets at most in a job. Solving the problem solves its
incidents too, which is what agents expect of it.
"""

from collections.abc import Sequence

from gehoor.domain.mention import digest
from gehoor.domain.ticket import ProblemDraft
from gehoor.helpdesks._zendesk_answers import JobAnswer, TicketAnswer, read_change
from gehoor.helpdesks._zendesk_api import ZendeskApi


class ZendeskProblems:
    """Fits `ports.Problems`."""

    def __init__(self, api: ZendeskApi) -> None:
        self._api = api

    def open_problem(self, draft: ProblemDraft) -> str:
        """Open a problem ticket that gehoor's own user asks for; returns its id."""
        comment = {"html_body": draft.html, "public": False, "uploads": list(draft.uploads)}
        ticket = {
            "external_id": draft.external_id,
            "type": "problem",
            "priority": "urgent",
            "subject": draft.subject,
            "requester_id": int(self._api.own_user_id()),
            "tags": list(draft.tags),
            "comment": comment,
        }
        answer = self._api.call(
            "POST",
            "/tickets",
            "opening a problem ticket",
            {"ticket": ticket},
            changes=True,
            headers={"Idempotency-Key": digest(draft.external_id, "problem")},
        )
        return read_change(TicketAnswer, answer, "ticket").id

    def link(self, ticket_ids: Sequence[str], problem_id: str) -> None:
        """Tie tickets to a problem in one job. One that is closed is left as it is."""
        change = {"type": "incident", "problem_id": int(problem_id)}
        answer = self._api.call(
            "PUT",
            "/tickets/update_many",
            "tying tickets to a problem",
            {"ticket": change},
            params={"ids": ",".join(ticket_ids)},
            changes=True,
        )
        read_change(JobAnswer, answer, "job_status")
