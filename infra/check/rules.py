"""What the linters miss in a translated template: prints what is wrong, one a line, and fails if anything is.

    python infra/check/rules.py translated.json
"""

import json
import pathlib
import re
import sys
import zoneinfo

import cfnlint

IAM = json.loads((pathlib.Path(cfnlint.__file__).parent / "data/AdditionalSpecs/Policies.json").read_text())

OPERATORS = {"prefix", "suffix", "equals-ignore-case", "wildcard", "anything-but", "exists", "numeric", "cidr"}
LONGEST_PATTERN = 2048  # what EventBridge takes without a raised quota

# Actions that AWS can allow on less than everything, and why that is not done.
ON_EVERYTHING = {
    "cloudwatch:DescribeAlarms": "of composite alarms CloudWatch tells only those who may read all",
    "cloudwatch:DescribeAlarmHistory": "of composite alarms CloudWatch tells only those who may read all",
}


def wrong_with(template):
    resources = template["Resources"]
    for name, resource in resources.items():
        properties = resource.get("Properties", {})
        for rule in RULES.get(resource["Type"], []):
            for wrong in rule(properties, resources):
                yield f"{name}: {wrong}"


# ---- EventBridge


def pattern(rule, _):
    if "EventPattern" in rule:
        yield from wrong_in_pattern(rule["EventPattern"], "")
        length = len(json.dumps(rule["EventPattern"], separators=(",", ":")))
        if length > LONGEST_PATTERN:
            yield f"its pattern has {length} characters, more than {LONGEST_PATTERN}"


def wrong_in_pattern(node, path):
    for key, value in node.items():
        here = f"{path}.{key}" if path else key
        if key == "$or":
            if not isinstance(value, list) or len(value) < 2:
                yield f"`{here}` is not a list of at least two"
            else:
                for choice in value:
                    yield from wrong_in_pattern(choice, here)
        elif isinstance(value, dict):
            yield from wrong_in_pattern(value, here)
        elif not isinstance(value, list) or not value:
            yield f"`{here}` is not a list of what it may be"
        else:
            for match in value:
                yield from wrong_in_match(match, here)


def wrong_in_match(match, here):
    if not isinstance(match, dict) or "Ref" in match:
        return
    if len(match) != 1 or not match.keys() <= OPERATORS:
        yield f"`{here}` has no known operator: {json.dumps(match)}"
    if "**" in str(match.get("wildcard", "")):
        yield f"`{here}` has two wildcards next to each other: {match['wildcard']}"


def targets_keep_what_fails(rule, _):
    for target in rule.get("Targets", []):
        yield from keeps_what_fails(target, f"its target `{target['Id']}`")


# ---- Scheduler


def schedule(properties, _):
    name = properties["Name"]
    if isinstance(name, str) and not re.fullmatch(r"countermand-[0-9a-z.-]{1,52}", name):
        yield f"`{name}` is no name that on-schedule reads a policy from"
    expression = properties["ScheduleExpression"]
    if not is_schedule(expression):
        yield f"Scheduler does not read `{expression}`"
    zone = properties.get("ScheduleExpressionTimezone", "UTC")
    if zone not in zoneinfo.available_timezones():
        yield f"`{zone}` is no time zone"
    yield from keeps_what_fails(properties["Target"], "its target")


def is_schedule(expression):
    name, _, within = expression.rstrip(")").partition("(")
    if name == "rate":
        return re.fullmatch(r"[1-9][0-9]* (minute|hour|day)s?", within) is not None
    if name == "at":
        return re.fullmatch(r"\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-5]\d", within) is not None
    fields = within.split(" ")
    if name != "cron" or len(fields) != 6:
        return False
    day, weekday = fields[2], fields[4]
    return (day == "?") != (weekday == "?") and all(
        in_range(field, *limits) for field, limits in zip(fields, FIELDS) if field not in ("*", "?")
    )


DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
FIELDS = [(0, 59, []), (0, 23, []), (1, 31, []), (1, 12, MONTHS), (1, 7, DAYS), (1970, 2199, [])]


def in_range(field, low, high, names):
    numbers = re.split(r"[,/#-]", re.sub(r"[LW]$", "", field))
    return all(
        part in names or part == "*" or (part.isdigit() and (low <= int(part) <= high or "/" in field))
        for part in numbers
        if part or len(numbers) > 1
    )


