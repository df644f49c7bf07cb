"""What came of it, seen from outside: the Desk's database, the network's posts, AWS's tables."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from chaos.people import CUSTOMERS_COMMENTS, answer_token, is_history, mention_token, numbers_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from chaos.ring import Ring

PERSONAL = re.compile(r"parcel is lost|caught fire|looking for it|person\d", re.IGNORECASE)
NAMED = 20
"""So many of what is wrong are named."""


def judge(ring: Ring) -> dict[str, Any]:
    """The promises, each as a count of how often it was broken."""
    shown, tickets = _shown(ring)
    replies = _replies(ring)
    heard = set(ring.people.posted) - set(ring.people.poison)
    lost = [mention_token(n) for n in heard if not shown[n]]
    lost += [answer_token(n) for n in ring.people.answered if not replies[n]]
    doubled = [name for name, times in tickets.items() if times > 1]
    doubled += [mention_token(n) for n, places in shown.items() if places > 1]
    doubled_replies = [answer_token(n) for n, posts in replies.items() if len(posts) > 1]
    told = _made_public(ring, replies)
    aside = _aside(ring)
    isolated = sum(not shown[n] for n in ring.people.poison) if aside else 0
    counts = {
        "lost": len(lost),
        "doubled_tickets": len(doubled),
        "doubled_replies": len(doubled_replies),
        "private_made_public": len(told),
        "dead_letters": sum(ring.aws.dead_letters().values()),
        "faults_in_gehoor": _logged(ring).count("fault in gehoor"),
        "personal_text_in_logs": len(_personal(_logged(ring).splitlines())),
        "personal_text_in_queues": len(_personal(ring.aws.bodies)),
    }
    is_isolated = isolated == len(ring.people.poison) == aside
    return {
        "all_well": not any(counts.values()) and is_isolated,
        **counts,
        "poison": len(ring.people.poison),
        "poison_isolated": min(isolated, aside),
        "tickets": tickets.total(),
        "replies": sum(map(len, replies.values())),
        "private_mentions": len(ring.people.private),
        "handed_over": len(ring.people.handed_over),
        "wrong": [*lost, *doubled, *doubled_replies, *told][:NAMED],
    }


def _shown(ring: Ring) -> tuple[Counter[int], Counter[str]]:
    """How often each mention is in the helpdesk, and how many tickets each case has."""
    shown: Counter[int] = Counter()
    with ring.desk.store.transaction() as db:
        comments = db.execute(CUSTOMERS_COMMENTS).fetchall()
        names = [row["external_id"] for row in db.execute("SELECT external_id FROM tickets")]
    for row in comments:
        if not is_history(row["metadata"]):
            shown.update(_times(row["plain_body"]))
    return shown, Counter(names)


def _times(text: str) -> Counter[int]:
    return Counter({n: text.count(mention_token(n)) for n in numbers_in(text, "mention")})


def _replies(ring: Ring) -> dict[int, list[Mapping[str, Any]]]:
    found: dict[int, list[Mapping[str, Any]]] = {n: [] for n in ring.people.answered}
    for post in ring.town.posted:
        for number in numbers_in(post["status"], "answer"):
            found[number].append(post)
    return found


def _made_public(ring: Ring, replies: Mapping[int, Iterable[Mapping[str, Any]]]) -> list[str]:
    """Posts that more people can read than they were for, and internal notes that are out."""
    people, private = ring.people, ring.people.private
    wrong = [post["status"] for post in ring.town.posted if numbers_in(post["status"], "internal")]
    confidential = people.handed_over | _private_tickets(ring)
    for number, posts in replies.items():
        ticket_id = people.answered[number]
        is_private = number in private or ticket_id in confidential
        for post in posts:
            answered = ring.town.statuses[post["in_reply_to_id"]]
            must_hide = is_private or answered["visibility"] == "direct"
            if must_hide and post["visibility"] != "direct":
                wrong.append(answer_token(number))
    return wrong


def _private_tickets(ring: Ring) -> set[str]:
    with ring.desk.store.transaction() as db:
        rows = db.execute("SELECT ticket_id, plain_body FROM comments").fetchall()
    private = ring.people.private
    return {
        str(row["ticket_id"]) for row in rows if private & numbers_in(row["plain_body"], "mention")
    }


def _aside(ring: Ring) -> int:
    """How many records stand aside with a reason."""
    pages = ring.aws.dynamodb.get_paginator("scan").paginate(
        TableName="CoreTable",
        FilterExpression="#state = :aside AND attribute_exists(reason)",
        ExpressionAttributeNames={"#state": "state"},
        ExpressionAttributeValues={":aside": {"S": "aside"}},
    )
    return sum(page["Count"] for page in pages)


def _logged(ring: Ring) -> str:
    return ring.log.read_text() if ring.log.exists() else ""


def _personal(lines: Iterable[str]) -> set[str]:
    """The lines that quote somebody, or name an author."""
    return {line for line in lines if PERSONAL.search(line)}
