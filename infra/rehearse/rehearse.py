"""Deploys the stack to an emulator of AWS and lets it act: `make rehearse`.

    rehearse.py [sam|cdk]    # else both, beside one another

ministack stands in for Lambda, EventBridge, Scheduler, SQS and the rest; the double beside it for the services whose
changes are stopped. It is an emulator: what holds here need not hold in AWS.

Each rehearsal has a network of its own. Where this machine does not allow that, they take turns on loopback.
"""

import contextlib
import datetime
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

import boto3

ROOT = pathlib.Path(__file__).parents[2]
KINDS = ("sam", "cdk")
KIND = next(iter(sys.argv[1:]), None)
STORY = ROOT / "tests/scenarios/an-alarm-fires-during-a-deployment-and-it-is-rolled-back"
SERVICES = ["ECS", "SSM", "OPENSEARCH", "PROTON", "CLOUDWATCH"]
STACK = "countermand"
EMULATOR = "http://127.0.0.1:4566"
DOUBLE = "http://127.0.0.1:4570"
BEGUN = time.monotonic()
PATIENCE = 60  # seconds; a schedule of a minute has twice that

# The account of the story is the emulator's too.
os.environ |= {
    "AWS_ACCESS_KEY_ID": json.loads((STORY / "world.json").read_text())["account"],
    "AWS_SECRET_ACCESS_KEY": "none",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_REGION": "eu-central-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_ENDPOINT_URL": EMULATOR,
    "BIND_HOST": "127.0.0.1",
    "IOT_MTLS_ENABLED": "0",
    "SFTP_ENABLED": "0",
    "SAM_CLI_TELEMETRY": "0",
    "CDK_DISABLE_CLI_TELEMETRY": "true",
}

POLICIES = ROOT / "target/rehearsal/policies"
ALONE = ["unshare", "--map-root-user", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "alone"]

# Beside the story's own: fires every minute, and has a service of its own.
EVERY_MINUTE = """version: 1
policies:
  - name: every-minute
    mode: enforce
    when: { schedule: { expression: "rate(1 minute)" } }
    do:
      - ecs.stop-service-deployment: { cluster: prod, service: search }
"""


def main():
    """What both deploy is made once."""
    shutil.rmtree(POLICIES, ignore_errors=True)
    POLICIES.mkdir(parents=True)
    POLICIES.joinpath("story.yaml").write_text((STORY / "policies.yaml").read_text())
    POLICIES.joinpath("every-minute.yaml").write_text(EVERY_MINUTE)
    run(["make", "--no-print-directory", "target/infra/policies.json", "infra/cdk/template.json", f"POLICIES={POLICIES}"])
    rehearsal = [sys.executable, __file__]
    if subprocess.run([*ALONE, "true"], capture_output=True).returncode == 0:
        begun = [subprocess.Popen([*ALONE, *rehearsal, kind]) for kind in KINDS]
        ended = [it.wait() for it in begun]
    else:
        print("no network of its own is allowed here: one after the other, on loopback", flush=True)
        ended = [subprocess.run([*rehearsal, kind]).returncode for kind in KINDS]
    sys.exit(any(ended))


def rehearsal():
    with contextlib.ExitStack() as stack:
        scratch = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        policies = shutil.copytree(POLICIES, scratch / "policies")
        world = scratch / "world.json"
        world.write_text(as_of_now(running_with_search((STORY / "world.json").read_text())))
        started(stack, [sys.executable, "-m", "ministack"], 4566, ROOT / f"target/rehearsal/ministack-{KIND}.log")
        double = [ROOT / "target/debug/countermand-double", "--world", world, "--port", "4570"]
        started(stack, double, 4570, ROOT / f"target/rehearsal/double-{KIND}.log")
        say("deploying")
        {"sam": deploy_sam, "cdk": deploy_cdk}[KIND](policies)
        rehearse(policies)
    say("all of it held, on an emulator")


def running_with_search(text):
    world = json.loads(text) | {"runs": True}
    services = world["ecs"]["clusters"][0]["services"]
    search = json.loads(json.dumps(services[0]).replace("NCWGC2ZR-taawPAYrIaU5", "SEARCH2Z-taawPAYrIaU5"))
    services.append(search | {"name": "search"})
    return json.dumps(world)


