"""Every alarm watches something that is counted, and tells whom to wake and where to read on."""

import re

import pytest

from gehoor.usecases.sweep import HEARTBEAT
from gehoor_ops.embedded import template
from gehoor_ops.workspace import FUNCTIONS, PROJECT

ALARMS = {
    name: resource["Properties"]
    for name, resource in template()["Resources"].items()
    if resource["Type"] == "AWS::CloudWatch::Alarm"
}
OWN = {name: alarm for name, alarm in ALARMS.items() if alarm["Namespace"] == "gehoor"}


def counted() -> set[str]:
    """Names of metrics as they stand in the use cases."""
    sources = [path.read_text() for path in (FUNCTIONS / "gehoor/usecases").glob("*.py")]
    return {name for source in sources for name in re.findall(r'"([A-Z][a-z]+[A-Za-z]+)"', source)}


@pytest.mark.parametrize("name", OWN)
def test_an_alarm_watches_a_metric_that_is_counted(name: str) -> None:
    assert OWN[name]["MetricName"] in counted()
    assert OWN[name]["Dimensions"] == [{"Name": "service", "Value": "gehoor"}]


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_reaches_topic_and_mailbox_and_names_its_runbook(name: str) -> None:
    assert ALARMS[name]["AlarmActions"] == [
        {"Fn::If": [condition, {"Ref": topic}, {"Ref": "AWS::NoValue"}]}
        for condition, topic in (("HasAlarmTopic", "AlarmTopic"), ("HasAlarmEmail", "AlarmMails"))
    ]
    section = re.search(r'docs/operations\.md, "([^"]+)"', ALARMS[name]["AlarmDescription"])
    assert section is not None
    assert f"### {section[1]}\n" in (PROJECT / "docs/operations.md").read_text()


def test_a_silent_watcher_is_an_alarm_too() -> None:
    # Given the one metric that every sweep sends
    silent = {a["MetricName"] for a in OWN.values() if a["TreatMissingData"] == "breaching"}
    # Then its absence is an alarm, and so nothing else needs zeros to tell that somebody looks
    assert silent == {HEARTBEAT}
    others = {
        alarm["TreatMissingData"]
        for name, alarm in ALARMS.items()
        if alarm["MetricName"] != HEARTBEAT
    }
    assert others == {"notBreaching"}
