"""Drives every operation of the double with boto3, a client that nobody here wrote, and checks what it understood.

Usage: drive.py ENDPOINT_URL {json|cbor}: what CloudWatch speaks; boto3 by itself chooses JSON.
"""

import datetime
import json
import pathlib
import re
import sys
import urllib.request

import boto3
import botocore.model
import cfnlint
from botocore.config import Config
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    IncompleteReadError,
    ReadTimeoutError,
)
from botocore.parsers import ResponseParserError

URL, PROTOCOL = sys.argv[1:]
if PROTOCOL == "cbor":
    botocore.model.PRIORITY_ORDERED_SUPPORTED_PROTOCOLS = ("smithy-rpc-v2-cbor", "json", "rest-json")

# AWS's list of IAM's actions, and of what each can be allowed on.
IAM = json.loads((pathlib.Path(cfnlint.__file__).parent / "data/AdditionalSpecs/Policies.json").read_text())

BEGINS = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.timezone.utc)
MINUTE = datetime.timedelta(minutes=1)
ECS = "arn:aws:ecs:eu-central-1:111122223333:"
EXECUTION = "11111111-1111-4111-8111-111111111111"


def client(service, read_timeout=60):
    return boto3.client(
        service,
        endpoint_url=URL,
        region_name="eu-central-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}, read_timeout=read_timeout, connect_timeout=5),
    )


ecs, ssm, opensearch, proton, cloudwatch = (client(name) for name in ("ecs", "ssm", "opensearch", "proton", "cloudwatch"))
sqs, events = client("sqs"), client("events")


def control(path, body=None):
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(f"{URL}/_double/{path}", data) as answer:
        return json.load(answer)


def advance(seconds):
    control("clock", {"advance_seconds": seconds})


def same(got, wanted):
    if got != wanted:
        raise AssertionError(f"got {got!r}, wanted {wanted!r}")


def refused(code, call, **parameters):
    try:
        call(**parameters)
    except ClientError as error:
        same(error.response["Error"]["Code"], code)
        if not error.response["Error"]["Message"]:
            raise AssertionError(f"{code} has no message")
        return error.response
    raise AssertionError(f"{call.__name__} was not refused with {code}")


def pages(call, items, token, **parameters):
    """The sizes of all pages."""
    sizes = []
    while True:
        answer = call(**parameters)
        sizes.append(len(answer[items]))
        name = next((name for name in (token, token[0].upper() + token[1:]) if name in answer), None)
        if name is None:
            return sizes
        parameters[token] = answer[name]


