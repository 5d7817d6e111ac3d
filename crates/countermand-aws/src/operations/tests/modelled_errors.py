"""Prints what errors botocore's models know of each call that comes on stdin, as `ecs:ListClusters`, one a line."""

import sys

import botocore.session

session = botocore.session.get_session()
for call in sys.stdin.read().split():
    service, operation = call.split(":")
    model = session.get_service_model({"es": "opensearch"}.get(service, service))
    for error in model.operation_model(operation).error_shapes:
        print(call, error.name)
