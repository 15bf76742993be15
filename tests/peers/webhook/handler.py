"""What a careful engineer writes in Python: the signature checked, the delivery claimed with
Powertools' idempotency, and put on a queue. It redacts nothing and understands nothing.

    handler.py CALLS    with AWS_ENDPOINT_URL set; prints what a call took as JSON
"""

import hashlib
import hmac
import json
import pathlib
import sys
import time

import boto3
from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent,
)

SECRET = b"whsec_of_the_events_folder_only"
CALL = pathlib.Path(__file__).parents[3] / "events" / "dialnexa" / "payment-request.json"

sqs = boto3.client("sqs")
claims = DynamoDBPersistenceLayer(table_name="claims")
once = IdempotencyConfig(event_key_jmespath="powertools_json(body).payload.call.id")


def handler(event, context):
    """Answers 401 to what DialNexa did not sign, and otherwise claims it and sends it on."""
    computed = hmac.new(SECRET, event["body"].encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(computed, event["headers"].get("x-dialnexa-signature", "")):
        return {"statusCode": 401}
    return take_in(event, context)


@idempotent(config=once, persistence_store=claims)
def take_in(event, context):
    """Puts the delivery on the queue."""
    sqs.send_message(QueueUrl="http://127.0.0.1/000000000000/calls", MessageBody=event["body"])
    return {"statusCode": 200}


class Context:
    """What Powertools asks of Lambda's context."""

    function_name = "webhook"

    @staticmethod
    def get_remaining_time_in_millis():
        return 10_000


def delivery(number):
    """The delivery of a call of its own, as API Gateway hands it on."""
    body = CALL.read_text().replace("call_7f3a91c2", f"call_{number:08}")
    signature = hmac.new(SECRET, body.encode(), hashlib.sha256).hexdigest()
    return {"headers": {"x-dialnexa-signature": signature}, "body": body}


def main():
    """Measures."""
    calls = int(sys.argv[1])
    deliveries = [delivery(number) for number in range(calls)]
    wall, processor = time.perf_counter(), time.process_time()
    for event in deliveries:
        answer = handler(event, Context())
        if answer["statusCode"] != 200:
            sys.exit(f"answered {answer}")
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    print(json.dumps({"calls_per_second": calls / wall, "processor_micros": processor / calls * 1e6}))


if __name__ == "__main__":
    main()