def drive_ecs():
    same(ecs.list_clusters()["clusterArns"][0], ECS + "cluster/prod")
    same(pages(ecs.list_clusters, "clusterArns", "nextToken", maxResults=2), [2, 1])
    refused("InvalidParameterException", ecs.list_clusters, maxResults=101)

    same(pages(ecs.list_services, "serviceArns", "nextToken", cluster="prod"), [10, 2])
    same(pages(ecs.list_services, "serviceArns", "nextToken", cluster=ECS + "cluster/prod", maxResults=100), [12])
    same(ecs.list_services()["serviceArns"], [])
    refused("InvalidParameterException", ecs.list_services, cluster="prod", maxResults=0)
    refused("InvalidParameterException", ecs.list_services, cluster="prod", nextToken="nonsense")
    refused("ClusterNotFoundException", ecs.list_services, cluster="nowhere")

    names = ["checkout", "idle", "by-code-deploy", "nobody", ECS + "service/prod/paused"]
    answer = ecs.describe_services(cluster="prod", services=names, include=["TAGS"])
    checkout, idle, code_deploy, paused = answer["services"]
    same(answer["failures"], [{"arn": ECS + "service/prod/nobody", "reason": "MISSING"}])
    same(checkout["currentServiceDeployment"], ECS + "service-deployment/prod/checkout/new")
    same([(entry["status"], entry["rolloutState"]) for entry in checkout["deployments"]], [("PRIMARY", "IN_PROGRESS"), ("ACTIVE", "COMPLETED")])
    same(checkout["deployments"][0]["createdAt"], BEGINS - 10 * MINUTE)
    same(checkout["tags"], [{"key": "env", "value": "prod"}, {"key": "team", "value": "shop"}])
    same(checkout["deploymentController"], {"type": "ECS"})
    same([entry["rolloutState"] for entry in idle["deployments"]], ["COMPLETED"])
    same("deploymentController" in idle, False)
    same((code_deploy["deploymentController"]["type"], code_deploy["deployments"]), ("CODE_DEPLOY", []))
    same(paused["serviceName"], "paused")
    same("tags" in ecs.describe_services(cluster="prod", services=["checkout"])["services"][0], False)
    refused("InvalidParameterException", ecs.describe_services, cluster="prod", services=["x"] * 11)
    refused("InvalidParameterException", ecs.describe_services, cluster="prod", services=[])
    refused("ClusterNotFoundException", ecs.describe_services, cluster="nowhere", services=["x"])

    listed = ecs.list_service_deployments(cluster="prod", service="checkout")["serviceDeployments"]
    same([entry["status"] for entry in listed], ["IN_PROGRESS", "SUCCESSFUL"])
    same((listed[0]["createdAt"], listed[1]["finishedAt"]), (BEGINS - 10 * MINUTE, BEGINS - 47 * 60 * MINUTE))
    same(pages(ecs.list_service_deployments, "serviceDeployments", "nextToken", cluster="prod", service="checkout", maxResults=1), [1, 1])
    recent = {"after": BEGINS - 60 * MINUTE, "before": BEGINS}
    same(len(ecs.list_service_deployments(cluster="prod", service="checkout", createdAt=recent)["serviceDeployments"]), 1)
    same(len(ecs.list_service_deployments(cluster="prod", service="checkout", status=["SUCCESSFUL"])["serviceDeployments"]), 1)
    refused("ServiceNotFoundException", ecs.list_service_deployments, cluster="prod", service="nobody")
    refused("ClusterNotFoundException", ecs.list_service_deployments, cluster="nowhere", service="checkout")

    new, waits, gone = (ECS + "service-deployment/prod/" + end for end in ("checkout/new", "paused/waits", "checkout/gone"))
    answer = ecs.describe_service_deployments(serviceDeploymentArns=[new, waits, gone])
    same(answer["failures"], [{"arn": gone, "reason": "MISSING"}])
    first, second = answer["serviceDeployments"]
    same((first["status"], first["lifecycleStage"]), ("IN_PROGRESS", "SCALE_UP"))
    same(first["sourceServiceRevisions"][0]["arn"], ECS + "service-revision/prod/checkout/1")
    same((first["deploymentCircuitBreaker"]["status"], first["alarms"]["alarmNames"]), ("MONITORING", ["checkout-5xx"]))
    hook = second["lifecycleHookDetails"][0]
    same((hook["targetType"], hook["status"], hook["expiresAt"]), ("PAUSE", "AWAITING_ACTION", BEGINS + 60 * MINUTE))
    refused("InvalidParameterException", ecs.describe_service_deployments, serviceDeploymentArns=[new] * 21)
    refused("InvalidParameterException", ecs.describe_service_deployments, serviceDeploymentArns=["not an ARN"])

    def status(arn):
        return ecs.describe_service_deployments(serviceDeploymentArns=[arn])["serviceDeployments"][0]["status"]

    refused("InvalidParameterException", ecs.stop_service_deployment, serviceDeploymentArn=new, stopType="ABORT")
    refused("ServiceDeploymentNotFoundException", ecs.stop_service_deployment, serviceDeploymentArn=gone)
    same(ecs.stop_service_deployment(serviceDeploymentArn=new, stopType="ROLLBACK")["serviceDeploymentArn"], new)
    same(status(new), "ROLLBACK_REQUESTED")
    advance(5)
    same(ecs.stop_service_deployment(serviceDeploymentArn=new, stopType="ROLLBACK")["serviceDeploymentArn"], new)
    same(status(new), "ROLLBACK_IN_PROGRESS")
    rollback = ecs.describe_service_deployments(serviceDeploymentArns=[new])["serviceDeployments"][0]["rollback"]
    same((rollback["startedAt"], rollback["serviceRevisionArn"]), (BEGINS, ECS + "service-revision/prod/checkout/1"))
    entries = ecs.describe_services(cluster="prod", services=["checkout"])["services"][0]["deployments"]
    same([(entry["status"], entry["taskDefinition"].split(":")[-1]) for entry in entries], [("PRIMARY", "1"), ("ACTIVE", "2")])
    advance(60)
    same(status(new), "ROLLBACK_SUCCESSFUL")
    error = refused("ConflictException", ecs.stop_service_deployment, serviceDeploymentArn=new, stopType="ROLLBACK")
    same(error["resourceIds"], [new])

    refused("ConflictException", ecs.stop_service_deployment, serviceDeploymentArn=waits, stopType="ROLLBACK")
    refused("InvalidParameterException", ecs.continue_service_deployment, serviceDeploymentArn=waits, hookId="other", action="ROLLBACK")
    refused("ServiceDeploymentNotFoundException", ecs.continue_service_deployment, serviceDeploymentArn=gone, hookId="hook-1")
    same(ecs.continue_service_deployment(serviceDeploymentArn=waits, hookId="hook-1", action="ROLLBACK")["serviceDeploymentArn"], waits)
    same(status(waits), "ROLLBACK_REQUESTED")


