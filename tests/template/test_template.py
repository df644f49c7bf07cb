"""The template keeps the house rules: nothing is lost, kept too long, or allowed too much."""

import re
from typing import Any

import pytest

from gehoor.entry import TO_PUT_BACK_S
from gehoor.usecases.dispatch import EACH_RUN
from gehoor.usecases.poll import LEASE
from gehoor_ops.embedded import template
from gehoor_ops.service_models import CALLED

Resource = dict[str, Any]
TEMPLATE = template()
RESOURCES: dict[str, Resource] = TEMPLATE["Resources"]
REASONED_WILDCARDS: dict[str, str] = {
    "logs:": "a log group's streams are named by Lambda, under the function's own group",
    "ssm:": "secrets are named in gehoor.yaml, under one path of gehoor's own",
    "execute-api:": "stage and method of the webhook routes",
}


def of_type(kind: str) -> dict[str, Resource]:
    return {name: r["Properties"] for name, r in RESOURCES.items() if r["Type"] == kind}


QUEUES = of_type("AWS::SQS::Queue")
WORK_QUEUES = {name: q for name, q in QUEUES.items() if "RedrivePolicy" in q}
FUNCTIONS = of_type("AWS::Serverless::Function")
ROLES = of_type("AWS::IAM::Role")
TABLES = of_type("AWS::DynamoDB::Table")


def queue_events(function: Resource) -> list[Resource]:
    return [e["Properties"] for e in function.get("Events", {}).values() if e["Type"] == "SQS"]


def statements(role: Resource) -> list[Resource]:
    return [s for p in role["Policies"] for s in p["PolicyDocument"]["Statement"]]


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_the_design_names_six_functions() -> None:
    handlers = {f["Handler"].partition(".")[0] for f in FUNCTIONS.values()}
    assert handlers == {
        "dispatch_polls",
        "poll_source",
        "deliver_mention",
        "receive_webhook",
        "apply_event",
        "sweep",
    }


