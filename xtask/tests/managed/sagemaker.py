"""Judges SageMaker templates: `sagemaker.py TEMPLATE...` prints one line of JSON for each.

The bodies of requests that a template implies are validated against AWS's own model of its APIs, strictly: unknown
and missing members, types, words of closed lists, patterns, lengths and ranges. Then moto carries them out, and makes
the stack of the whole template.
"""

import json
import re
import sys

import boto3
import botocore.session
import yaml
from botocore.exceptions import ClientError
from botocore.validate import ParamValidator
from moto import mock_aws

REGION, ACCOUNT = "us-east-1", "123456789012"
IMAGE = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/churn:1.0.0"
PSEUDO = {
    "AWS::Region": REGION,
    "AWS::AccountId": ACCOUNT,
    "AWS::Partition": "aws",
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::StackName": "stack",
}
OPERATIONS = {
    "AWS::SageMaker::Model": ("sagemaker", "CreateModel", "ModelName"),
    "AWS::SageMaker::EndpointConfig": ("sagemaker", "CreateEndpointConfig", "EndpointConfigName"),
    "AWS::SageMaker::Endpoint": ("sagemaker", "CreateEndpoint", "EndpointName"),
    "AWS::CloudWatch::Alarm": ("cloudwatch", "PutMetricAlarm", "AlarmName"),
    "AWS::ApplicationAutoScaling::ScalableTarget": ("application-autoscaling", "RegisterScalableTarget", None),
    "AWS::ApplicationAutoScaling::ScalingPolicy": ("application-autoscaling", "PutScalingPolicy", None),
    "AWS::IAM::Role": ("iam", "CreateRole", "RoleName"),
}


class Resolver:
    """Replaces intrinsic functions by what CloudFormation would put there."""

    def __init__(self, template):
        self.template, self.names, self.arns = template, {}, {}
        for logical, resource in template["Resources"].items():
            _, _, name = OPERATIONS[resource["Type"]]
            given = resource.get("Properties", {}).get(name or "", None)
            self.names[logical] = given if isinstance(given, str) else f"stack-{logical}"
            self.arns[logical] = f"arn:aws:iam::{ACCOUNT}:role/stack-{logical}"

    def of(self, value):
        if isinstance(value, list):
            return [self.of(item) for item in value]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            (function, argument), = value.items()
            if function == "Ref":
                return self.reference(argument)
            if function == "Fn::GetAtt":
                logical, attribute = argument
                return self.arns[logical] if attribute == "Arn" else self.names[logical]
            if function == "Fn::Join":
                return argument[0].join(self.of(part) for part in argument[1])
            if function == "Fn::Sub":
                put = lambda found: self.reference(found[1]) if found[1][0] != "!" else f"${{{found[1][1:]}}}"
                return re.sub(r"\$\{([^}]+)\}", put, argument)
            if function.startswith("Fn::"):
                raise SystemExit(f"the judge does not know {function}")
        return {key: self.of(item) for key, item in value.items()}

    def reference(self, name):
        if name in PSEUDO:
            return PSEUDO[name]
        if name in self.template.get("Parameters", {}):
            return IMAGE
        if "." in name:
            logical, attribute = name.split(".")
            return self.arns[logical] if attribute == "Arn" else self.names[logical]
        return self.names[name]


def bodies(template):
    """The requests that a template implies, in its order: service, operation, body."""
    resolver = Resolver(template)
    found = []
    for logical, resource in template["Resources"].items():
        service, operation, name = OPERATIONS[resource["Type"]]
        body = resolver.of(resource.get("Properties", {}))
        if name:
            body.setdefault(name, resolver.names[logical])
        if operation == "CreateRole":
            policies = body.pop("Policies", [])
            body["AssumeRolePolicyDocument"] = json.dumps(body["AssumeRolePolicyDocument"])
            found.append((service, operation, body))
            for policy in policies:
                inline = {
                    "RoleName": body["RoleName"],
                    "PolicyName": policy["PolicyName"],
                    "PolicyDocument": json.dumps(policy["PolicyDocument"]),
                }
                found.append((service, "PutRolePolicy", inline))
            continue
        if operation == "PutScalingPolicy":
            target = resolver.of(template["Resources"][resource["Properties"]["ScalingTargetId"]["Ref"]]["Properties"])
            body.pop("ScalingTargetId")
            body.update({key: target[key] for key in ("ServiceNamespace", "ResourceId", "ScalableDimension")})
        found.append((service, operation, body))
    return found


def strict(shape, value, path):
    """What botocore's own validation leaves out: closed lists, patterns, the most that is allowed."""
    if shape.type_name == "structure":
        for key, item in value.items():
            if key in shape.members:
                yield from strict(shape.members[key], item, f"{path}.{key}")
    elif shape.type_name == "list":
        yield from bounds(shape, len(value), path)
        for index, item in enumerate(value):
            yield from strict(shape.member, item, f"{path}[{index}]")
    elif shape.type_name == "map":
        yield from bounds(shape, len(value), path)
        for key, item in value.items():
            yield from strict(shape.key, key, f"{path}.{key}")
            yield from strict(shape.value, item, f"{path}.{key}")
    elif shape.type_name == "string":
        if getattr(shape, "enum", None) and value not in shape.enum:
            yield f"{path}: {value!r} is none of {shape.enum}"
        yield from bounds(shape, len(value), path)
        pattern = shape.metadata.get("pattern")
        if pattern and not re.fullmatch(readable(pattern), value, re.DOTALL):
            yield f"{path}: {value!r} does not match {pattern}"
    elif shape.type_name in ("integer", "long", "float", "double"):
        yield from bounds(shape, value, path)


