"""Creates the AWS resources of a plan in moto, an AWS simulator that keeps state and rejects many invalid requests.

Reads a list of plans as JSON from standard input and writes a list of reports as JSON to standard output. Each call is
validated against botocore's model of the service (required parameters, enumerations, patterns, lengths, which botocore itself
checks only in part), and by moto, in the plan's order. A handler makes the calls of one resource type and returns the
resource's ID and outputs; later resources refer to them as in the plan (`NAME-id`, `generated:NAME.output`).
"""

import json
import os
import re
import sys

os.environ.setdefault("AWS_ACCESS_KEY_ID", "testing")
os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "testing")
# moto then checks the names of AWS managed policies against its own list.
os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"

import boto3  # noqa: E402
from botocore.exceptions import BotoCoreError, ClientError  # noqa: E402
from moto import mock_aws  # noqa: E402

HANDLERS = {}


def handles(token):
    """Registers the handler of a type, such as `aws:ec2/vpc:Vpc`: (clients, inputs) -> (id, outputs)."""

    def register(function):
        HANDLERS[token] = function
        return function

    return register


def given(**parameters):
    """Returns the parameters that have a value."""
    return {key: value for key, value in parameters.items() if value is not None}


def tag_list(inputs):
    return [{"Key": key, "Value": value} for key, value in inputs.get("tags", {}).items()]


def model_problems(shape, value, path):
    """Returns the violations of the service's model that botocore itself does not check."""
    kind = shape.type_name
    if kind == "structure":
        members = shape.members
        return [
            problem
            for key, inner in value.items()
            if key in members
            for problem in model_problems(members[key], inner, f"{path}.{key}")
        ]
    if kind == "list":
        return [
            problem for inner in value for problem in model_problems(shape.member, inner, f"{path}[]")
        ]
    metadata = shape.metadata
    problems = []
    if kind == "string" and isinstance(value, str):
        allowed = metadata.get("enum")
        if allowed and value not in allowed:
            problems.append(f"{path} {value!r} is none of {', '.join(allowed)}")
        if "max" in metadata and len(value) > metadata["max"]:
            problems.append(f"{path} has {len(value)} characters, and {metadata['max']} are the most")
        pattern = metadata.get("pattern")
        if pattern and not matches(pattern, value):
            problems.append(f"{path} {value!r} does not match {pattern}")
    if kind in ("integer", "long") and "max" in metadata and value > metadata["max"]:
        problems.append(f"{path} is {value}, and {metadata['max']} is the most")
    return problems


def matches(pattern, value):
    try:
        return re.search(f"^(?:{pattern})$", value) is not None
    except re.error:
        # Some patterns use Java syntax, which Python cannot compile; they are skipped.
        return True


class Clients:
    """boto3 clients by service; every call is first validated against the service's model."""

    def __init__(self, region, problems):
        self._region = region
        self._problems = problems
        self._clients = {}
        self.current = ""

    def __getattr__(self, service):
        return self.at(service, self._region)

    def at(self, service, region):
        """Returns the client of a service in a region other than the plan's."""
        key = f"{service} {region}"
        if key not in self._clients:
            client = boto3.client(service, region_name=region)
            client.meta.events.register("provide-client-params.*.*", self._judge)
            self._clients[key] = client
        return self._clients[key]

    def _judge(self, params, model, **_):
        if model.input_shape is None:
            return
        for problem in model_problems(model.input_shape, params, model.name):
            self._problems.append(f"{self.current}: {problem}")


class References:
    """The references of a plan: real values of created resources, placeholders for types without a handler."""

    def __init__(self, handled):
        self._handled = handled
        self._known = {}

    def add(self, name, identity, outputs):
        self._known[f"{name}-id"] = identity
        for output, value in {"arn": f"arn:aws:moto:::{name}", **outputs}.items():
            self._known[f"generated:{name}.{output}"] = value

    def _text(self, value):
        for reference in sorted(re.findall(r"generated:[\w.\-]+", value), key=len, reverse=True):
            if reference in self._known:
                value = value.replace(reference, self._known[reference])
            elif any(reference.startswith(f"generated:{name}.") for name in self._handled):
                return None
            else:
                value = value.replace(reference, f"arn:aws:moto:::{reference.removeprefix('generated:')}")
        return self._known.get(value, value)

    def resolved(self, value):
        """Returns a value with every reference replaced; None if a referenced resource does not exist yet."""
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, list):
            items = [self.resolved(item) for item in value]
            return None if any(item is None for item in items) else items
        if isinstance(value, dict):
            entries = {key: self.resolved(item) for key, item in value.items()}
            return None if any(item is None for item in entries.values()) else entries
        return value


def is_waiting(value, ids):
    """Returns whether a value refers to a resource of the plan that does not exist yet."""
    if isinstance(value, str):
        return value in ids
    if isinstance(value, list):
        return any(is_waiting(item, ids) for item in value)
    if isinstance(value, dict):
        return any(is_waiting(item, ids) for item in value.values())
    return False


class Run:
    """One run of a plan: created resources, calls that moto does not implement, and rejected calls."""

    def __init__(self, plan, region):
        self.waiting = [resource for resource in plan["resources"] if resource["type"] in HANDLERS]
        self.references = References([resource["name"] for resource in self.waiting])
        self.problems, self.unsupported, self.tried = [], set(), {}
        self.clients = Clients(region, self.problems)

    def ready(self):
        """Returns the resources whose references all exist, with their inputs."""
        ids = {f"{resource['name']}-id" for resource in self.waiting}
        found = []
        for resource in self.waiting:
            inputs = self.references.resolved(resource["inputs"])
            if inputs is not None and not is_waiting(inputs, ids):
                found.append((resource, inputs))
        return found

    def make(self, resource, inputs):
        """Makes the calls of one resource; returns the rejection, if any."""
        name, token = resource["name"], resource["type"]
        self.clients.current = name
        identity, outputs = name, {}
        try:
            identity, outputs = HANDLERS[token](self.clients, inputs)
            self.tried[token] = self.tried.get(token, 0) + 1
        except NotImplementedError as error:
            self.unsupported.add(f"{token}: {error}")
        except (ClientError, BotoCoreError, ValueError) as error:
            if "Not yet implemented" not in str(error):
                return f"{name}: {error}"
            self.unsupported.add(f"{token}: {error}")
        self.references.add(name, identity, outputs)
        return None

    def all(self):
        """Creates every resource when its references exist; retries rejected ones as long as others are created."""
        while self.waiting:
            refused = []
            before = len(self.waiting)
            for resource, inputs in self.ready():
                refusal = self.make(resource, inputs)
                if refusal is None:
                    self.waiting.remove(resource)
                else:
                    refused.append(refusal)
            if len(self.waiting) == before:
                stuck = [resource["name"] for resource in self.waiting]
                self.problems += refused or [f"{name}: refers to what nothing made" for name in stuck]
                return


def describe(plan, region):
    run = Run(plan, region)
    run.all()
    return {
        "tried": run.tried,
        "unsupported": sorted(run.unsupported),
        # A retried call is validated again.
        "problems": sorted(set(run.problems)),
        "state": {name: check(run.clients) for name, check in CHECKS.items()},
    }


CHECKS = {}


def check(function):
    """Registers a function that reads moto's final state; the report contains its result under the function's name."""
    CHECKS[function.__name__] = function
    return function


def main():
    region = os.environ.get("PLAN_REGION", "eu-central-1")
    reports = []
    for plan in json.load(sys.stdin):
        # Each plan starts with an empty account.
        with mock_aws():
            reports.append(describe(plan, region))
    json.dump(reports, sys.stdout, indent=1, default=str)
