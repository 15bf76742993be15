"""What the template promises beyond being valid: nothing lost, nothing open, nobody holding too much."""

from __future__ import annotations

import json
import re
import unittest
from typing import Any

from ledgerline_local import paths, template

EXPANDED = template.load(paths.TEMPLATE)
template.place_code(EXPANDED, lambda name: f"s3://packages/{name}.zip")
EXPANDED = template.expand(EXPANDED)
RESOURCES: dict[str, Any] = EXPANDED["Resources"]

SECRETS_OF = {
    "Ingest": {"DialNexaSecret"},
    "Classify": set(),
    "Execute": {"PaystackSecret", "CallerKeySecret", "StripeSecret", "HubspotSecret", "QuickBooksSecret"},
    "Notify": {"SlackSecret", "ZendeskSecret", "HubspotSecret", "GmailSecret"},
    "Reconcile": {"PaystackSecret", "DialNexaApiSecret"},
    "Review": {"SessionSecret", "OidcSecret", "SlackSigningSecret", "CallerKeySecret", "DialNexaApiSecret"},
}
SECRETS_OF_LOWER = [name.lower() for name in SECRETS_OF]
SENDS_TO = {
    "Ingest": {"CallsQueue"},
    "Classify": {"CasesQueue"},
    "Execute": {"NoticesQueue"},
    "Notify": set(),
    "Reconcile": {"CallsQueue", "CasesQueue", "NoticesQueue"},
    "Review": {"CasesQueue", "NoticesQueue"},
}


def of_type(kind: str) -> dict[str, Any]:
    """The resources of one type."""
    return {name: resource for name, resource in RESOURCES.items() if resource["Type"] == kind}


def as_list(value: Any) -> list[Any]:
    """IAM writes one thing without a list."""
    return value if isinstance(value, list) else [value]


def named(resource: Any) -> str:
    """The logical id that a `Ref`, `GetAtt` or `Sub` speaks of."""
    if "Ref" in resource:
        return str(resource["Ref"])
    if "Fn::GetAtt" in resource:
        return str(resource["Fn::GetAtt"][0])
    return str(resource["Fn::Sub"])


def statements(function: str) -> list[dict[str, Any]]:
    """All that a function's role may do, its shared policies included."""
    role = RESOURCES[f"{function}Role"]["Properties"]
    documents = [policy["PolicyDocument"] for policy in role["Policies"]]
    documents += [RESOURCES[arn["Ref"]]["Properties"]["PolicyDocument"] for arn in role["ManagedPolicyArns"]]
    return [statement for document in documents for statement in document["Statement"]]


def reachable(function: str, action: str) -> set[str]:
    """On which resources a function may do `action`."""
    return {
        named(resource)
        for statement in statements(function)
        if action in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
    }


def dimensions_of(alarm: dict[str, Any]) -> dict[str, str]:
    """An alarm's dimensions, by name."""
    return {entry["Name"]: entry["Value"] for entry in alarm.get("Dimensions", [])}


METRIC = re.compile(
    r"\.(?P<how>metric|milliseconds|alarming)\(\s*(?P<name>\"\w+\"|[A-Z_]+)\s*,(?P<rest>.*?)\);", re.DOTALL
)


def metrics_written() -> dict[str, dict[str, Any]]:
    """The metrics that the code writes: by which functions, and with which sets of dimensions."""
    sources = {}
    for folder in ("functions", "shared"):
        for path in (paths.CHECKOUT / folder).glob("**/src/**/*.rs"):
            text = path.read_text().split("#[cfg(test)]")[0]
            sources[path.relative_to(paths.CHECKOUT)] = text
    constants = dict(re.findall(r'const (\w+): &str = "(\w+)";', "\n".join(sources.values())))
    written: dict[str, dict[str, Any]] = {}
    for path, text in sources.items():
        function = path.parts[1] if path.parts[0] == "functions" else None
        for found in METRIC.finditer(text):
            name = found["name"].strip('"') if found["name"].startswith('"') else constants.get(found["name"], "")
            entry = written.setdefault(name, {"functions": set(), "dimensions": []})
            # What `shared` writes, every function writes that uses it.
            entry["functions"] |= {function} if function else set(SECRETS_OF_LOWER)
            # Dimensions that several metrics share stand in a binding of that name just above.
            shared = re.search(r"&(\w+)$", found["rest"].strip())
            bound = shared and re.search(rf"let {shared[1]} = \[(.*?)\];", text, re.DOTALL)
            entry["dimensions"].append(set(re.findall(r'\("(\w+)",', bound[1] if bound else found["rest"])))
            if found["how"] == "alarming":
                entry["dimensions"].append(set())
    return written


