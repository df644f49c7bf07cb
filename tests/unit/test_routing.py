"""Who answers: the agent who knows the customer, the group for what it is about, or nobody."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from factories import NOW, judgement, mention
from gehoor.domain.compose import ticket_draft
from gehoor.domain.faces import Company
from gehoor.domain.judgement import Intent, Risk, Urgency
from gehoor.domain.mention import Visibility
from gehoor.domain.priority import Priority
from gehoor.domain.routing import GroupRule, Routing, group_for, knowing_agent
from gehoor.domain.rules import Rules
from gehoor.domain.service import Kind, ServiceCase, service_case, service_for, service_of
from gehoor.domain.ticket import Agent, PastTicket

ROUTING = Routing(
    (
        GroupRule("Delivery NL", brand="noordlicht", language="nl", topic="delivery"),
        GroupRule("Praise", intent="praise"),
        GroupRule("Dutch", language="nl"),
        GroupRule("Shop", brand="noordlicht-shop"),
        GroupRule("Everybody"),
    ),
    risk_group="Crisis",
)
SAM = Agent("9", "4")
CASE = ServiceCase("noordlicht", "nl", Intent.COMPLAINT, Urgency.NORMAL, None, topic="delivery")


def past(number: int, agent: Agent | None, **ago: float) -> PastTicket:
    at = NOW - timedelta(**ago)
    return PastTicket(str(number), "Parcel", "solved", at, at, agent=agent)


@pytest.mark.parametrize(
    ("changes", "group"),
    [
        ({}, "Delivery NL"),
        ({"topic": "billing"}, "Dutch"),
        ({"brand": "noordlicht-shop"}, "Dutch"),
        ({"brand": "noordlicht-shop", "language": "en"}, "Shop"),
        ({"language": "en", "intent": Intent.PRAISE}, "Praise"),
        ({"language": "und"}, "Everybody"),
        ({"risk": Risk.SAFETY}, "Crisis"),
    ],
)
def test_the_first_rule_that_fits_names_the_group_and_a_risk_goes_before_all(
    changes: dict[str, Any], group: str
) -> None:
    assert group_for(replace(CASE, **changes), ROUTING) == group


def test_without_a_rule_or_a_group_for_risk_the_helpdesk_decides() -> None:
    only = Routing((GroupRule("Dutch", language="nl"),))
    assert group_for(replace(CASE, language="en"), only) == ""
    assert group_for(replace(CASE, risk=Risk.LEGAL), only) == "Dutch"


def test_the_agent_of_the_last_ticket_knows_the_customer() -> None:
    tickets = [past(3, None, days=1), past(2, SAM, days=2), past(1, Agent("8"), days=3)]
    assert knowing_agent(CASE, tickets, NOW, ROUTING) == SAM


@pytest.mark.parametrize(
    ("agent", "days", "changes"),
    [
        (replace(SAM, on_duty=False), 1, {}),
        (SAM, 31, {}),
        (SAM, 1, {"risk": Risk.LEGAL}),
        (None, 1, {}),
    ],
)
def test_nobody_is_asked_who_is_away_long_ago_or_not_for_a_risk(
    agent: Agent | None, days: int, changes: dict[str, Any]
) -> None:
    tickets = [past(1, agent, days=days)]
    assert knowing_agent(replace(CASE, **changes), tickets, NOW, ROUTING) is None


def test_an_agent_who_is_away_is_not_replaced_by_the_one_before() -> None:
    # Given a last ticket whose agent is away, and an older one of somebody else
    tickets = [past(2, replace(SAM, on_duty=False), days=1), past(1, Agent("8"), days=9)]
    # Then the group answers: an old acquaintance is no reason to wait for them
    assert knowing_agent(CASE, tickets, NOW, ROUTING) is None


def test_a_follow_up_goes_to_the_agent_of_the_closed_ticket_else_to_the_group() -> None:
    rules = Rules(Company(), ROUTING)
    away, risky = replace(SAM, on_duty=False), judgement(risk=Risk.LEGAL)
    cases = [
        (judgement(), SAM, ("", SAM)),
        (judgement(), away, ("Everybody", None)),
        (judgement(), None, ("Everybody", None)),
        (risky, SAM, ("Crisis", None)),
    ]
    for judged, agent, expected in cases:
        draft = ticket_draft(mention(), judged, "case", "7", "35", rules=rules, agent=agent)
        assert (draft.group, draft.agent) == expected


@pytest.mark.parametrize("intent", [Intent.PRAISE, Intent.LEAD])
def test_praise_and_leads_get_tickets_of_their_own_kind_and_never_go_ahead(intent: Intent) -> None:
    # Given praise or a lead, however urgent its words are
    judged = judgement(intent=intent, urgency=Urgency.HIGH)
    draft = ticket_draft(mention(), judged, "case", "7")
    # Then its ticket is of low priority and says its kind, and complaints go first
    assert draft.priority is Priority.LOW
    assert f"kind_{intent}" in draft.tags
    assert not service_for(mention(), judged).goes_ahead


@pytest.mark.parametrize("intent", [Intent.NEWS, Intent.COMPETITOR])
def test_what_speaks_to_nobody_is_kept_to_learn_from(intent: Intent) -> None:
    assert service_for(mention(), judgement(intent=intent)).kind is Kind.INSIGHT


@pytest.mark.parametrize(
    ("changes", "risk"),
    [
        ({"in_reply_to": "9"}, None),
        ({"visibility": Visibility.DIRECT}, None),
        ({}, Risk.SAFETY),
    ],
)
def test_what_somebody_may_wait_for_goes_to_agents_whatever_it_is_about(
    changes: dict[str, Any], risk: Risk | None
) -> None:
    judged = judgement(intent=Intent.COMPETITOR, risk=risk)
    assert service_for(mention(**changes), judged).kind is Kind.SERVICE


def test_three_brands_in_one_post_are_routed_each_by_its_own() -> None:
    # Given one post that three sources heard, each for its brand
    brands = ("noordlicht", "noordlicht-shop", "zuidlicht")
    posts = [mention(brand=brand) for brand in brands]
    # Then each is a mention of its own, in its own brand's group
    routing = Routing(tuple(GroupRule(brand.title(), brand=brand) for brand in brands))
    groups = [group_for(service_case(post, judgement()), routing) for post in posts]
    assert len({post.mention_id for post in posts}) == len(brands)
    assert groups == [brand.title() for brand in brands]


def test_only_a_risk_or_urgency_or_a_last_resort_goes_ahead() -> None:
    ahead = [
        replace(CASE, urgency=Urgency.HIGH),
        replace(CASE, urgency=Urgency.CRITICAL, risk=Risk.SAFETY),
        replace(CASE, is_last_resort=True),
    ]
    assert all(service_of(case).goes_ahead for case in ahead)
    assert not service_of(CASE).goes_ahead