# What Java's patterns have and Python's have not; a pattern with more of it ends the judge with an error.
CLASSES = {
    r"\p{L}": r"\w",
    r"\p{N}": r"\d",
    r"\p{Print}": r"[ -~]",
    r"\p{Z}": r"\s",
    r"\uD800\uDC00-\uDBFF\uDFFF": "\U00010000-\U0010ffff",
}


def readable(pattern):
    """A pattern of Java's for Python."""
    for java, python in CLASSES.items():
        pattern = pattern.replace(java, python)
    return pattern


def bounds(shape, amount, path):
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and amount < least:
        yield f"{path}: {amount} is below {least}"
    if most is not None and amount > most:
        yield f"{path}: {amount} is above {most}"


SESSION = botocore.session.get_session()


def findings(service, operation, body):
    shape = SESSION.get_service_model(service).operation_model(operation).input_shape
    report = ParamValidator().validate(body, shape)
    if report.has_errors():
        return [f"{operation}: {report.generate_report()}"]
    return [f"{operation}{finding}" for finding in strict(shape, body, "")]


def method(operation):
    return re.sub(r"(?<!^)(?=[A-Z])", "_", operation).lower()


def call(service, operation, body):
    return getattr(boto3.client(service, region_name=REGION), method(operation))(**body)


def known_to_moto(instance):
    """The instance type if moto knows it, else one that it knows of the same size: its list is older than AWS's."""
    try:
        call("sagemaker", "CreateModel", {"ModelName": "probe", "ExecutionRoleArn": f"arn:aws:iam::{ACCOUNT}:role/r"})
    except ClientError:
        pass
    variant = {"VariantName": "all", "ModelName": "probe", "InitialInstanceCount": 1, "InstanceType": instance}
    body = {"EndpointConfigName": f"probe-{instance.replace('.', '-')}", "ProductionVariants": [variant]}
    try:
        call("sagemaker", "CreateEndpointConfig", body)
        return instance
    except ClientError as error:
        listed = re.findall(r"ml\.[a-z0-9-]+\.[a-z0-9]+", str(error).split("enum value set", 1)[1])
        _, family, size = instance.split(".")
        near = sorted(
            other for other in listed if other.split(".")[2] == size and other.split(".")[1][0] == family[0]
        )
        return near[-1] if near else "ml.m5.xlarge"


def replaced(value, old, new):
    if isinstance(value, dict):
        return {key: replaced(item, old, new) for key, item in value.items()}
    if isinstance(value, list):
        return [replaced(item, old, new) for item in value]
    return new if value == old else value


def carried_out(template):
    """What moto made of it, and which instance type it took in place of which."""
    said = {"replaced": []}
    with mock_aws():
        variants = template["Resources"]["EndpointConfig"]["Properties"]["ProductionVariants"]
        for instance in {variant["InstanceType"] for variant in variants if "InstanceType" in variant}:
            known = known_to_moto(instance)
            if known != instance:
                said["replaced"].append([instance, known])
                template = replaced(template, instance, known)
    with mock_aws():
        for service, operation, body in bodies(template):
            call(service, operation, body)
        endpoints = boto3.client("sagemaker", region_name=REGION).list_endpoints()["Endpoints"]
        scaling = boto3.client("application-autoscaling", region_name=REGION)
        said["endpoint"] = endpoints[0]["EndpointName"]
        said["status"] = endpoints[0]["EndpointStatus"]
        said["targets"] = len(scaling.describe_scalable_targets(ServiceNamespace="sagemaker")["ScalableTargets"])
        said["policies"] = len(scaling.describe_scaling_policies(ServiceNamespace="sagemaker")["ScalingPolicies"])
    with mock_aws():
        parameters = [{"ParameterKey": key, "ParameterValue": IMAGE} for key in template.get("Parameters", {})]
        cloudformation = boto3.client("cloudformation", region_name=REGION)
        cloudformation.create_stack(
            StackName="stack",
            TemplateBody=json.dumps(template),
            Parameters=parameters,
            Capabilities=["CAPABILITY_IAM"],
        )
        stack = cloudformation.describe_stacks(StackName="stack")["Stacks"][0]
        said["stack"] = stack["StackStatus"]
        made = cloudformation.describe_stack_resources(StackName="stack")["StackResources"]
        said["made"] = sorted({resource["ResourceType"] for resource in made if "ResourceType" in resource})
        said["endpoints"] = len(boto3.client("sagemaker", region_name=REGION).list_endpoints()["Endpoints"])
    return said


def main():
    # Credentials that nobody has: moto answers in AWS's place.
    import os

    os.environ.update(AWS_ACCESS_KEY_ID="none", AWS_SECRET_ACCESS_KEY="none", AWS_DEFAULT_REGION=REGION)
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as file:
            template = yaml.safe_load(file)
        requests = bodies(template)
        found = [finding for request in requests for finding in findings(*request)]
        said = {"path": path, "requests": len(requests), "findings": found}
        if not found:
            said.update(carried_out(template))
        print(json.dumps(said))


main()
