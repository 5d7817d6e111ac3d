"""Deploys the SAM stack to an emulator of AWS and lets it act: `make rehearse`.

ministack stands in for Lambda, EventBridge, Scheduler, SQS and the rest; the double beside it for the services whose
changes are stopped. It is an emulator: what holds here need not hold in AWS.

It listens on every address of this machine: run it in a network of its own, as `make rehearse` does.
"""

import contextlib
import datetime
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import time

import boto3

ROOT = pathlib.Path(__file__).parents[2]
STORY = ROOT / "tests/scenarios/an-alarm-fires-during-a-deployment-and-it-is-rolled-back"
SERVICES = ["ECS", "SSM", "OPENSEARCH", "PROTON", "CLOUDWATCH"]
STACK = "countermand"
EMULATOR = "http://127.0.0.1:4566"
PATIENCE = 60  # seconds; a schedule of a minute has twice that

# The account of the story is the emulator's too.
os.environ |= {
    "AWS_ACCESS_KEY_ID": json.loads((STORY / "world.json").read_text())["account"],
    "AWS_SECRET_ACCESS_KEY": "none",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_ENDPOINT_URL": EMULATOR,
    "SAM_CLI_TELEMETRY": "0",
}

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
    with contextlib.ExitStack() as stack:
        scratch = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        policies = scratch / "policies"
        policies.mkdir()
        policies.joinpath("story.yaml").write_text((STORY / "policies.yaml").read_text())
        policies.joinpath("every-minute.yaml").write_text(EVERY_MINUTE)
        world = scratch / "world.json"
        world.write_text(as_of_now(with_search((STORY / "world.json").read_text())))

        started(stack, [sys.executable, "-m", "ministack"], 4566, ROOT / "target/infra/ministack.log")
        double = ["target/debug/countermand-double", "--world", str(world), "--port", "4570"]
        started(stack, double, 4570, ROOT / "target/infra/double.log")
        deploy(policies)
        rehearse(policies)


def with_search(text):
    world = json.loads(text)
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


def deploy(policies):
    say("deploying the SAM stack")
    make = ["make", "--no-print-directory", "target/infra/policies.json", f"POLICIES={policies}"]
    subprocess.run(make, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    sam = [ROOT / ".tools/infra/bin/sam", "deploy", "--template", "infra/sam/template.yaml", "--stack-name", STACK]
    sam += ["--resolve-s3", "--capabilities", "CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND", "--no-confirm-changeset"]
    sam += ["--parameter-overrides", "Architecture=x86_64"]
    done = subprocess.run(sam, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)


def rehearse(policies):
    functions = boto3.client("lambda")
    for name in ("on-alarm", "on-schedule", "on-change"):
        add_variables(functions, f"{STACK}-{name}", policies)

    say("an alarm fires during a deployment")
    event = as_of_now((STORY / "event.json").read_text())
    functions.invoke(FunctionName=f"{STACK}-on-alarm", InvocationType="Event", Payload=event)
    wait_for("the deployment is not rolled back", lambda: is_rolled_back("checkout"))
    say("  the deployed function rolled it back")

    queues = boto3.client("sqs")
    said = wait_for("nothing is asked of verify", lambda: message(queues, "VerifyQueue")) if has_verify() else None
    if said:
        say("  verify was asked to look whether it stopped")

    say("an event is cut short")
    functions.invoke(FunctionName=f"{STACK}-on-alarm", InvocationType="Event", Payload=json.dumps(broken(event)))
    wait_for("it is not among the dead letters", lambda: message(queues, "DeadLetters"), 5 * PATIENCE)
    say("  it waits among the dead letters")

    say("a schedule is due")
    fill_in_the_time(boto3.client("scheduler"), "countermand-every-minute", f"{STACK}-every-minute")
    wait_for("it did not fire", lambda: is_rolled_back("search"), 2 * PATIENCE)
    say("  on-schedule rolled back what its policy names")


def add_variables(functions, name, policies):
    """The emulator mounts no layer, and the double answers for the services: beside what the stack set."""
    set_up = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    more = {f"AWS_ENDPOINT_URL_{service}": "http://127.0.0.1:4570" for service in SERVICES}
    variables = set_up | more | {"COUNTERMAND_POLICIES": str(policies)}
    functions.update_function_configuration(FunctionName=name, Environment={"Variables": variables})


def fill_in_the_time(scheduler, name, group):
    """Scheduler replaces `<aws.scheduler.scheduled-time>`; the emulator hands it on as it is."""
    schedule = scheduler.get_schedule(Name=name, GroupName=group)
    now = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    target = schedule["Target"]
    target["Input"] = target["Input"].replace("<aws.scheduler.scheduled-time>", now)
    kept = ("Name", "GroupName", "ScheduleExpression", "ScheduleExpressionTimezone", "FlexibleTimeWindow")
    scheduler.update_schedule(**{key: schedule[key] for key in kept}, Target=target)


def is_rolled_back(service):
    ecs = boto3.client("ecs", endpoint_url="http://127.0.0.1:4570")
    listed = ecs.list_service_deployments(cluster="prod", service=service)["serviceDeployments"]
    return any(it["status"].startswith("ROLLBACK") for it in listed)


def broken(event):
    event = json.loads(event)
    del event["detail"]["state"]
    return event


def has_verify():
    # A function that is not built is a stand-in.
    return (ROOT / "target/debug/verify").exists()


def message(queues, name):
    url = next(it for it in queues.list_queues()["QueueUrls"] if f"{STACK}-{name}-" in it)
    return queues.receive_message(QueueUrl=url).get("Messages")


def wait_for(otherwise, happened, patience=PATIENCE):
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if found := happened():
            return found
        time.sleep(0.5)
    sys.exit(f"rehearsal: {otherwise}; what was said is in target/infra/*.log")


def say(text):
    print(text, flush=True)


if __name__ == "__main__":
    main()