# ---- what fails is kept, and somebody hears of it


def keeps_what_fails(target, whose):
    if not target.get("DeadLetterConfig", {}).get("Arn"):
        yield f"{whose} has no dead-letter queue"
    retry = target.get("RetryPolicy", {})
    if not {"MaximumRetryAttempts", "MaximumEventAgeInSeconds"} <= retry.keys():
        yield f"{whose} does not say how often and how long it is tried again"


def function(properties, resources):
    logs = properties.get("LoggingConfig", {}).get("LogGroup", {}).get("Ref")
    if not resources.get(logs, {}).get("Properties", {}).get("RetentionInDays"):
        yield "its log group is not ours, or is kept for ever"
    if properties.get("TracingConfig", {}).get("Mode") != "Active":
        yield "it is not traced"
    variables = properties.get("Environment", {}).get("Variables", {})
    if variables.get("COUNTERMAND_MODE") in ("off", "on", False, True):
        yield "its mode is what YAML reads as a truth value"
    me = next(name for name, other in resources.items() if other.get("Properties") is properties)
    ways_in = [
        other
        for other in resources.values()
        if other["Type"] in ("AWS::Lambda::EventInvokeConfig", "AWS::Lambda::EventSourceMapping")
        and other["Properties"]["FunctionName"] == {"Ref": me}
    ]
    if not ways_in:
        yield "what fails in it is kept nowhere"


def invoked(properties, _):
    if "OnFailure" not in properties.get("DestinationConfig", {}):
        yield "what fails is kept nowhere"


def fed(properties, resources):
    queue = properties["EventSourceArn"]["Fn::GetAtt"][0]
    if "RedrivePolicy" not in resources[queue]["Properties"]:
        yield f"`{queue}` has no dead-letter queue"
    if properties.get("FunctionResponseTypes") != ["ReportBatchItemFailures"]:
        yield "one message that fails takes its batch along"


def alarm(properties, _):
    if properties.get("AlarmActions") != [{"Ref": "Page"}]:
        yield "it does not page"
    if not properties.get("AlarmDescription", "").endswith((".", "?")):
        yield "it does not say what has happened in a sentence"


# ---- encryption


def queue(properties, _):
    if not properties.get("SqsManagedSseEnabled"):
        yield "it is not encrypted"


def topic(properties, _):
    if "KmsMasterKeyId" not in properties:
        yield "it is not encrypted"


# ---- permissions


def role(properties, _):
    for policy in properties.get("Policies", []):
        yield from document(policy["PolicyDocument"])
    if properties.get("ManagedPolicyArns"):
        yield "it has permissions that are not written here"


def permissions(properties, _):
    yield from document(properties["PolicyDocument"])


def document(policy):
    for statement in policy["Statement"]:
        actions = statement["Action"]
        for action in actions if isinstance(actions, list) else [actions]:
            if "*" in action:
                yield f"`{action}` is more than one action"
            elif is_everything(statement["Resource"]) and action not in ON_EVERYTHING and has_resources(action):
                yield f"`{action}` is allowed on everything, which AWS does not ask for"


def is_everything(resource):
    return resource == "*" or resource == ["*"]


def has_resources(action):
    service, name = action.split(":")
    known = IAM.get(service, {}).get("Actions", {}).get(name.lower())
    if known is None:
        raise SystemExit(f"`{action}` is no action of IAM")
    return bool(known.get("Resources"))


RULES = {
    "AWS::CloudWatch::Alarm": [alarm],
    "AWS::Events::Rule": [pattern, targets_keep_what_fails],
    "AWS::IAM::Policy": [permissions],
    "AWS::IAM::Role": [role],
    "AWS::Lambda::EventInvokeConfig": [invoked],
    "AWS::Lambda::EventSourceMapping": [fed],
    "AWS::Lambda::Function": [function],
    "AWS::SNS::Topic": [topic],
    "AWS::SQS::Queue": [queue],
    "AWS::Scheduler::Schedule": [schedule],
}

if __name__ == "__main__":
    found = list(wrong_with(json.loads(pathlib.Path(sys.argv[1]).read_text())))
    print("\n".join(found), end="\n" if found else "")
    sys.exit(bool(found))
