"""What helpdesks are connected with."""

from dataclasses import dataclass

from gehoor.http import Http
from gehoor.ports import Inbox


@dataclass(frozen=True, slots=True)
class Wiring:
    """What a connection to a helpdesk is made with, besides its settings.

    `company` is the company's name, `inbox` holds the comments that the helpdesk sent.
    """

    secret: str
    http: Http
    company: str
    inbox: Inbox
