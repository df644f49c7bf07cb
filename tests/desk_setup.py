"""Setting a helpdesk up in a test, without a stack."""

from datetime import UTC, datetime

from desk_server import TOKEN
from fakes.sessions import FakeSessions
from gehoor.desk_settings import Desk
from gehoor.helpdesks.zendesk import Settings, signed_in_api
from gehoor.http import Http
from gehoor.wiring import Access
from gehoor_ops.setup_apply import Outcome, carry_out
from gehoor_ops.setup_file import read_setup, wanted
from gehoor_ops.setup_plan import plan
from gehoor_ops.zendesk_objects import ZendeskObjects

WANTED = wanted(read_setup(), "https://api.example", Desk())


def objects_at(url: str) -> ZendeskObjects:
    """What is defined in the helpdesk at `url`."""
    settings = Settings(kind="zendesk", base_url=url, secret="/gehoor/zendesk")
    http = Http(lambda: datetime.now(UTC), frozenset({"127.0.0.1"}), timeout=(2, 10))
    return ZendeskObjects(signed_in_api(settings, Access(TOKEN, http, FakeSessions())))


def set_up(objects: ZendeskObjects) -> Outcome:
    """Make everything gehoor wants there."""
    return carry_out(plan(WANTED, objects.found()), objects, lambda _: None)