def test_every_queue_has_dead_letters_kept_for_two_weeks() -> None:
    for name, queue in QUEUES.items():
        if name in WORK_QUEUES:
            target = queue["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
            assert QUEUES[target]["MessageRetentionPeriod"] == 14 * 86_400, name
        else:
            fed = [
                q["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
                for q in WORK_QUEUES.values()
            ]
            assert fed.count(name) == 1, f"{name} is the dead-letter queue of exactly one queue"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_message_stays_hidden_six_times_as_long_as_its_function_runs(name: str) -> None:
    for event in queue_events(FUNCTIONS[name]):
        queue = QUEUES[event["Queue"]["Fn::GetAtt"][0]]
        assert queue["VisibilityTimeout"] >= 6 * FUNCTIONS[name]["Timeout"]


def test_every_work_queue_feeds_exactly_one_function() -> None:
    fed = [e["Queue"]["Fn::GetAtt"][0] for f in FUNCTIONS.values() for e in queue_events(f)]
    assert sorted(fed) == sorted(WORK_QUEUES)


def test_queue_functions_report_single_failures_and_are_bounded() -> None:
    for function in FUNCTIONS.values():
        for event in queue_events(function):
            assert event["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
            bound = TEMPLATE["Parameters"][event["ScalingConfig"]["MaximumConcurrency"]["Ref"]]
            # SQS takes 2 to 1000.
            assert 2 == bound["MinValue"] <= bound["Default"] <= bound["MaxValue"] <= 1000


def test_no_queue_is_first_in_first_out_and_all_are_encrypted() -> None:
    for queue in QUEUES.values():
        assert "FifoQueue" not in queue
        assert queue["SqsManagedSseEnabled"] is True


def test_every_dead_letter_queue_raises_an_alarm() -> None:
    watched = {
        alarm["Dimensions"][0]["Value"]["Fn::GetAtt"][0]
        for alarm in of_type("AWS::CloudWatch::Alarm").values()
        if alarm["Namespace"] == "AWS/SQS"
    }
    assert watched == set(QUEUES) - set(WORK_QUEUES)


def test_every_table_can_be_restored_to_any_minute_and_core_outlives_the_stack() -> None:
    for name, table in TABLES.items():
        assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"], name
        assert "StreamSpecification" not in table, "streams lose poison records: not in the design"
    assert RESOURCES["CoreTable"]["DeletionPolicy"] == "Retain"
    assert RESOURCES["CoreTable"]["UpdateReplacePolicy"] == "Retain"
    assert TABLES["CoreTable"]["DeletionProtectionEnabled"] is True


def test_every_function_writes_to_a_log_group_with_an_end() -> None:
    groups = of_type("AWS::Logs::LogGroup")
    for name, function in FUNCTIONS.items():
        group = groups[function["LoggingConfig"]["LogGroup"]["Ref"]]
        assert group["RetentionInDays"] == {"Ref": "LogRetentionDays"}, name
        assert (
            group["LogGroupName"]["Fn::Sub"] == "/aws/lambda/" + function["FunctionName"]["Fn::Sub"]
        )


def test_every_function_runs_on_arm_with_json_logs_and_a_role_of_its_own() -> None:
    shared = TEMPLATE["Globals"]["Function"]
    assert shared["Architectures"] == ["arm64"]
    assert shared["Runtime"] == "python3.13"
    assert shared["LoggingConfig"]["LogFormat"] == "JSON"
    roles = [f["Role"]["Fn::GetAtt"][0] for f in FUNCTIONS.values()]
    assert len(set(roles)) == len(FUNCTIONS)


@pytest.mark.parametrize("name", ROLES)
def test_no_role_may_do_everything_or_to_everything(name: str) -> None:
    for statement in statements(ROLES[name]):
        for action in as_list(statement["Action"]):
            assert re.fullmatch(r"[a-z]+:[A-Z][A-Za-z]+", action), f"{action} names one action"
        for resource in as_list(statement["Resource"]):
            assert resource != "*"
            text = str(resource)
            if "*" in text:
                assert any(f":{service}" in text for service in REASONED_WILDCARDS), text


@pytest.mark.parametrize("service", CALLED)
def test_the_sdk_as_built_knows_every_operation_that_a_role_allows(service: str) -> None:
    # Given what the roles allow, which is what the functions call: test_handlers_rights.py
    actions = {a for role in ROLES.values() for s in statements(role) for a in as_list(s["Action"])}
    named = {action.removeprefix(f"{service}:") for action in actions if service in action}
    allowed = {"BatchExecuteStatement" if "PartiQL" in one else one for one in named}
    # Then the artifact keeps these operations, and no others
    assert allowed == CALLED[service]


@pytest.mark.parametrize("name", ROLES)
def test_a_boundary_holds_for_every_role(name: str) -> None:
    bound = {"Ref": "PermissionsBoundary"}
    assert ROLES[name]["PermissionsBoundary"] == {
        "Fn::If": ["HasPermissionsBoundary", bound, {"Ref": "AWS::NoValue"}]
    }


def test_only_the_receiver_reads_webhook_secrets_alone() -> None:
    def paths(name: str) -> list[str]:
        return [
            resource["Fn::Sub"].rpartition(":parameter/")[2]
            for statement in statements(ROLES[name])
            if as_list(statement["Action"]) == ["ssm:GetParameter"]
            for resource in as_list(statement["Resource"])
        ]

    assert paths("ReceiveWebhookRole") == ["gehoor/webhook/*"]
    assert paths("DispatchPollsRole") == []
    assert paths("SweepRole") == ["gehoor/*"]


def test_who_is_called_from_outside_reaches_only_what_was_sent_in_and_what_names_a_call() -> None:
    # Given what the receiver may do to tables
    allowed = {
        tuple(as_list(statement["Action"])): (statement["Resource"], statement["Condition"])
        for statement in statements(ROLES["ReceiveWebhookRole"])
        if any(action.startswith("dynamodb:") for action in as_list(statement["Action"]))
    }

    def keyed(prefix: str) -> tuple[object, object]:
        keys = {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": [prefix]}}
        return {"Fn::GetAtt": ["StateTable", "Arn"]}, keys

    # Then it cannot touch the configuration beside it
    assert allowed == {
        ("dynamodb:PutItem",): keyed("inbox#*"),
        ("dynamodb:BatchGetItem", "dynamodb:BatchWriteItem"): keyed("webhook#*"),
    }


def test_functions_write_no_secret_but_sessions() -> None:
    # Given the roles that may write a parameter
    written = {
        name: [resource["Fn::Sub"].rpartition(":")[2] for resource in as_list(s["Resource"])]
        for name, role in ROLES.items()
        for s in statements(role)
        if "ssm:PutParameter" in as_list(s["Action"])
    }
    # Then they are those that call a network or the helpdesk, and they write sessions alone
    sessions = ["parameter/gehoor/*.session"]
    callers = ("PollSourceRole", "DeliverMentionRole", "ApplyEventRole", "SweepRole")
    assert written == dict.fromkeys(callers, sessions)


def test_the_scheduler_may_start_what_it_schedules_and_nothing_else() -> None:
    scheduled = [s["Target"]["Arn"] for s in of_type("AWS::Scheduler::Schedule").values()]
    [statement] = statements(ROLES["SchedulerRole"])
    assert statement["Action"] == ["lambda:InvokeFunction"]
    assert sorted(map(str, statement["Resource"])) == sorted(map(str, scheduled))


def test_a_lease_outlasts_its_poll_and_ends_before_the_next_minute() -> None:
    # Given what a poll's calls may take: they end before the function does
    calls_s = FUNCTIONS["PollSourceFunction"]["Timeout"] - TO_PUT_BACK_S
    assert calls_s <= LEASE.total_seconds() < EACH_RUN.total_seconds()


def test_no_function_uses_the_tracer() -> None:
    assert "Tracing" not in TEMPLATE["Globals"]["Function"]
    assert all("Tracing" not in function for function in FUNCTIONS.values())


def test_schedules_call_the_dispatcher_each_minute_and_the_sweep_each_five() -> None:
    rates = {
        s["Target"]["Arn"]["Fn::GetAtt"][0]: s["ScheduleExpression"]
        for s in of_type("AWS::Scheduler::Schedule").values()
    }
    assert rates == {
        "DispatchPollsFunction": "rate(1 minute)",
        "SweepFunction": "rate(5 minutes)",
    }


def test_the_webhook_routes_are_written_out_and_throttled() -> None:
    assert {r["RouteKey"] for r in of_type("AWS::ApiGatewayV2::Route").values()} == {
        "POST /hooks/{sender}",
        "GET /hooks/{sender}",
    }
    [stage] = of_type("AWS::ApiGatewayV2::Stage").values()
    assert stage["DefaultRouteSettings"]["ThrottlingRateLimit"] > 0
    assert not of_type("AWS::Serverless::HttpApi"), "an emulator ignores what SAM makes of it"