class NobodyHoldsTooMuch(unittest.TestCase):
    def test_every_function_has_a_role_of_its_own(self) -> None:
        roles = [named(function["Properties"]["Role"]) for function in of_type("AWS::Lambda::Function").values()]
        self.assertEqual(sorted(roles), sorted(f"{name}Role" for name in SECRETS_OF))

    def test_a_function_reads_its_own_secrets_only(self) -> None:
        for function, secrets in SECRETS_OF.items():
            with self.subTest(function):
                self.assertEqual(reachable(function, "secretsmanager:GetSecretValue"), secrets)

    def test_only_a_token_that_rotates_is_ever_replaced_and_only_by_who_uses_it(self) -> None:
        for function in SECRETS_OF:
            with self.subTest(function):
                kept = {"QuickBooksSecret"} if function == "Execute" else set()
                self.assertEqual(reachable(function, "secretsmanager:PutSecretValue"), kept)

    def test_a_function_sends_where_it_should_only(self) -> None:
        for function, queues in SENDS_TO.items():
            with self.subTest(function):
                self.assertEqual(reachable(function, "sqs:SendMessage"), queues)

    def test_a_function_is_told_only_what_its_role_may_use(self) -> None:
        for function, secrets in SECRETS_OF.items():
            variables = RESOURCES[f"{function}Function"]["Properties"]["Environment"]["Variables"]
            told = {named(value) for name, value in variables.items() if name.endswith("_SECRET_ID")}
            queues = {named(value) for name, value in variables.items() if name.endswith("_QUEUE_URL")}
            with self.subTest(function):
                self.assertEqual(told, secrets)
                self.assertEqual(queues, SENDS_TO[function] | reachable(function, "sqs:ReceiveMessage"))
                self.assertEqual("TABLE_NAME" in variables, bool(reachable(function, "dynamodb:PutItem")))

    def test_ingest_cannot_touch_the_ledger(self) -> None:
        actions = {action for statement in statements("Ingest") for action in as_list(statement["Action"])}
        self.assertFalse([action for action in actions if action.startswith("dynamodb:")])

    def test_no_wildcards(self) -> None:
        for function in SECRETS_OF:
            for statement in statements(function):
                with self.subTest(function=function, statement=statement["Sid"]):
                    self.assertFalse([action for action in as_list(statement["Action"]) if "*" in action])
                    if statement["Sid"] != "WriteTraces":
                        self.assertNotIn("*", as_list(statement["Resource"]))

    def test_nobody_scans_the_ledger(self) -> None:
        for function in SECRETS_OF:
            with self.subTest(function):
                self.assertEqual(reachable(function, "dynamodb:Scan"), set())

    def test_deleting_is_for_those_who_hold_locks_and_within_transactions(self) -> None:
        for function in SECRETS_OF:
            deleting = [entry for entry in statements(function) if "dynamodb:DeleteItem" in as_list(entry["Action"])]
            with self.subTest(function):
                self.assertEqual(bool(deleting), function in ("Execute", "Notify", "Review"))
                for entry in deleting:
                    condition = {"dynamodb:EnclosingOperation": ["TransactWriteItems"]}
                    self.assertEqual(entry["Condition"], {"ForAnyValue:StringEquals": condition})


