"""Every rule finds the fault that it is for, in the template as it is deployed.

    python infra/check/test_rules.py translated.json
"""

import copy
import json
import pathlib
import sys

from rules import wrong_with

# A sentence, where the fault is put, the fault, and a part of what is said.
FAULTS = [
    ("a pattern with a scalar", "InformRule.EventPattern.source", "countermand", "not a list"),
    ("an operator that there is not", "InformRule.EventPattern.source", [{"starts-with": "c"}], "no known operator"),
    ("two stars in a row", "InformRule.EventPattern.source", [{"wildcard": "c**d"}], "next to each other"),
    ("a pattern that is too long", "InformRule.EventPattern.source", ["c" * 2048], "more than 2048"),
    ("a choice of one", "InformRule.EventPattern.$or", [{"source": ["a"]}], "at least two"),
    ("a rule that loses what fails", "InformRule.Targets.0.DeadLetterConfig", None, "dead-letter"),
    ("a rule that does not say for how long", "InformRule.Targets.0.RetryPolicy", None, "how long"),
    ("a function that loses what fails", "OnAlarmEventInvokeConfig.DestinationConfig", {}, "kept nowhere"),
    ("a function with logs for ever", "OnAlarmLog.RetentionInDays", None, "kept for ever"),
    ("a function without traces", "OnChange.TracingConfig", {}, "not traced"),
    ("a mode that is none", "OnChange.Environment.Variables.COUNTERMAND_MODE", False, "truth value"),
    ("a queue that delivers for ever", "VerifyQueue.RedrivePolicy", None, "no dead-letter queue"),
    ("a batch that fails as a whole", "VerifyBatch.FunctionResponseTypes", None, "takes its batch along"),
    ("an alarm that pages nobody", "StopRefused.AlarmActions", [{"Ref": "Inform"}], "does not page"),
    ("an alarm without words", "StopRefused.AlarmDescription", "Refused", "in a sentence"),
    ("a queue in clear text", "DeadLetters.SqsManagedSseEnabled", None, "not encrypted"),
    ("a topic in clear text", "Page.KmsMasterKeyId", None, "not encrypted"),
    ("many actions at once", "OnAlarmRole.Policies.0.PolicyDocument.Statement.2.Action", "events:*", "more than one"),
    ("an action on everything", "OnAlarmRole.Policies.0.PolicyDocument.Statement.2.Resource", "*", "on everything"),
    ("a policy of AWS's", "OnAlarmRole.ManagedPolicyArns", ["arn:aws:iam::aws:policy/AdministratorAccess"], "not written"),
    ("a schedule with five fields", "A schedule.ScheduleExpression", "cron(0 3 * * ?)", "does not read"),
    ("a schedule without a question mark", "A schedule.ScheduleExpression", "cron(0 3 * * * *)", "does not read"),
    ("a schedule at a 25th hour", "A schedule.ScheduleExpression", "cron(0 25 * * ? *)", "does not read"),
    ("a rate of nothing", "A schedule.ScheduleExpression", "rate(0 minutes)", "does not read"),
    ("a moment without a time", "A schedule.ScheduleExpression", "at(2026-12-24)", "does not read"),
    ("a zone that there is not", "A schedule.ScheduleExpressionTimezone", "Middle-earth/Shire", "no time zone"),
    ("a schedule under another name", "A schedule.Name", "nightly", "no name"),
    ("a schedule that loses what fails", "A schedule.Target.DeadLetterConfig", None, "dead-letter"),
]

SCHEDULE = {
    "Type": "AWS::Scheduler::Schedule",
    "Properties": {
        "Name": "countermand-nightly-sweep",
        "ScheduleExpression": "cron(0/15 17-23 ? * FRI *)",
        "ScheduleExpressionTimezone": "Europe/Berlin",
        "Target": {
            "DeadLetterConfig": {"Arn": "arn"},
            "RetryPolicy": {"MaximumRetryAttempts": 3, "MaximumEventAgeInSeconds": 3600},
        },
    },
}


def spoiled(template, path, fault):
    template = copy.deepcopy(template)
    name, *keys = path.split(".")
    node = template["Resources"][name]["Properties"]
    for key in keys[:-1]:
        node = node[int(key) if key.isdigit() else key]
    if fault is None:
        del node[keys[-1]]
    else:
        node[keys[-1]] = fault
    return template


def main():
    template = json.loads(pathlib.Path(sys.argv[1]).read_text())
    template["Resources"]["A schedule"] = SCHEDULE
    wrong = [f"without a fault: {it}" for it in wrong_with(template)]
    for sentence, path, fault, said in FAULTS:
        found = list(wrong_with(spoiled(template, path, fault)))
        if not any(said in it for it in found):
            wrong.append(f"{sentence}: not found, but {found}")
    print("\n".join(wrong), end="\n" if wrong else "")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
