"""Deploys the template to the emulator through a change set, as `sam deploy` does on AWS."""

from __future__ import annotations

import hashlib
import json
import time
from typing import Any

from . import template as templates
from .archives import Archive
from .console import UserError
from .emulator import client
from .paths import TEMPLATE

STACK_NAME = "ledgerline"
BUCKET = "ledgerline-packages"
PATIENCE = 60.0


def api_url(endpoint_url: str, outputs: dict[str, str]) -> str:
    """Where the API answers: by path, since the emulator's host names need not resolve."""
    return f"{endpoint_url}/_aws/execute-api/{outputs['ApiId']}/$default"


def fingerprint(archives: list[Archive], parameters: dict[str, str]) -> str:
    """Changes whenever there is something to deploy."""
    parts = [TEMPLATE.read_text(), *(archive.path.name for archive in archives), json.dumps(parameters, sort_keys=True)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def deploy(endpoint_url: str, archives: list[Archive], parameters: dict[str, str]) -> dict[str, str]:
    """Uploads the archives, deploys the template, and gives back the stack's outputs."""
    store = client("s3", endpoint_url)
    store.create_bucket(Bucket=BUCKET)
    addresses = {}
    for archive in archives:
        with open(archive.path, "rb") as content:
            store.put_object(Bucket=BUCKET, Key=archive.path.name, Body=content)
        addresses[archive.function] = f"s3://{BUCKET}/{archive.path.name}"
    template = templates.load(TEMPLATE)
    templates.place_code(template, addresses.__getitem__)

    formation = client("cloudformation", endpoint_url)
    exists = _exists(formation)
    change_set = f"deploy-{time.time_ns()}"
    formation.create_change_set(
        StackName=STACK_NAME,
        ChangeSetName=change_set,
        ChangeSetType="UPDATE" if exists else "CREATE",
        TemplateBody=json.dumps(template, separators=(",", ":")),
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    names = {"StackName": STACK_NAME, "ChangeSetName": change_set}
    made = _wait(lambda: formation.describe_change_set(**names), "Status")
    if made["Status"] == "CREATE_COMPLETE":
        formation.execute_change_set(**names)
    elif "didn't contain changes" not in made.get("StatusReason", ""):
        raise UserError(f"the template was refused: {made.get('StatusReason', made['Status'])}")
    stack = _wait(lambda: formation.describe_stacks(StackName=STACK_NAME)["Stacks"][0], "StackStatus")
    if stack["StackStatus"] not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        raise UserError(f"the deployment ended as {stack['StackStatus']}:\n{_failures(formation)}")
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    _fill_gaps(endpoint_url, template, outputs)
    return outputs


def _exists(formation: Any) -> bool:
    from botocore.exceptions import ClientError

    try:
        return bool(formation.describe_stacks(StackName=STACK_NAME)["Stacks"])
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":
            return False
        raise


def _wait(look: Any, key: str) -> dict[str, Any]:
    deadline = time.monotonic() + PATIENCE
    while True:
        seen: dict[str, Any] = look()
        if not seen[key].endswith(("_IN_PROGRESS", "_PENDING")):
            return seen
        if time.monotonic() > deadline:
            raise UserError(f"the deployment is still {seen[key]} after {PATIENCE:.0f} s")
        time.sleep(0.1)


def _failures(formation: Any) -> str:
    events = formation.describe_stack_events(StackName=STACK_NAME)["StackEvents"]
    return "\n".join(
        f"    {event['LogicalResourceId']}: {event.get('ResourceStatusReason', event['ResourceStatus'])}"
        for event in events
        if event["ResourceStatus"].endswith("FAILED")
    )


def _fill_gaps(endpoint_url: str, template: templates.Template, outputs: dict[str, str]) -> None:
    """The emulator passes over a table's TTL in the template; asked directly, it keeps one."""
    database = client("dynamodb", endpoint_url)
    wanted = template["Resources"]["Table"]["Properties"]["TimeToLiveSpecification"]
    known = database.describe_time_to_live(TableName=outputs["TableName"])["TimeToLiveDescription"]
    if known["TimeToLiveStatus"] == "DISABLED":
        database.update_time_to_live(TableName=outputs["TableName"], TimeToLiveSpecification=wanted)