class NothingIsLost(unittest.TestCase):
    def test_every_queue_has_a_dead_letter_queue_and_alarms(self) -> None:
        queues = of_type("AWS::SQS::Queue")
        watched = {
            (alarm["Properties"]["MetricName"], named(alarm["Properties"]["Dimensions"][0]["Value"]))
            for alarm in of_type("AWS::CloudWatch::Alarm").values()
            if alarm["Properties"]["Namespace"] == "AWS/SQS"
        }
        sources = {name for name in queues if not name.endswith("DeadLetterQueue")}
        self.assertEqual(sources, {"CallsQueue", "CasesQueue", "NoticesQueue"})
        for name in sources:
            dead_letters = name.replace("Queue", "DeadLetterQueue")
            with self.subTest(name):
                redrive = queues[name]["Properties"]["RedrivePolicy"]
                self.assertEqual(named(redrive["deadLetterTargetArn"]), dead_letters)
                self.assertEqual(queues[dead_letters]["Properties"]["MessageRetentionPeriod"], 14 * 86400)
                self.assertLessEqual(queues[name]["Properties"]["MessageRetentionPeriod"], 4 * 86400)
                self.assertIn(("ApproximateNumberOfMessagesVisible", dead_letters), watched)
                self.assertIn(("ApproximateAgeOfOldestMessage", name), watched)

    def test_every_alarm_names_a_section_of_the_runbook(self) -> None:
        runbook = (paths.CHECKOUT / "docs" / "runbook.md").read_text()
        headings = re.findall(r"^## (.+)$", runbook, re.MULTILINE)
        sections = {heading.lower().replace(" ", "-") for heading in headings}
        named_in_alarms = set()
        for name, alarm in of_type("AWS::CloudWatch::Alarm").items():
            with self.subTest(name):
                link = re.search(r"Runbook: docs/runbook\.md#(\S+)", alarm["Properties"]["AlarmDescription"])
                assert link, "the description links no section"
                self.assertIn(link[1], sections)
                named_in_alarms.add(link[1])
        self.assertEqual(sections - named_in_alarms, set(), "sections that no alarm leads to")

    def test_every_metric_that_an_alarm_or_the_dashboard_watches_is_one_that_the_code_writes(self) -> None:
        written = metrics_written()
        for name, entry in written.items():
            # Both stand in one line of JSON, under their names.
            self.assertFalse([names for names in entry["dimensions"] if name in names], f"a dimension hides {name}")
        watched = [
            (name, alarm["Properties"]["MetricName"], dimensions_of(alarm["Properties"]))
            for name, alarm in of_type("AWS::CloudWatch::Alarm").items()
            if alarm["Properties"]["Namespace"] == "Ledgerline"
        ]
        self.assertGreaterEqual(len(watched), 5)
        body = RESOURCES["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
        for widget in json.loads(body)["widgets"]:
            title = widget["properties"]["title"]
            for row in widget["properties"]["metrics"]:
                if row[0] == "Ledgerline":
                    pairs = [part for part in row[2:] if isinstance(part, str)]
                    watched.append((title, row[1], dict(zip(pairs[::2], pairs[1::2], strict=True))))
                elif isinstance(row[0], dict):
                    search = re.search(r"{Ledgerline,([^}]*)} MetricName=\"(\w+)\"", row[0]["expression"])
                    assert search, row
                    watched.append((title, search[2], dict.fromkeys(search[1].split(","))))
        for where, metric, dimensions in watched:
            with self.subTest(f"{where}: {metric}"):
                self.assertIn(metric, written)
                function = dimensions.pop("Function", None)
                if function:
                    self.assertIn(function, written[metric]["functions"])
                # An alarm names all dimensions of what is written, or none where it is one sum.
                self.assertIn(set(dimensions), written[metric]["dimensions"])

    def test_a_message_stays_hidden_six_times_as_long_as_its_function_may_run(self) -> None:
        mappings = of_type("AWS::Lambda::EventSourceMapping").values()
        self.assertEqual(len(mappings), 3)
        for mapping in mappings:
            function = RESOURCES[named(mapping["Properties"]["FunctionName"])]["Properties"]
            queue = RESOURCES[named(mapping["Properties"]["EventSourceArn"])]["Properties"]
            with self.subTest(queue["QueueName"]):
                self.assertGreaterEqual(queue["VisibilityTimeout"], 6 * function["Timeout"])
                self.assertEqual(mapping["Properties"]["FunctionResponseTypes"], ["ReportBatchItemFailures"])

    def test_cases_are_worked_on_at_a_bounded_pace(self) -> None:
        mapping = RESOURCES["ExecuteFunctionCases"]["Properties"]
        pace = mapping["ScalingConfig"]["MaximumConcurrency"]
        self.assertEqual(pace, {"Fn::If": ["Local", 5, {"Ref": "ExecuteConcurrency"}]})

    def test_what_cannot_be_made_again_outlives_the_stack(self) -> None:
        for kind in ("AWS::DynamoDB::Table", "AWS::SecretsManager::Secret", "AWS::KMS::Key"):
            for name, resource in of_type(kind).items():
                with self.subTest(name):
                    self.assertEqual(resource["DeletionPolicy"], "Retain")
                    self.assertEqual(resource["UpdateReplacePolicy"], "Retain")

    def test_the_ledger_is_encrypted_backed_up_and_protected(self) -> None:
        table = RESOURCES["Table"]["Properties"]
        self.assertTrue(table["SSESpecification"]["SSEEnabled"])
        self.assertTrue(table["DeletionProtectionEnabled"])
        self.assertTrue(table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"])
        self.assertEqual(table["TimeToLiveSpecification"], {"AttributeName": "expires_at", "Enabled": True})


class NothingIsOpen(unittest.TestCase):
    def test_the_sandbox_is_named_in_the_local_stack_only(self) -> None:
        for name, function in of_type("AWS::Lambda::Function").items():
            for variable, value in function["Properties"]["Environment"]["Variables"].items():
                if variable.endswith("_BASE_URL") and variable != "PUBLIC_BASE_URL":
                    with self.subTest(f"{name} {variable}"):
                        self.assertEqual(value["Fn::If"][0], "Local")
                        self.assertEqual(value["Fn::If"][2], {"Ref": "AWS::NoValue"})

    def test_every_function_traces_and_logs_for_a_bounded_time(self) -> None:
        for name, function in of_type("AWS::Lambda::Function").items():
            with self.subTest(name):
                self.assertEqual(function["Properties"]["TracingConfig"], {"Mode": "Active"})
                group = RESOURCES[named(function["Properties"]["LoggingConfig"]["LogGroup"])]
                self.assertEqual(group["Properties"]["RetentionInDays"], {"Ref": "LogRetentionDays"})

    def test_access_logs_hold_no_header_query_or_body(self) -> None:
        logged = RESOURCES["ApiStage"]["Properties"]["AccessLogSettings"]["Format"]
        for private in ("queryString", "path", "header", "body", "authorizer", "sourceIp", "requestParameters"):
            self.assertNotIn(private, logged)


if __name__ == "__main__":
    unittest.main()
