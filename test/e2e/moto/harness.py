"""Describes the AWS resources of a plan to moto, a stand-in for AWS that keeps state and refuses much of what AWS refuses.

Reads a list of plans as JSON from standard input and writes a list of reports as JSON to standard output. Two things are judged: each call
against botocore's model of the service (required parameters, enumerations, patterns, lengths, which botocore itself checks
only in part), and what moto says when the calls follow each other in the plan's order. A handler makes the calls of one type
and returns the resource's id and outputs; later resources refer to them as the plan does (`NAME-id`, `generated:NAME.output`).
"""

import json
import os
import re
import sys

os.environ.setdefault("AWS_ACCESS_KEY_ID", "testing")
os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "testing")
# The managed policies' names are then checked against the list that moto ships.
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
    """The parameters that have a value."""
    return {key: value for key, value in parameters.items() if value is not None}


def tag_list(inputs):
    return [{"Key": key, "Value": value} for key, value in inputs.get("tags", {}).items()]


def model_problems(shape, value, path):
    """What botocore's model of the service does not allow, and botocore itself does not check."""
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
        # A few patterns are written for Java; they say nothing here.
        return True


class Clients:
    """boto3 clients by service, each call of which is judged by the service's model first."""

    def __init__(self, region, problems):
        self._region = region
        self._problems = problems
        self._clients = {}
        self.current = ""

    def __getattr__(self, service):
        return self.at(service, self._region)

    def at(self, service, region):
        """The client of a service in another region than the plan's own."""
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
    """What stands for the references of a plan: real values once made, placeholders for what no handler makes."""

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
        """A value with every reference replaced; None where one is not made yet."""
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
    """Whether a value still refers to a resource of the plan that has not been made."""
    if isinstance(value, str):
        return value in ids
    if isinstance(value, list):
        return any(is_waiting(item, ids) for item in value)
    if isinstance(value, dict):
        return any(is_waiting(item, ids) for item in value.values())
    return False


class Run:
    """One description of a plan: what was tried, what moto does not know, what was refused."""

    def __init__(self, plan, region):
        self.waiting = [resource for resource in plan["resources"] if resource["type"] in HANDLERS]
        self.references = References([resource["name"] for resource in self.waiting])
        self.problems, self.unsupported, self.tried = [], set(), {}
        self.clients = Clients(region, self.problems)

    def ready(self):
        """The resources whose references are all made, with their inputs."""
        ids = {f"{resource['name']}-id" for resource in self.waiting}
        found = []
        for resource in self.waiting:
            inputs = self.references.resolved(resource["inputs"])
            if inputs is not None and not is_waiting(inputs, ids):
                found.append((resource, inputs))
        return found

    def make(self, resource, inputs):
        """Makes the calls of one resource; gives what was refused, if anything."""
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
        """Makes every resource once what it refers to exists; what is refused is tried again while others are made."""
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
        # A call that is tried again is judged again.
        "problems": sorted(set(run.problems)),
        "state": {name: check(run.clients) for name, check in CHECKS.items()},
    }


CHECKS = {}


def check(function):
    """Registers a look at what moto holds in the end; the report shows it under the function's name."""
    CHECKS[function.__name__] = function
    return function


def main():
    region = os.environ.get("PLAN_REGION", "eu-central-1")
    reports = []
    for plan in json.load(sys.stdin):
        # Each plan meets an empty account.
        with mock_aws():
            reports.append(describe(plan, region))
    json.dump(reports, sys.stdout, indent=1, default=str)