def drive_ssm():
    same(pages(ssm.describe_maintenance_windows, "WindowIdentities", "NextToken", MaxResults=10), [10, 2])
    windows = ssm.describe_maintenance_windows(Filters=[{"Key": "Name", "Values": ["patch-web", "patch-db"]}])["WindowIdentities"]
    same([(window["Name"], window["Enabled"]) for window in windows], [("patch-web", True), ("patch-db", False)])
    windows = ssm.describe_maintenance_windows(Filters=[{"Key": "Enabled", "Values": ["False"]}])["WindowIdentities"]
    same([window["WindowId"] for window in windows], ["mw-0123456789abcdef1"])
    refused("ValidationException", ssm.describe_maintenance_windows, MaxResults=101)
    refused("ValidationException", ssm.describe_maintenance_windows, Filters=[{"Key": "Colour", "Values": ["red"]}])
    refused("ValidationException", ssm.describe_maintenance_windows, NextToken="nonsense")

    window = "mw-0123456789abcdef0"
    same([ssm.get_maintenance_window(WindowId=window)[key] for key in ("Name", "Enabled", "Duration")], ["patch-web", True, 4])
    refused("DoesNotExistException", ssm.get_maintenance_window, WindowId=window.replace("0", "9"))
    refused("ValidationException", ssm.get_maintenance_window, WindowId="mw-0123456789abcdeXY")
    executions = ssm.describe_maintenance_window_executions(WindowId=window)["WindowExecutions"]
    same([execution["Status"] for execution in executions], ["IN_PROGRESS", "SUCCESS"])
    same((executions[0]["StartTime"], "EndTime" in executions[0]), (BEGINS - 20 * MINUTE, False))
    today = [{"Key": "ExecutedAfter", "Values": ["2026-11-19T11:00:00Z"]}]
    same(len(ssm.describe_maintenance_window_executions(WindowId=window, Filters=today)["WindowExecutions"]), 1)
    before = [{"Key": "ExecutedBefore", "Values": ["2026-11-19T11:00:00Z"]}]
    same(len(ssm.describe_maintenance_window_executions(WindowId=window, Filters=before)["WindowExecutions"]), 1)
    refused("ValidationException", ssm.describe_maintenance_window_executions, WindowId="mw-0123456789abcdeXY")

    same(ssm.get_maintenance_window_execution(WindowExecutionId=EXECUTION)["Status"], "IN_PROGRESS")
    refused("DoesNotExistException", ssm.get_maintenance_window_execution, WindowExecutionId=EXECUTION.replace("1", "9"))

    def tasks():
        found = ssm.describe_maintenance_window_execution_tasks(WindowExecutionId=EXECUTION)["WindowExecutionTaskIdentities"]
        return [task["Status"] for task in found]

    same(tasks(), ["SUCCESS", "IN_PROGRESS", "PENDING"])
    refused("DoesNotExistException", ssm.describe_maintenance_window_execution_tasks, WindowExecutionId=EXECUTION.replace("1", "9"))

    refused("DoesNotExistException", ssm.cancel_maintenance_window_execution, WindowExecutionId=EXECUTION.replace("1", "9"))
    same(ssm.cancel_maintenance_window_execution(WindowExecutionId=EXECUTION)["WindowExecutionId"], EXECUTION)
    same(tasks(), ["SUCCESS", "IN_PROGRESS", "CANCELLED"])
    same(ssm.get_maintenance_window_execution(WindowExecutionId=EXECUTION)["Status"], "CANCELLING")
    advance(300)
    same(tasks(), ["SUCCESS", "SUCCESS", "CANCELLED"])
    execution = ssm.get_maintenance_window_execution(WindowExecutionId=EXECUTION)
    same((execution["Status"], len(execution["TaskIds"])), ("CANCELLED", 3))

    busy, command_task, automation_task = (start + "111111-1111-4111-8111-111111111111" for start in ("13", "24", "25"))

    def works(task, **filters):
        answer = ssm.describe_maintenance_window_execution_task_invocations(WindowExecutionId=busy, TaskId=task, **filters)
        return [(work["TaskType"], work["ExecutionId"][:2], work["Status"]) for work in answer["WindowExecutionTaskInvocationIdentities"]]

    same(works(command_task), [("RUN_COMMAND", "31", "IN_PROGRESS"), ("RUN_COMMAND", "32", "IN_PROGRESS")])
    same(works(command_task, Filters=[{"Key": "STATUS", "Values": ["SUCCESS"]}]), [])
    refused("DoesNotExistException", ssm.describe_maintenance_window_execution_task_invocations, WindowExecutionId=busy, TaskId="26" + busy[2:])
    ssm.cancel_command(CommandId="31" + busy[2:])
    same(works(command_task), [("RUN_COMMAND", "31", "CANCELLED"), ("RUN_COMMAND", "32", "IN_PROGRESS")])
    ssm.cancel_command(CommandId="32" + busy[2:])
    same([status for _, _, status in works(command_task)], ["CANCELLED", "CANCELLED"])
    refused("InvalidCommandId", ssm.cancel_command, CommandId="33" + busy[2:])
    ssm.stop_automation_execution(AutomationExecutionId="33" + busy[2:], Type="Cancel")
    same(works(automation_task), [("AUTOMATION", "33", "CANCELLED"), ("AUTOMATION", "34", "IN_PROGRESS")])
    # The same automation, listed as one of its own.
    ssm.stop_automation_execution(AutomationExecutionId="34" + busy[2:], Type="Cancel")
    same([status for _, _, status in works(automation_task)], ["CANCELLED", "CANCELLED"])
    same(ssm.get_automation_execution(AutomationExecutionId="34" + busy[2:])["AutomationExecution"]["AutomationExecutionStatus"], "Cancelling")
    refused("InvalidAutomationStatusUpdateException", ssm.stop_automation_execution, AutomationExecutionId="33" + busy[2:])
    refused("AutomationExecutionNotFoundException", ssm.stop_automation_execution, AutomationExecutionId="31" + busy[2:])

    def calendar(*names, **at):
        answer = ssm.get_calendar_state(CalendarNames=list(names), **at)
        return answer["State"], answer.get("NextTransitionTime")

    same(calendar("year-end"), ("CLOSED", "2026-11-22T12:00:00Z"))
    same(calendar("year-end", AtTime="2026-11-20T11:59:59+0100"), ("OPEN", "2026-11-20T11:00:00Z"))
    same(calendar("arn:aws:ssm:eu-central-1:111122223333:document/year-end", AtTime="2026-11-22T12:00:00Z"), ("OPEN", "2026-11-23T12:00:00Z"))
    same(calendar("year-end", AtTime="2026-11-23T12:00:00Z"), ("CLOSED", None))
    same(calendar("weekend"), ("OPEN", "2026-11-21T12:00:00Z"))
    same(calendar("weekend", "year-end"), ("CLOSED", None))
    same(calendar("arn:aws:ssm:eu-central-1:999999999999:document/theirs"), ("OPEN", None))
    refused("InvalidDocument", ssm.get_calendar_state, CalendarNames=["theirs"])
    refused("ValidationException", ssm.get_calendar_state, CalendarNames=["weekend"], AtTime="soon")

    same(ssm.list_tags_for_resource(ResourceType="MaintenanceWindow", ResourceId=window)["TagList"], [{"Key": "env", "Value": "prod"}])
    refused("InvalidResourceId", ssm.list_tags_for_resource, ResourceType="MaintenanceWindow", ResourceId="mw-0000")
    refused("InvalidResourceType", ssm.list_tags_for_resource, ResourceType="Document", ResourceId="x")
    drive_automations()


