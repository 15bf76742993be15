#!/usr/bin/env python3
"""Brings what failed back: moves a dead-letter queue's messages to the queue they came from.

Mend the cause first. Moving a message twice does no harm: the ledger knows what was done.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

from ledgerline_local import console, environments, paths
from ledgerline_local.console import UserError, say

QUEUES = ("calls", "cases", "notices")


def main() -> int:
    """Moves the messages of one queue, in the local stack or on AWS."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("queue", choices=QUEUES)
    parser.add_argument("--state-dir", type=Path, default=paths.DEFAULT_STATE_DIR, help="where the local stack lives")
    parser.add_argument("--stack", help="a stack on AWS instead, by name; region and credentials as usual")
    arguments = parser.parse_args()
    environments.enter_stack_environment()
    if arguments.stack:
        messages, failed, source = _on_aws(arguments.stack, arguments.queue)
    else:
        messages, failed, source = _in_local_stack(arguments.state_dir, arguments.queue)
    moved = redrive(messages, failed, source)
    say(f"{moved} {'message' if moved == 1 else 'messages'} went back to {arguments.queue}")
    return 0


def _in_local_stack(state_dir: Path, queue: str) -> tuple[Any, str, str]:
    from ledgerline_local import emulator, lifecycle

    stack = lifecycle.running(state_dir)
    return emulator.client("sqs", stack.endpoint_url), stack.dead_letter_queues[queue], stack.queues[queue]


def _on_aws(stack_name: str, queue: str) -> tuple[Any, str, str]:
    import boto3

    stack = boto3.client("cloudformation").describe_stacks(StackName=stack_name)["Stacks"][0]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    name = queue.capitalize()
    return boto3.client("sqs"), outputs[f"{name}DeadLetterQueueUrl"], outputs[f"{name}QueueUrl"]


def redrive(messages: Any, failed: str, source: str) -> int:
    """Moves all messages of `failed` to `source`; tells how many."""
    from botocore.exceptions import ClientError

    attributes = messages.get_queue_attributes(QueueUrl=failed, AttributeNames=["QueueArn"])["Attributes"]
    try:
        task = messages.start_message_move_task(SourceArn=attributes["QueueArn"])["TaskHandle"]
    except ClientError as error:
        # The emulator knows no move tasks.
        if error.response["Error"]["Code"].rpartition(".")[2] not in ("InvalidAction", "UnknownOperationException"):
            raise
        return _move_one_by_one(messages, failed, source)
    return _watch(messages, attributes["QueueArn"], task)


def _watch(messages: Any, queue_arn: str, handle: str) -> int:
    while True:
        tasks = messages.list_message_move_tasks(SourceArn=queue_arn, MaxResults=10)["Results"]
        # A task that has ended carries its handle no more; the newest stands first.
        task = next((task for task in tasks if task.get("TaskHandle") == handle), tasks[0])
        if task["Status"] == "FAILED":
            raise UserError(f"SQS gave up: {task.get('FailureReason', 'it does not say why')}")
        if task["Status"] != "RUNNING":
            return int(task["ApproximateNumberOfMessagesMoved"])
        time.sleep(1)


def _move_one_by_one(messages: Any, failed: str, source: str) -> int:
    moved = 0
    while True:
        received = messages.receive_message(
            QueueUrl=failed, MaxNumberOfMessages=10, WaitTimeSeconds=1, MessageAttributeNames=["All"]
        ).get("Messages", [])
        if not received:
            return moved
        for message in received:
            attributes = message.get("MessageAttributes", {})
            messages.send_message(QueueUrl=source, MessageBody=message["Body"], MessageAttributes=attributes)
            # Deleted only once it is safe on the other queue: a break in between makes a copy, not a loss.
            messages.delete_message(QueueUrl=failed, ReceiptHandle=message["ReceiptHandle"])
            moved += 1


if __name__ == "__main__":
    console.run(main)
