"""What moto 5.2.4 lacks of CloudFormation, made from the template's properties by moto's own calls.

It knows no schedules, alarms, filters, topic policies and substitutions, and passes on only some properties of Batch.
A row below names the calls of a type. botocore's model of the call gives the names of its parameters, and refuses a
property that it does not know. `AWS::NoValue` in a list is left out, and an update goes by what has changed, as on AWS.
"""

import json
import re
import sys

import boto3
from moto.cloudformation import parsing

PORT = sys.argv[sys.argv.index("-p") + 1]
SERVICE_ROLE = "arn:aws:iam::123456789012:role/aws-service-role/batch.amazonaws.com/AWSServiceRoleForbatch"


def client(service):
    place = {"region_name": "us-east-1", "endpoint_url": f"http://127.0.0.1:{PORT}"}
    return boto3.client(service, **place, aws_access_key_id="test", aws_secret_access_key="test")


def operation(service, method):
    api = client(service)
    return api, api.meta.service_model.operation_model(api.meta.method_to_api_mapping[method])


def parameters(shape, value):
    """Properties in the case of the model."""
    if shape.type_name == "list":
        return [parameters(shape.member, one) for one in value]
    if shape.type_name == "structure":
        names = {name.lower(): name for name in shape.members}
        unknown = [name for name in value if name.lower() not in names]
        if unknown:
            raise ValueError(f"{shape.name} has no {unknown}")
        return {names[name.lower()]: parameters(shape.members[names[name.lower()]], one) for name, one in value.items()}
    kinds = {"boolean": bool, "integer": int, "long": int, "double": float, "string": str}
    return kinds.get(shape.type_name, lambda same: same)(value)


def compute_environment(properties):
    del properties["ReplaceComputeEnvironment"]
    # AWS makes this role itself.
    return {**properties, "ServiceRole": SERVICE_ROLE}


def state_machine(properties):
    substitutions = properties.pop("DefinitionSubstitutions", {})
    if "DefinitionS3Location" in properties:
        place = properties.pop("DefinitionS3Location")
        text = client("s3").get_object(Bucket=place["Bucket"], Key=place["Key"])["Body"].read().decode()
    else:
        text = json.dumps(properties.pop("Definition"))
    definition = re.sub(r"\$\{(\w+)\}", lambda hole: substitutions[hole[1]], text)
    return {"Name": properties.pop("StateMachineName"), "Definition": definition, **properties}


def topic_policy(properties):
    [topic] = properties["Topics"]
    return {"TopicArn": topic, "AttributeName": "Policy", "AttributeValue": json.dumps(properties["PolicyDocument"])}


def rule(properties):
    return {**properties, "EventPattern": json.dumps(properties["EventPattern"])}


def without_compute(api, arn):
    api.update_compute_environment(computeEnvironment=arn, state="DISABLED")


def without_queue(api, arn):
    api.update_job_queue(jobQueue=arn, state="DISABLED")


def without_targets(api, name):
    api.remove_targets(Rule=name, Ids=["topic"])


same = dict
# Type: service, create, what of the answer or the properties identifies it, delete by which parameter, the properties
# as the call takes them, what comes before a deletion.
TYPES = {
    "AWS::Batch::ComputeEnvironment": ("batch", "create_compute_environment", "computeEnvironmentArn", "delete_compute_environment", "computeEnvironment", compute_environment, without_compute),
    "AWS::Batch::JobQueue": ("batch", "create_job_queue", "jobQueueArn", "delete_job_queue", "jobQueue", same, without_queue),
    "AWS::Batch::JobDefinition": ("batch", "register_job_definition", "jobDefinitionArn", "deregister_job_definition", "jobDefinition", same, None),
    "AWS::StepFunctions::StateMachine": ("stepfunctions", "create_state_machine", "stateMachineArn", "delete_state_machine", "stateMachineArn", state_machine, None),
    "AWS::Scheduler::Schedule": ("scheduler", "create_schedule", "Name", "delete_schedule", "Name", same, None),
    "AWS::CloudWatch::Alarm": ("cloudwatch", "put_metric_alarm", "AlarmName", "delete_alarms", "AlarmNames", same, None),
    "AWS::Logs::MetricFilter": ("logs", "put_metric_filter", "FilterName", "delete_metric_filter", "filterName", same, None),
    "AWS::SNS::Subscription": ("sns", "subscribe", "SubscriptionArn", "unsubscribe", "SubscriptionArn", same, None),
    "AWS::SNS::TopicPolicy": ("sns", "set_topic_attributes", "Topics", None, None, topic_policy, None),
    "AWS::Events::Rule": ("events", "put_rule", "Name", "delete_rule", "Name", rule, without_targets),
}


class Made:
    """A resource that a row of TYPES makes."""

    def __init__(self, kind, name, properties):
        self.kind, self.name, self.properties = kind, name, properties
        service, create, identity, *_, prepared, _ = TYPES[kind]
        properties = {**NAMED.get(kind, lambda name: {})(name), **properties}
        targets = properties.pop("Targets", None)
        api, model = operation(service, create)
        answer = getattr(api, create)(**parameters(model.input_shape, prepared(dict(properties))))
        if targets:
            api.put_targets(Rule=properties["Name"], Targets=targets)
        self.physical_resource_id = str(answer.get(identity) or properties[identity])

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **_):
        return cls(cloudformation_json["Type"], resource_name, cloudformation_json["Properties"])

    def updated(self, properties):
        if properties == self.properties:
            return self
        self.delete(None, None)
        made = Made(self.kind, self.name, properties)
        made.logical_resource_id = self.logical_resource_id
        return made

    def delete(self, account_id, region_name):
        service, _, _, delete, parameter, _, before = TYPES[self.kind]
        if not delete:
            # A policy goes with its topic.
            return
        api = client(service)
        if before:
            before(api, self.physical_resource_id)
        identity = self.physical_resource_id
        place = {"logGroupName": self.properties["LogGroupName"]} if parameter == "filterName" else {}
        getattr(api, delete)(**place, **{parameter: [identity] if parameter.endswith("s") else identity})

    def get_cfn_attribute(self, attribute_name):
        return self.physical_resource_id


# CloudFormation names what has no name.
NAMED = {
    "AWS::Batch::ComputeEnvironment": lambda name: {"ComputeEnvironmentName": name},
    "AWS::Events::Rule": lambda name: {"Name": name},
}

original_class = parsing.resource_class_from_type
original_clean = parsing.clean_json


def clean(value, resources):
    cleaned = original_clean(value, resources)
    return [one for one in cleaned if one is not None] if isinstance(cleaned, list) else cleaned


def update(self, template, parameters=None):
    """An update by parameters, which moto does not see."""
    self._template, self._resource_json_map = template, template["Resources"]
    given = parameters or self.input_parameters
    self.input_parameters = {name: ",".join(one) if isinstance(one, list) else one for name, one in given.items()}
    self.load_parameters()
    self.load_conditions()
    for name, resource in template["Resources"].items():
        made = self._parsed_resources.get(name)
        if made is None:
            # This makes it.
            _ = self[name]
        elif isinstance(made, Made):
            self._parsed_resources[name] = made.updated(clean(resource, self)["Properties"])


parsing.ResourceMap.update = update
parsing.clean_json = clean
parsing.resource_class_from_type = lambda kind: Made if kind in TYPES else original_class(kind)