def drive_automations():
    def ids(**filters):
        filters = [{"Key": key, "Values": values} for key, values in filters.items()]
        found = ssm.describe_automation_executions(**({"Filters": filters} if filters else {}))
        return [automation["AutomationExecutionId"][:2] for automation in found["AutomationExecutionMetadataList"]]

    same(ids(), ["44", "41", "34", "45", "42", "43"])
    same(ids(ExecutionStatus=["InProgress", "Scheduled"]), ["44", "41", "45", "42"])
    same(ids(ExecutionStatus=["InProgress"], DocumentNamePrefix=["Deploy-", "AWS-"]), ["41", "45", "42"])
    same(ids(ParentExecutionId=["42" + EXECUTION[2:]]), ["45"])
    same(ids(StartTimeAfter=["2026-11-20T11:30:00Z"], StartTimeBefore=["2026-11-20T11:45:00Z"]), ["42"])
    same(ids(TagKey=["env"]), ["42"])
    same(ids(AutomationType=["CrossAccount"]), ["45"])
    same(ids(AutomationSubtype=["ChangeRequest"]), ["45"])
    same(ids(CurrentAction=["aws:runCommand"]), ["42"])
    same(ids(ExecutionId=["43" + EXECUTION[2:]]), ["43"])
    same(ids(OpsItemId=["oi-1"]), [])
    same(pages(ssm.describe_automation_executions, "AutomationExecutionMetadataList", "NextToken", MaxResults=4), [4, 2])

    describe = ssm.describe_automation_executions
    refused("InvalidFilterKey", describe, Filters=[{"Key": "Colour", "Values": ["red"]}])
    for key, value in (("ExecutionStatus", "Canceled"), ("StartTimeAfter", "soon"), ("AutomationType", "Global")):
        refused("InvalidFilterValue", describe, Filters=[{"Key": key, "Values": [value]}])
    refused("ValidationException", describe, Filters=[{"Key": "ExecutionStatus", "Values": ["Pending"] * 11}])
    refused("ValidationException", describe, Filters=[{"Key": "TagKey", "Values": ["x" * 151]}])
    refused("ValidationException", describe, MaxResults=51)
    refused("InvalidNextToken", describe, NextToken="nonsense")

    def get(start):
        return ssm.get_automation_execution(AutomationExecutionId=start + EXECUTION[2:])["AutomationExecution"]

    listed = {automation["AutomationExecutionId"][:2]: automation for automation in describe()["AutomationExecutionMetadataList"]}
    plain, deploys, child = listed["41"], listed["42"], listed["45"]
    same([plain[key] for key in ("DocumentName", "DocumentVersion", "AutomationExecutionStatus", "AutomationType")], ["AWS-RestartEC2Instance", "1", "InProgress", "Local"])
    same((plain["ExecutionStartTime"], "ExecutionEndTime" in plain, "CurrentStepName" in plain), (BEGINS, False, False))
    same((deploys["CurrentStepName"], deploys["CurrentAction"], deploys["DocumentVersion"]), ("replace", "aws:runCommand", "7"))
    same(deploys["AlarmConfiguration"]["Alarms"], [{"Name": "checkout-5xx"}])
    same((child["ParentAutomationExecutionId"], child["AssociationId"][:2], child["ChangeRequestName"]), ("42" + EXECUTION[2:], "46", "winter"))
    same((child["TriggeredAlarms"], child["ExecutedBy"][-20:]), ([{"Name": "checkout-5xx", "State": "ALARM"}], "OrchestrationService"))
    same((listed["43"]["ExecutionEndTime"], listed["44"]["ScheduledTime"]), (BEGINS - 60 * MINUTE, BEGINS + 20 * MINUTE))
    same([step["StepName"] for step in get("42")["StepExecutions"]], ["replace"])
    refused("AutomationExecutionNotFoundException", ssm.get_automation_execution, AutomationExecutionId="47" + EXECUTION[2:])
    refused("ValidationException", ssm.stop_automation_execution, AutomationExecutionId="x" * 37)

    def stop(start, **kind):
        return ssm.stop_automation_execution(AutomationExecutionId=start + EXECUTION[2:], **kind)

    refused("ValidationException", stop, start="42", Type="Abort")
    stop("42", Type="Cancel")
    same(get("42")["AutomationExecutionStatus"], "Cancelling")
    stop("41", Type="Complete")
    same(get("41")["AutomationExecutionStatus"], "Success")
    advance(60)
    stopped = get("42")
    same((stopped["AutomationExecutionStatus"], "CurrentStepName" in stopped), ("Cancelled", False))
    same(stopped["ExecutionEndTime"] - get("41")["ExecutionEndTime"], MINUTE)
    for over in ("41", "42", "43"):
        refused("InvalidAutomationStatusUpdateException", stop, start=over, Type="Cancel")
    refused("AutomationExecutionNotFoundException", stop, start="47")
    advance(1200)
    same((get("44")["AutomationExecutionStatus"], get("44")["ExecutionStartTime"]), ("InProgress", BEGINS + 20 * MINUTE))
    same(get("45")["AutomationExecutionStatus"], "Failed")

    tags = ssm.list_tags_for_resource(ResourceType="Automation", ResourceId="42" + EXECUTION[2:])["TagList"]
    same(tags, [{"Key": "env", "Value": "prod"}])
    refused("InvalidResourceId", ssm.list_tags_for_resource, ResourceType="Automation", ResourceId="49" + EXECUTION[2:])


