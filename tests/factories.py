"""Mentions, judgements and cases for tests: valid as they are, changed by name."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from gehoor.domain.brand import Brand
from gehoor.domain.case import Case, address_of, case_id_of
from gehoor.domain.judgement import Intent, Judgement, Urgency
from gehoor.domain.mention import Author, Mention, Visibility
from gehoor.domain.priority import Priority
from gehoor.domain.ticket import CommentDraft, CustomerProfile, TicketDraft

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
BRAND = Brand("noordlicht", ("nl", "en"), frozenset({("town", "noordlicht@town.example")}))
JUDGEMENT = Judgement("en", Intent.COMPLAINT, Urgency.NORMAL, None, ('says "broken": a failure',))


def author(name: str = "anna", **changes: Any) -> Author:
    """Somebody on the network `town`."""
    made = Author(
        network="town",
        native_id=f"https://town.example/users/{name}",
        handle=f"@{name}@town.example",
        display_name=name.title(),
        profile_url=f"https://town.example/@{name}",
    )
    return replace(made, **changes)


def mention(name: str = "1", by: str = "anna", **changes: Any) -> Mention:
    """A public mention of the brand, the first of its thread; `name` tells posts apart."""
    made = Mention(
        brand=BRAND.brand_id,
        source_id="masto",
        network="town",
        native_id=name,
        uri=f"https://town.example/posts/{name}",
        author=author(by),
        text=f"It is broken, {name}",
        posted_at=NOW - timedelta(minutes=1),
        permalink=f"https://town.example/@{by}/{name}",
        visibility=Visibility.PUBLIC,
    )
    return replace(made, **changes)


def judgement(**changes: Any) -> Judgement:
    """A plain complaint."""
    return replace(JUDGEMENT, **changes)


def judge(mention: Mention, brand: Brand) -> Judgement:
    """A triage of one rule: what says "fire" is critical."""
    urgency = Urgency.CRITICAL if "fire" in mention.text else Urgency.NORMAL
    return replace(JUDGEMENT, language=brand.languages[0], urgency=urgency)


def case(of: Mention | None = None, **changes: Any) -> Case:
    """The case a mention opens, not stored yet."""
    opening = of or mention()
    made = Case(
        case_id=case_id_of(opening, opening.uri),
        brand=opening.brand,
        network=opening.network,
        ticket_id="35436",
        opened_by=opening.mention_id,
        customer_id="7",
        address=address_of(opening),
        answers_at=opening.posted_at,
    )
    return replace(made, **changes)


def profile(by: str = "anna") -> CustomerProfile:
    """What the network tells about an author."""
    return CustomerProfile(author(by), "en", NOW.date())


def comment_draft(text: str = "Hello", **changes: Any) -> CommentDraft:
    """A public comment of gehoor's own."""
    marker = f"marker:{text.replace(' ', '-')}"
    return replace(CommentDraft(f"<p>{text}</p>", public=True, marker=marker), **changes)


def ticket_draft(requester_id: str, **changes: Any) -> TicketDraft:
    """A ticket whose first comment is the requester's."""
    first = comment_draft("It is broken", author_id=requester_id)
    made = TicketDraft(
        external_id="gehoor:a-case",
        subject="It is broken",
        requester_id=requester_id,
        first=first,
        priority=Priority.NORMAL,
        tags=("gehoor",),
    )
    return replace(made, **changes)