def as_of_now(text):
    """The story, as if it happened now: every time in it is moved."""
    then = instant(json.loads((STORY / "world.json").read_text())["now"])
    by = datetime.datetime.now(datetime.UTC) - then

    def moved(match):
        there = instant(match[0].replace("+0000", "Z"))
        return (there + by).strftime("%Y-%m-%dT%H:%M:%S") + (".000+0000" if "+0000" in match[0] else "Z")

    return re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+0000)", moved, text)


def instant(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def started(stack, command, port, log):
    out = stack.enter_context(open(log, "wb"))
    process = subprocess.Popen(command, stdout=out, stderr=out, cwd=ROOT)
    stack.callback(process.wait, 10)
    stack.callback(process.terminate)

    def answers():
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return True

    wait_for(f"{command[0]} does not answer on {port}", answers)


def deploy_sam(_):
    sam = [ROOT / ".tools/infra/bin/sam", "deploy", "--template", "infra/sam/template.yaml", "--stack-name", STACK]
    sam += ["--resolve-s3", "--capabilities", "CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND", "--no-confirm-changeset"]
    run(sam + ["--parameter-overrides", "Architecture=x86_64"])


def deploy_cdk(policies):
    account = os.environ["AWS_ACCESS_KEY_ID"]
    run(["npx", "cdk", "bootstrap", f"aws://{account}/{os.environ['AWS_REGION']}"], folder="infra/cdk")
    environment = {"ARCHITECTURE": "x86_64", "POLICIES": str(policies)}
    run(["npm", "run", "--silent", "deploy"], folder="infra/cdk", environment=environment)


def rehearse(policies):
    functions = boto3.client("lambda")
    for name in ("on-alarm", "on-schedule", "on-change", "verify"):
        add_variables(functions, f"{STACK}-{name}", policies)
    told = queue_of_what_is_told()
    fill_in_the_time(boto3.client("scheduler"), "countermand-every-minute", f"{STACK}-every-minute")

    say("an alarm fires during a deployment")
    event = as_of_now((STORY / "event.json").read_text())
    functions.invoke(FunctionName=f"{STACK}-on-alarm", InvocationType="Event", Payload=event)
    wait_for("the deployment is not rolled back", lambda: is_rolled_back("checkout"))
    say("  the deployed function rolled it back")
    functions.invoke(FunctionName=f"{STACK}-on-alarm", InvocationType="Event", Payload=broken(event))
    turn_the_clock()
    wait_for("its outcome is not told", lambda: is_confirmed(told, "prod/checkout"))
    say("  verify looked at what came of it: it is confirmed")
    wait_for("the broken event is not among the dead letters", lambda: waiting("DeadLetters"), 5 * PATIENCE)
    say("  an event that cannot be read waits among the dead letters")
    wait_for("the schedule did not fire", lambda: is_rolled_back("search"), 2 * PATIENCE)
    say("  a schedule was due, and on-schedule rolled back what its policy names")
    operate(functions, policies, event)


def operate(functions, policies, event):
    """What a person does with the stack, by the tool."""
    say("doctor, off and on")
    found(policies, "dead-letters")
    boto3.client("sqs").purge_queue(QueueUrl=queue("DeadLetters"))
    found(policies)

    before = modes(functions)
    took = tool("off")
    assert took < 10, f"off took {took:.1f} s"
    off = {name: variables | {"COUNTERMAND_MODE": "disabled"} for name, variables in before.items()}
    off["verify"] = before["verify"]
    same(modes(functions), off)
    record = functions.invoke(FunctionName=f"{STACK}-on-alarm", Payload=event)["Payload"].read()
    stops = [it for it in json.loads(record)["decisions"] for it in it.get("targets", []) if it["verdict"] == "stop"]
    same(stops, [])
    found(policies, "mode-differs", "mode-differs", "mode-differs")
    tool("on")
    same(modes(functions), before)
    found(policies)
    say(f"  off took {took:.1f} s; on put everything back")

    events = boto3.client("events")
    events.disable_rule(Name=f"{STACK}-on-alarm-1")
    found(policies, "rule-disabled")
    events.enable_rule(Name=f"{STACK}-on-alarm-1")
    story = policies / "story.yaml"
    story.write_text(story.read_text().replace("mode: enforce", "mode: observe"))
    found(policies, "permission-left-over", "policies-differ")
    say("  doctor found what was done to it by hand, and nothing else")


def tool(*arguments, expected=0):
    begun = time.monotonic()
    command = [ROOT / "target/debug/countermand", *arguments, "--stack", STACK]
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode != expected:
        sys.exit(f"{KIND}: {arguments} exited with {done.returncode}\n{done.stdout}{done.stderr}")
    return json.loads(done.stdout) if "json" in arguments else time.monotonic() - begun


def found(policies, *codes):
    report = tool("doctor", policies, "--format", "json", expected=1 if codes else 0)
    same(report["unknown"], [])
    if sorted(it["code"] for it in report["findings"]) != sorted(codes):
        sys.exit(f"{KIND}: doctor was to find {codes}: {json.dumps(report, indent=1)}")


def same(got, wanted):
    if got != wanted:
        sys.exit(f"{KIND}: got {got!r}, wanted {wanted!r}")


def modes(functions):
    names = ("on-alarm", "on-schedule", "on-change", "verify")
    told = ((it, functions.get_function_configuration(FunctionName=f"{STACK}-{it}")) for it in names)
    return {name: it["Environment"]["Variables"] for name, it in told}


def add_variables(functions, name, policies):
    """The emulator mounts no layer, and the double answers for the services: beside what the stack set."""
    set_up = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    more = {f"AWS_ENDPOINT_URL_{service}": DOUBLE for service in SERVICES}
    variables = set_up | more | {"COUNTERMAND_POLICIES": str(policies)}
    functions.update_function_configuration(FunctionName=name, Environment={"Variables": variables})


def queue_of_what_is_told():
    """Everything that the functions put on the bus, for us to read."""
    queues, events = boto3.client("sqs"), boto3.client("events")
    url = queues.create_queue(QueueName="told")["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_rule(Name="told", EventPattern=json.dumps({"source": ["countermand"]}))
    events.put_targets(Rule="told", Targets=[{"Id": "told", "Arn": arn}])
    return url


def is_confirmed(url, target):
    told = boto3.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    details = [json.loads(it["Body"])["detail"] for it in told]
    return any(it.get("outcome") == "confirmed" and it.get("target") == target for it in details)


def turn_the_clock():
    """A rollback takes minutes; the first look at it comes after a quarter of one."""
    body = json.dumps({"advance_seconds": 300}).encode()
    urllib.request.urlopen(f"{DOUBLE}/_double/clock", body).close()


def fill_in_the_time(scheduler, name, group):
    """Scheduler replaces `<aws.scheduler.scheduled-time>`; the emulator hands it on as it is."""
    schedule = scheduler.get_schedule(Name=name, GroupName=group)
    now = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    target = schedule["Target"]
    target["Input"] = target["Input"].replace("<aws.scheduler.scheduled-time>", now)
    kept = ("Name", "GroupName", "ScheduleExpression", "ScheduleExpressionTimezone", "FlexibleTimeWindow")
    scheduler.update_schedule(**{key: schedule[key] for key in kept}, Target=target)


def is_rolled_back(service):
    ecs = boto3.client("ecs", endpoint_url=DOUBLE)
    listed = ecs.list_service_deployments(cluster="prod", service=service)["serviceDeployments"]
    return any(it["status"].startswith("ROLLBACK") for it in listed)


def broken(event):
    event = json.loads(event)
    del event["detail"]["state"]
    return json.dumps(event)


def queue(name):
    resource = boto3.client("cloudformation").describe_stack_resource(StackName=STACK, LogicalResourceId=name)
    return resource["StackResourceDetail"]["PhysicalResourceId"]


def waiting(name):
    asked = {"QueueUrl": queue(name), "AttributeNames": ["ApproximateNumberOfMessages"]}
    attributes = boto3.client("sqs").get_queue_attributes(**asked)["Attributes"]
    return int(attributes["ApproximateNumberOfMessages"])


def run(command, folder=".", environment=None):
    environment = os.environ | (environment or {})
    done = subprocess.run(command, cwd=ROOT / folder, env=environment, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{KIND}: {command[0]} failed\n{done.stdout}{done.stderr}")


def wait_for(otherwise, happened, patience=PATIENCE):
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if found := happened():
            return found
        time.sleep(0.5)
    sys.exit(f"{KIND}: {otherwise}; what was said is in target/rehearsal/*.log")


def say(text):
    print(f"{KIND} {time.monotonic() - BEGUN:4.0f} s  {text}", flush=True)


if __name__ == "__main__":
    rehearsal() if KIND else main()