def drive_opensearch():
    same(len(opensearch.list_domain_names()["DomainNames"]), 10)
    same(opensearch.list_domain_names(EngineType="Elasticsearch")["DomainNames"], [{"DomainName": "old-elastic", "EngineType": "Elasticsearch"}])
    refused("ValidationException", opensearch.list_domain_names, EngineType="Solr")

    domains = opensearch.describe_domains(DomainNames=["prod-search", "no-date", "must", "nobody"])["DomainStatusList"]
    options = {domain["DomainName"]: domain["ServiceSoftwareOptions"] for domain in domains}
    same(sorted(options), ["must", "no-date", "prod-search"])
    same(options["prod-search"]["UpdateStatus"], "PENDING_UPDATE")
    same(options["prod-search"]["AutomatedUpdateDate"], BEGINS + datetime.timedelta(days=20))
    same(options["no-date"]["AutomatedUpdateDate"].timestamp(), 0)
    same((options["must"]["Cancellable"], options["must"]["OptionalDeployment"]), (False, False))
    error = refused("ValidationException", opensearch.describe_domains, DomainNames=["abc"] * 6)
    same(error["Error"]["Message"], "Please provide a maximum of 5 domain names")
    same(opensearch.describe_domains(DomainNames=[])["DomainStatusList"], [])

    actions = opensearch.list_scheduled_actions(DomainName="prod-search")["ScheduledActions"]
    same([action["Type"] for action in actions], ["SERVICE_SOFTWARE_UPDATE", "JVM_HEAP_SIZE_TUNING"])
    same(pages(opensearch.list_scheduled_actions, "ScheduledActions", "NextToken", DomainName="prod-search", MaxResults=1), [1, 1])
    refused("InvalidPaginationTokenException", opensearch.list_scheduled_actions, DomainName="prod-search", NextToken="nonsense")
    error = refused("ResourceNotFoundException", opensearch.list_scheduled_actions, DomainName="nobody")
    same(error["ResponseMetadata"]["HTTPStatusCode"], 409)

    arn = "arn:aws:es:eu-central-1:111122223333:domain/prod-search"
    same(opensearch.list_tags(ARN=arn)["TagList"], [{"Key": "env", "Value": "prod"}])
    refused("ResourceNotFoundException", opensearch.list_tags, ARN=arn + "x")

    answer = opensearch.cancel_service_software_update(DomainName="prod-search")["ServiceSoftwareOptions"]
    same((answer["UpdateStatus"], answer["Cancellable"], answer["AutomatedUpdateDate"].timestamp()), ("ELIGIBLE", False, 0))
    same(len(opensearch.list_scheduled_actions(DomainName="prod-search")["ScheduledActions"]), 1)
    refused("ValidationException", opensearch.cancel_service_software_update, DomainName="prod-search")
    refused("ValidationException", opensearch.cancel_service_software_update, DomainName="must")
    refused("ValidationException", opensearch.cancel_service_software_update, DomainName="soon")
    refused("ResourceNotFoundException", opensearch.cancel_service_software_update, DomainName="nobody")
    drive_config_changes()


