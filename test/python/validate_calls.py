"""Reads a JSON list of calls, each a service, an operation and its parameters, and prints what botocore finds wrong with each."""

import json
import sys

import botocore.session
from botocore.validate import ParamValidator

session = botocore.session.get_session()


def faults(service, operation, parameters):
    shape = session.get_service_model(service).operation_model(operation).input_shape
    return ParamValidator().validate(parameters, shape).generate_report()


print(json.dumps([faults(*call) for call in json.load(sys.stdin)]))
