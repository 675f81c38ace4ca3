"""moto's server, its Step Functions mended where moto 5.2.4 departs from AWS:

- AWS translates a task's PascalCase parameters for the service and the answer back; moto passes both on as they
  are, so that no optimised integration works;
- `$$.Execution.StartTime` is a text, not a datetime.
"""

from datetime import timezone

import boto3
from moto.server import main
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service import (
    StateTaskService,
)
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


StateTaskService._normalise_parameters = normalise_parameters
StateTaskService._normalise_response = normalise_response
execution_worker.ExecutionData = execution_data

main()