def drive_config_changes():
    def domain(name):
        return opensearch.describe_domains(DomainNames=[name])["DomainStatusList"][0]

    def progress(name, **change):
        return opensearch.describe_domain_change_progress(DomainName=name, **change).get("ChangeProgressStatus")

    change = "51" + EXECUTION[2:]
    resized = domain("resized")
    same((resized["DomainProcessingStatus"], resized["Processing"], resized["UpgradeProcessing"]), ("Modifying", True, False))
    details = resized["ChangeProgressDetails"]
    same([details[key] for key in ("ChangeId", "ConfigChangeStatus", "InitiatedBy")], [change, "Validating", "CUSTOMER"])
    same((details["StartTime"], details["LastUpdatedTime"]), (BEGINS - 5 * MINUTE, BEGINS - 4 * MINUTE))
    size = {"Name": "ClusterConfig.InstanceCount", "ActiveValue": "3", "PendingValue": "6", "ValueType": "PLAIN_TEXT"}
    same((resized["ModifyingProperties"][0], len(resized["ModifyingProperties"])), (size, 2))
    others = {name: domain(name) for name in ("applying", "fixed", "later", "upgrading", "must")}
    statuses = [other["DomainProcessingStatus"] for other in others.values()]
    same(statuses, ["Modifying", "Modifying", "Active", "UpgradingEngineVersion", "Active"])
    same(("ChangeProgressDetails" in others["later"], others["upgrading"]["UpgradeProcessing"]), (False, True))
    same((others["fixed"]["ChangeProgressDetails"]["ConfigChangeStatus"], others["fixed"]["ChangeProgressDetails"]["StartTime"]), ("Pending", BEGINS))

    cancel = opensearch.cancel_domain_config_change
    dry = cancel(DomainName="resized", DryRun=True)
    same((dry["CancelledChangeIds"], dry["DryRun"]), ([change], True))
    count = {"PropertyName": "ClusterConfig.InstanceCount", "CancelledValue": "6", "ActiveValue": "3"}
    same((dry["CancelledChangeProperties"][0], len(dry["CancelledChangeProperties"])), (count, 2))
    same(progress("resized", ChangeId=change)["ConfigChangeStatus"], "Validating")
    for name in ("applying", "fixed", "later", "upgrading"):
        for dry in (True, False):
            same(cancel(DomainName=name, DryRun=dry)["CancelledChangeIds"], [])
    error = refused("ResourceNotFoundException", cancel, DomainName="nobody", DryRun=False)
    same(error["ResponseMetadata"]["HTTPStatusCode"], 409)
    refused("ValidationException", cancel, DomainName="Nobody")

    answer = cancel(DomainName="resized", DryRun=False)
    same((answer["CancelledChangeIds"], answer["DryRun"]), ([change], False))
    advance(10)
    told = progress("resized", ChangeId=change)
    same([told[key] for key in ("ChangeId", "ConfigChangeStatus", "Status", "PendingProperties")], [change, "Cancelled", "FAILED", []])
    same(progress("resized"), told)
    resized = domain("resized")
    same((resized["DomainProcessingStatus"], resized["ModifyingProperties"]), ("Active", []))
    same(resized["ChangeProgressDetails"]["ConfigChangeStatus"], "Cancelled")
    same(cancel(DomainName="resized")["CancelledChangeIds"], [])

    told = progress("applying")
    same([told[key] for key in ("Status", "InitiatedBy", "ConfigChangeStatus")], ["PROCESSING", "SERVICE", "ApplyingChanges"])
    same(progress("must"), None)
    refused("ResourceNotFoundException", opensearch.describe_domain_change_progress, DomainName="resized", ChangeId="59" + change[2:])
    refused("ValidationException", opensearch.describe_domain_change_progress, DomainName="resized", ChangeId="x" * 40)


def drive_proton():
    def status():
        return proton.get_service_instance(serviceName="web", name="web-prod")["serviceInstance"]["deploymentStatus"]

    same(status(), "IN_PROGRESS")
    refused("ResourceNotFoundException", proton.get_service_instance, serviceName="web", name="nobody")
    refused("ValidationException", proton.get_service_instance, serviceName="web", name="-x")
    same(pages(proton.list_service_instances, "serviceInstances", "nextToken", maxResults=1), [1, 1])
    running = [{"key": "deploymentStatus", "value": "IN_PROGRESS"}]
    found = proton.list_service_instances(serviceName="web", filters=running)["serviceInstances"]
    same([(instance["name"], instance["createdAt"]) for instance in found], [("web-prod", BEGINS - datetime.timedelta(days=30))])
    refused("ResourceNotFoundException", proton.list_service_instances, serviceName="nobody")
    refused("ValidationException", proton.list_service_instances, maxResults=101)
    same(proton.list_tags_for_resource(resourceArn=found[0]["arn"])["tags"], [{"key": "env", "value": "prod"}])
    refused("ResourceNotFoundException", proton.list_tags_for_resource, resourceArn=found[0]["arn"] + "x")
    answer = proton.cancel_service_instance_deployment(serviceName="web", serviceInstanceName="web-prod")
    same(answer["serviceInstance"]["deploymentStatus"], "CANCELLING")
    refused("ConflictException", proton.cancel_service_instance_deployment, serviceName="web", serviceInstanceName="web-prod")
    advance(30)
    same(status(), "CANCELLED")
    refused("ResourceNotFoundException", proton.cancel_service_instance_deployment, serviceName="web", serviceInstanceName="nobody")


