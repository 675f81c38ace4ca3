"""moto's server, its Step Functions mended where moto 5.2.4 departs from AWS:

- JSONata is evaluated, and its errors are States.QueryEvaluationError; moto has no engine for it;
- an error of S3 is named `S3.…`;

- AWS translates a task's PascalCase parameters for the service and the answer back; moto passes both on as they
  are, so that no optimised integration works;
- `$$.Execution.StartTime` is a text, not a datetime;
- an array whose children have ended, and one of them failed, has failed; moto leaves it as it was.

Its CloudFormation is mended by moto_cloudformation.py.
"""

import json

from datetime import datetime, timezone
from threading import Lock

import boto3
import moto_cloudformation  # noqa: F401
from jsonata import Jsonata
from moto.batch.models import Job
from moto.server import main
from moto.stepfunctions.parser.api import EvaluationFailedEventDetails, HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent, FailureEventException
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.component.common.string.string_expression import StringJSONata
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import state_task_service_aws_sdk
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service import (
    StateTaskService,
)
from moto.stepfunctions.parser.asl.eval import states, variable_store
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.asl.jsonata import jsonata
from moto.stepfunctions.parser.backend import execution_worker


def operation(task, service, action):
    client = boto3.client(service or task._get_boto_service_name(), region_name="us-east-1")
    method = action or task._get_boto_service_action()
    return client.meta.service_model.operation_model(client.meta.method_to_api_mapping[method])


def normalise_parameters(self, parameters, boto_service_name=None, service_action_name=None):
    shape = operation(self, boto_service_name, service_action_name).input_shape
    self._to_boto_request(parameters, shape)


def normalise_response(self, response, boto_service_name=None, service_action_name=None):
    shape = operation(self, boto_service_name, service_action_name).output_shape
    self._from_boto_response(response, shape)


def execution_data(StartTime, **rest):
    text = StartTime.astimezone(timezone.utc).isoformat(timespec="milliseconds")
    return dict(StartTime=text.replace("+00:00", "Z"), **rest)


describe_job = Job.describe


def describe(self):
    states = {child.status for child in self._child_jobs or []}
    if "FAILED" in states and states <= {"FAILED", "SUCCEEDED"}:
        self.status = "FAILED"
    return describe_job(self)


# Executions run side by side; the evaluator shares state.
evaluating = Lock()


def evaluate(text):
    try:
        with evaluating:
            expression = Jsonata(text)
            expression.register_lambda("parse", json.loads)
            return expression.evaluate(None)
    except Exception as error:
        raise jsonata.JSONataException("JSONata", str(error)) from error


def text_of(value):
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else str(value)


evaluate_body = StringJSONata._eval_body


def evaluate_or_fail(self, env):
    try:
        evaluate_body(self, env)
    except jsonata.JSONataException as error:
        name = StatesErrorName(typ=StatesErrorNameType.StatesQueryEvaluationError)
        details = EvaluationFailedEventDetails(cause=str(error), error=name.error_name)
        raise FailureEventException(
            FailureEvent(
                env=env,
                error_name=name,
                event_type=HistoryEventType.EvaluationFailed,
                event_details=EventDetails(evaluationFailedEventDetails=details),
            )
        ) from error


def declare(bindings):
    return "".join(f"{name}:={json.dumps(value, default=text_of)};" for name, value in bindings.items())


Job.describe = describe
jsonata._eval_jsonata = evaluate
StringJSONata._eval_body = evaluate_or_fail
state_task_service_aws_sdk._SERVICE_ERROR_NAMES["s3"] = "S3"
for module in (states, variable_store):
    module.encode_jsonata_variable_declarations = declare
StateTaskService._normalise_parameters = normalise_parameters
StateTaskService._normalise_response = normalise_response
execution_worker.ExecutionData = execution_data

main()
