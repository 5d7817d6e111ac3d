"""Validates requests against botocore's service models, which are AWS's own.

Reads JSON lines `{"service": "ecs", "operation": "ListClusters", "input": {...}}` on stdin, as the double logs
calls; further members are ignored. Prints what is wrong, one a line, and exits with 1 if anything is.
"""

import datetime
import json
import re
import sys

import botocore.session
from botocore.exceptions import UnknownServiceError
from botocore.model import OperationNotFoundError
from botocore.validate import ParamValidator

SESSION = botocore.session.get_session()
SERVICES = {"es": "opensearch"}


def wrong_with(call):
    service = SERVICES.get(call["service"], call["service"])
    try:
        shape = SESSION.get_service_model(service).operation_model(call["operation"]).input_shape
    except (UnknownServiceError, OperationNotFoundError) as error:
        return [str(error)]
    if shape is None:
        return [] if not call["input"] else ["this operation takes no input"]
    try:
        given = from_wire(call["input"], shape)
    except (TypeError, ValueError, AttributeError) as error:
        return [f"the input cannot be read: {error}"]
    report = ParamValidator().validate(given, shape)
    wrong = report.generate_report().splitlines() if report.has_errors() else []
    return wrong + list(out_of_bounds(given, shape, call["operation"]))


def from_wire(value, shape):
    """As a caller of botocore gives it: members by their names, times as times."""
    if shape.type_name == "structure":
        names = {member_name_on_wire(name, member): name for name, member in shape.members.items()}
        read = {}
        for key, part in value.items():
            name = names.get(key, key)
            member = shape.members.get(name)
            read[name] = part if member is None else from_wire(part, member)
        return read
    if shape.type_name == "list" and isinstance(value, list):
        return [from_wire(item, shape.member) for item in value]
    if shape.type_name == "map" and isinstance(value, dict):
        return {key: from_wire(item, shape.value) for key, item in value.items()}
    if shape.type_name == "timestamp" and type(value) in (int, float):
        return datetime.datetime.fromtimestamp(value, datetime.timezone.utc)
    return value


def member_name_on_wire(name, member):
    """The double names what stands in a query with a capital, and all else as the wire does."""
    on_wire = member.serialization.get("name", name)
    if member.serialization.get("location") in ("querystring", "uri"):
        return on_wire[0].upper() + on_wire[1:]
    return on_wire


def out_of_bounds(value, shape, at):
    """What the model forbids and botocore leaves to the service."""
    if shape.type_name == "structure" and isinstance(value, dict):
        for name, member in shape.members.items():
            if name in value:
                yield from out_of_bounds(value[name], member, f"{at}.{name}")
    elif shape.type_name == "list" and isinstance(value, list):
        most = shape.metadata.get("max")
        if most is not None and len(value) > most:
            yield f"{at}: {len(value)} items, at most {most}"
        for item in value:
            yield from out_of_bounds(item, shape.member, f"{at}[]")
    elif shape.type_name == "string" and isinstance(value, str):
        # Java's name for what Python has no name for.
        pattern = shape.metadata.get("pattern", "").replace(r"\p{XDigit}", "[0-9A-Fa-f]")
        most = shape.metadata.get("max")
        if shape.enum and value not in shape.enum:
            yield f"{at}: `{value}` is none of {', '.join(shape.enum)}"
        if most is not None and len(value) > most:
            yield f"{at}: {len(value)} characters, at most {most}"
        if pattern and not re.search(pattern, value):
            yield f"{at}: `{value}` does not match {pattern}"
    elif shape.type_name in ("integer", "long") and isinstance(value, int):
        most = shape.metadata.get("max")
        if most is not None and value > most:
            yield f"{at}: {value}, at most {most}"


def main():
    failed = False
    for line in filter(None, map(str.strip, sys.stdin)):
        call = json.loads(line)
        for wrong in wrong_with(call):
            failed = True
            print(f"{call['service']}:{call['operation']}: {wrong}")
    sys.exit(failed)


if __name__ == "__main__":
    main()