def drive_cloudwatch():
    everything = ["MetricAlarm", "CompositeAlarm", "LogAlarm"]
    same([alarm["AlarmName"] for alarm in cloudwatch.describe_alarms()["MetricAlarms"]], ["checkout-5xx", "checkout-latency"])
    answer = cloudwatch.describe_alarms(AlarmNames=["checkout-5xx", "all-checkout", "errors-in-log"], AlarmTypes=everything)
    (metric,), (composite,), (log,) = (answer[kind + "s"] for kind in everything)
    same((metric["StateValue"], metric["StateUpdatedTimestamp"], metric["Threshold"]), ("ALARM", BEGINS - 2 * MINUTE, 10.0))
    same((metric["Dimensions"], metric["ActionsEnabled"]), ([{"Name": "ServiceName", "Value": "checkout"}], True))
    same((composite["ActionsSuppressedBy"], composite["AlarmRule"]), ("Alarm", 'ALARM("checkout-5xx")'))
    same(log["AlarmName"], "errors-in-log")
    ringing = cloudwatch.describe_alarms(AlarmNamePrefix="checkout-", StateValue="ALARM", AlarmTypes=everything)
    same([len(ringing[kind + "s"]) for kind in everything], [1, 0, 0])
    same(pages(cloudwatch.describe_alarms, "MetricAlarms", "NextToken", MaxRecords=1), [1, 1])
    refused("InvalidNextToken", cloudwatch.describe_alarms, NextToken="nonsense")
    refused("ValidationError", cloudwatch.describe_alarms, MaxRecords=101)
    refused("ValidationError", cloudwatch.describe_alarms, AlarmNames=["x"] * 101)
    refused("InvalidParameterCombination", cloudwatch.describe_alarms, AlarmNames=["x"], AlarmNamePrefix="x")

    history = cloudwatch.describe_alarm_history(AlarmName="checkout-5xx", HistoryItemType="StateUpdate")["AlarmHistoryItems"]
    same([item["Timestamp"] for item in history], [BEGINS - 2 * MINUTE, BEGINS - 180 * MINUTE])
    same(json.loads(history[0]["HistoryData"])["newState"]["stateValue"], "ALARM")
    since = cloudwatch.describe_alarm_history(AlarmName="checkout-5xx", StartDate=BEGINS - 60 * MINUTE, EndDate=BEGINS, ScanBy="TimestampAscending")
    same([item["HistorySummary"] for item in since["AlarmHistoryItems"]], ["Alarm updated from OK to ALARM"])
    same(pages(cloudwatch.describe_alarm_history, "AlarmHistoryItems", "NextToken", AlarmName="checkout-5xx", MaxRecords=1), [1, 1])
    refused("InvalidNextToken", cloudwatch.describe_alarm_history, NextToken="nonsense")


def drive_sqs():
    queue = "https://sqs.eu-central-1.amazonaws.com/111122223333/verify"
    same(bool(sqs.send_message(QueueUrl=queue, MessageBody="now")["MessageId"]), True)
    sqs.send_message(QueueUrl=queue, MessageBody="later", DelaySeconds=900)
    sent = control("world")["sqs"]["queues"][0]["messages"]
    same([message["body"] for message in sent], ["now", "later"])
    wait = datetime.datetime.fromisoformat(sent[1]["visible-at"]) - datetime.datetime.fromisoformat(sent[1]["sent-at"])
    same(wait, 15 * MINUTE)
    refused("InvalidParameterValue", sqs.send_message, QueueUrl=queue, MessageBody="x", DelaySeconds=901)
    refused("InvalidParameterValue", sqs.send_message, QueueUrl=queue, MessageBody="x" * (1 << 20 | 1))
    refused("MissingParameter", sqs.send_message, QueueUrl=queue, MessageBody="")
    refused("AWS.SimpleQueueService.NonExistentQueue", sqs.send_message, QueueUrl=queue + "x", MessageBody="x")


def drive_events():
    def entry(**more):
        return {"EventBusName": "countermand", "Source": "x", "DetailType": "Y", "Detail": '{"a": 1}'} | more

    answer = events.put_events(Entries=[entry(Resources=["arn:x"]), entry(Detail="[]"), entry(EventBusName="nowhere")])
    same(answer["FailedEntryCount"], 2)
    same([entry.get("ErrorCode") for entry in answer["Entries"]], [None, "MalformedDetail", "InvalidArgument"])
    (put,) = control("world")["events"]["buses"][0]["events"]
    same((put["source"], put["detail-type"], put["detail"], put["resources"]), ("x", "Y", {"a": 1}, ["arn:x"]))
    by_arn = "arn:aws:events:eu-central-1:111122223333:event-bus/flaky"
    answers = [events.put_events(Entries=[entry(EventBusName=by_arn, Time=BEGINS)]) for _ in range(2)]
    same([answer["FailedEntryCount"] for answer in answers], [1, 0])
    refused("ValidationException", events.put_events, Entries=[entry()] * 11)
    large = '{"a": "' + "x" * (200 << 10) + '"}'
    same(events.put_events(Entries=[entry(Detail=large)])["FailedEntryCount"], 0)
    refused("ValidationException", events.put_events, Entries=[entry(Detail=large)] * 2)


# A read of each service, as boto3 and as AWS name it.
READS = {
    ecs: ("ecs", "list_clusters", "ListClusters"),
    ssm: ("ssm", "describe_maintenance_windows", "DescribeMaintenanceWindows"),
    opensearch: ("opensearch", "list_domain_names", "ListDomainNames"),
    proton: ("proton", "list_service_instances", "ListServiceInstances"),
    cloudwatch: ("cloudwatch", "describe_alarms", "DescribeAlarms"),
}


def drive_faults():
    for usual, (service, method, operation) in READS.items():
        call = f"{service}:{operation}"
        read = getattr(usual, method)

        def spoilt(fault, kind, seconds=0, client=usual):
            control("faults", [{"call": call, "fault": fault, "times": 1, "seconds": seconds}])
            try:
                getattr(client, method)()
            except kind as error:
                read()
                return getattr(error, "response", None)
            raise AssertionError(f"{call}: {fault} did no harm")

        same(spoilt("throttle", ClientError)["Error"]["Code"], "ThrottlingException")
        same(spoilt("500", ClientError)["ResponseMetadata"]["HTTPStatusCode"], 500)
        same(spoilt("access-denied", ClientError)["Error"]["Code"], "AccessDeniedException")
        spoilt("reset", ConnectionClosedError)
        for fault in ("cut", "garbage"):
            control("faults", [{"call": call, "fault": fault, "times": 1}])
            try:
                # boto3 takes a body that it cannot read as JSON for an answer without members.
                same(set(read()) - {"ResponseMetadata", "message"}, set())
            except (ResponseParserError, IncompleteReadError):
                pass
        spoilt("delay", ReadTimeoutError, seconds=1, client=client(service, read_timeout=0.3))


