"""A function that only passes messages on, so that the stack can be tested before any Rust is built.

It speaks Lambda's runtime API as a real `bootstrap` does: each function puts an item named after
itself into the table and hands the call to the next queue.
"""

from __future__ import annotations

import json
import os
import urllib.request
from pathlib import Path
from typing import Any

import boto3

RUNTIME = f"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime/invocation"
NAME = os.environ["AWS_LAMBDA_FUNCTION_NAME"].rpartition("-")[2]
NEXT_QUEUE = {"ingest": "CALLS_QUEUE_URL", "classify": "CASES_QUEUE_URL", "execute": "NOTICES_QUEUE_URL"}


def handle(event: dict[str, Any]) -> dict[str, Any]:
    """Does what the function's place in the row asks for."""
    if "requestContext" in event:
        return _hear(json.loads(event["body"]))
    failures = []
    for record in event.get("Records", []):
        call = json.loads(record["body"])["call"]
        if call.startswith(f"{NAME}-fails"):
            failures.append({"itemIdentifier": record["messageId"]})
            continue
        settings = (Path(os.environ["LAMBDA_TASK_ROOT"]) / "config" / "settings.toml").read_text()
        item = {"pk": {"S": f"call#{call}"}, "sk": {"S": NAME}, "settings": {"S": settings}}
        boto3.client("dynamodb").put_item(TableName=os.environ["TABLE_NAME"], Item=item)
        _pass_on(call)
    return {"batchItemFailures": failures}


def _hear(body: dict[str, Any]) -> dict[str, Any]:
    secret = boto3.client("secretsmanager").get_secret_value(SecretId=os.environ["DIALNEXA_SECRET_ID"])
    if "call" in body:
        _pass_on(body["call"])
    return {"statusCode": 200, "body": secret["SecretString"]}


def _pass_on(call: str) -> None:
    queue = os.environ.get(NEXT_QUEUE.get(NAME, ""))
    if queue:
        boto3.client("sqs").send_message(QueueUrl=queue, MessageBody=json.dumps({"call": call}))


while True:
    with urllib.request.urlopen(f"{RUNTIME}/next") as given:
        request_id = given.headers["Lambda-Runtime-Aws-Request-Id"]
        answer = json.dumps(handle(json.load(given))).encode()
    urllib.request.urlopen(urllib.request.Request(f"{RUNTIME}/{request_id}/response", data=answer)).read()
