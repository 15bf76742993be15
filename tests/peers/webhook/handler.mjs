// What a careful engineer writes in Node: the signature checked, the delivery claimed by a
// conditional put, put on a queue, and the claim marked as done. It redacts nothing and understands
// nothing.
//
//     handler.mjs CALLS BODY    with AWS_ENDPOINT_URL set; prints what a call took as JSON

import { createHmac, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";

import { DynamoDBClient, PutItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";

const SECRET = "whsec_of_the_events_folder_only";
const CALL = process.argv[3];

const dynamo = new DynamoDBClient({});
// The endpoint of the benchmark gives no checksum of the message back, so that none is compared.
const sqs = new SQSClient({ md5: false, useQueueUrlAsEndpoint: false });

const sign = (body) => createHmac("sha256", SECRET).update(body).digest();

async function handler(event) {
  const stated = Buffer.from(event.headers["x-dialnexa-signature"] ?? "", "hex");
  const computed = sign(event.body);
  if (stated.length !== computed.length || !timingSafeEqual(stated, computed)) {
    return { statusCode: 401 };
  }
  const id = { S: JSON.parse(event.body).payload.call.id };
  await dynamo.send(
    new PutItemCommand({
      TableName: "claims",
      Item: { id, status: { S: "INPROGRESS" } },
      ConditionExpression: "attribute_not_exists(id)",
    }),
  );
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: "http://127.0.0.1/000000000000/calls",
      MessageBody: event.body,
    }),
  );
  await dynamo.send(
    new UpdateItemCommand({
      TableName: "claims",
      Key: { id },
      UpdateExpression: "SET #status = :done",
      ExpressionAttributeNames: { "#status": "status" },
      ExpressionAttributeValues: { ":done": { S: "COMPLETED" } },
    }),
  );
  return { statusCode: 200 };
}

const calls = Number(process.argv[2]);
const text = readFileSync(CALL, "utf8");
const deliveries = Array.from({ length: calls }, (_, number) => {
  const body = text.replaceAll("call_7f3a91c2", `call_${String(number).padStart(8, "0")}`);
  return { headers: { "x-dialnexa-signature": sign(body).toString("hex") }, body };
});

const began = performance.now();
const before = process.cpuUsage();
for (const event of deliveries) {
  const answer = await handler(event);
  if (answer.statusCode !== 200) throw new Error(`answered ${answer.statusCode}`);
}
const spent = process.cpuUsage(before);
const seconds = (performance.now() - began) / 1000;
console.log(
  JSON.stringify({
    calls_per_second: calls / seconds,
    processor_micros: (spent.user + spent.system) / calls,
  }),
);