def drive_modelled_errors():
    """Every error in botocore's model of each operation arrives as its own class, with its HTTP status."""
    clients = {"ecs": ecs, "ssm": ssm, "opensearch": opensearch, "proton": proton, "cloudwatch": cloudwatch, "sqs": sqs, "events": events}
    for name in control("operations"):
        service, operation = name.split(":")
        used = clients[service]
        model = used.meta.service_model.operation_model(operation)
        method = getattr(used, next(key for key, value in used.meta.method_to_api_mapping.items() if value == operation))
        parameters = {member: fitting(model.input_shape.members[member]) for member in model.input_shape.required_members}
        for shape in model.error_shapes:
            control("faults", [{"call": name, "fault": shape.error_code, "times": 1}])
            try:
                method(**parameters)
            except getattr(used.exceptions, shape.name) as error:
                wanted = shape.metadata.get("error", {}).get("httpStatusCode")
                got = error.response["ResponseMetadata"]["HTTPStatusCode"]
                if wanted not in (None, got):
                    raise AssertionError(f"{name}: {shape.name} has HTTP {got}, wanted {wanted}")
            else:
                raise AssertionError(f"{name}: {shape.name} was not raised")
    control("faults", [])


def fitting(shape):
    if shape.type_name == "structure":
        return {name: fitting(shape.members[name]) for name in shape.required_members}
    if shape.type_name == "list":
        return [fitting(shape.member)]
    return "arn:aws:x:eu-central-1:111122223333:x/xxxxxxxxxxxxx"[: shape.metadata.get("max", 99)]


STATEMENT = {"Effect": "Allow", "Action": [], "Resource": "*"}


def drive_iam():
    """What no statement allows is refused as AWS refuses it, over each protocol."""
    for client, (service, method, operation) in READS.items():
        read = getattr(client, method)
        action = f"{service.replace('opensearch', 'es')}:{operation}"
        control("iam", [STATEMENT])
        error = refused("AccessDeniedException", read)
        message = error["Error"]["Message"]
        for part in ("User: arn:aws:sts::111122223333:", f" is not authorized to perform: {action} on resource: *"):
            same(part in message, True)
        same(error["ResponseMetadata"]["HTTPStatusCode"], {"opensearch": 403, "cloudwatch": 403}.get(service, 400))
        control("iam", [STATEMENT | {"Action": action}])
        read()

    stop = {"Action": "ecs:StopServiceDeployment", "Resource": [ECS + "service/test/*", ECS + "service-deployment/test/*"]}
    control("iam", [STATEMENT | stop])
    arn = ECS + "service-deployment/prod/checkout/new"
    error = refused("AccessDeniedException", ecs.stop_service_deployment, serviceDeploymentArn=arn)
    same(isinstance(error, dict) and arn in error["Error"]["Message"], True)
    same(control("calls")[-1]["resources"], [arn, ECS + "service/prod/checkout"])
    control("iam", [STATEMENT | {"Action": "*"}])


# Which of several kinds of resources it is about, the call says.
ONE_OF = {"ssm:ListTagsForResource", "es:ListTags", "proton:ListTagsForResource", "events:PutEvents"}
# Of composite alarms CloudWatch tells only those who may read all.
ALSO_EVERYTHING = {"cloudwatch:DescribeAlarms", "cloudwatch:DescribeAlarmHistory"}


def every_call_was_about_what_iam_checks_it_against():
    for call in control("calls"):
        # A call that names nothing is about nothing.
        if call["status"] != 200 or call["fault"] is not None or call["input"] == {"DomainNames": []}:
            continue
        action = f"{call['service'].replace('opensearch', 'es')}:{call['operation']}"
        service, name = action.split(":")
        kinds = set(IAM[service]["Actions"][name.lower()].get("Resources", []))
        if call["resources"] == ["*"]:
            same((action, kinds if action not in ALSO_EVERYTHING else set()), (action, set()))
            continue
        met = [{kind for kind in kinds if fits(arn, IAM[service]["Resources"][kind])} for arn in call["resources"]]
        same((action, all(met)), (action, True))
        if action not in ONE_OF:
            same((action, set().union(*met)), (action, kinds))


def fits(arn, kind):
    return any(re.fullmatch(re.sub(r"\$\{\w+\}", "[^:]+", form), arn) for form in kind["ARNFormats"])


def everything_was_called():
    called = {f"{call['service']}:{call['operation']}" for call in control("calls") if call["status"] == 200 and call["fault"] is None}
    same(sorted(set(control("operations")) - called), [])
    unknown = [call for call in control("calls") if call["error"] == "UnknownOperationException"]
    same(unknown, [])


same(cloudwatch.meta.service_model.resolved_protocol, {"json": "json", "cbor": "smithy-rpc-v2-cbor"}[PROTOCOL])
drive_ecs()
drive_ssm()
drive_opensearch()
drive_proton()
drive_cloudwatch()
drive_sqs()
drive_events()
drive_faults()
drive_modelled_errors()
drive_iam()
everything_was_called()
every_call_was_about_what_iam_checks_it_against()
