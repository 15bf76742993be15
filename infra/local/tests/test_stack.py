"""The template, deployed: a delivery travels through every queue, and nothing outlives its stack."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import time
import unittest
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ledgerline_local import emulator, readiness
from tests.held_stack import HeldStack

FUNCTIONS = ("ingest", "classify", "execute", "notify", "reconcile", "review")
SETTINGS = "stand_in = true\n"


def eventually(what: str, look: Callable[[], Any], patience: float = 20.0) -> Any:
    """What `look` finds, once it finds something."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"{what}: not within {patience:.0f} s")


def alive(pid: int) -> bool:
    """Whether a process of that number runs; one that merely awaits collection does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not (stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "Z")


class Stack(unittest.TestCase):
    folder: Path
    options: tuple[str, ...]
    held: HeldStack
    stack: dict[str, Any]

    @classmethod
    def setUpClass(cls) -> None:
        holder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(holder.cleanup)
        cls.folder = Path(holder.name)
        programs = cls.folder / "programs"
        programs.mkdir()
        source = (Path(__file__).parent / "stand_in.py").read_text()
        for function in FUNCTIONS:
            (programs / function).write_text(f"#!{sys.executable}\n{source}")
            (programs / function).chmod(0o755)
        settings = cls.folder / "settings"
        settings.mkdir()
        (settings / "settings.toml").write_text(SETTINGS)
        cls.options = ("--programs", str(programs), "--config", str(settings), "--sandbox-url", "http://127.0.0.1:9")
        cls.held = HeldStack(cls.folder / "one", *cls.options)
        cls.addClassCleanup(cls.held.end)
        cls.stack = cls.held.description

    def client(self, service: str) -> Any:
        """A client of this stack."""
        return emulator.client(service, self.stack["endpoint_url"])

    def deliver(self, call: str) -> bytes:
        """Posts a call to the webhook."""
        request = urllib.request.Request(
            self.stack["webhook_url"], json.dumps({"call": call}).encode(), {"content-type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            return bytes(answer.read())

    def reached(self, call: str) -> dict[str, str]:
        """The functions that the call has reached, with the settings that each had."""
        items = self.client("dynamodb").query(
            TableName=self.stack["table_name"],
            KeyConditionExpression="pk = :call",
            ExpressionAttributeValues={":call": {"S": f"call#{call}"}},
        )["Items"]
        return {item["sk"]["S"]: item["settings"]["S"] for item in items}

    def test_a_delivery_reaches_every_function_with_its_settings(self) -> None:
        self.deliver("through")
        reached = eventually("the last function", lambda: "notify" in (found := self.reached("through")) and found)
        self.assertEqual(reached, dict.fromkeys(("classify", "execute", "notify"), SETTINGS))

    def test_a_failed_message_waits_and_the_others_go_on(self) -> None:
        self.deliver("execute-fails")
        self.deliver("goes-on")
        eventually("the other call", lambda: "notify" in self.reached("goes-on"))
        self.assertEqual(set(self.reached("execute-fails")), {"classify"})
        # The message of the other call is taken off the queue only after its function has answered.
        eventually("only the failed message waits", lambda: self.waiting("cases") == 1)

    def waiting(self, queue: str) -> int:
        """How many messages of a queue were handed out and not yet deleted."""
        return int(self.attributes(queue)["ApproximateNumberOfMessagesNotVisible"])

    def attributes(self, queue: str) -> dict[str, str]:
        """What SQS says of a queue."""
        url = self.stack["queues"][queue]
        return dict(self.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"])

    def test_the_functions_find_the_secret_that_the_stack_made(self) -> None:
        made = json.loads(Path(self.stack["secrets_file"]).read_text())
        self.assertEqual(json.loads(self.deliver("secret")), made["dialnexa"])
        self.assertEqual(Path(self.stack["secrets_file"]).stat().st_mode & 0o077, 0)

    def test_items_expire_as_the_template_says(self) -> None:
        found = self.client("dynamodb").describe_time_to_live(TableName=self.stack["table_name"])
        self.assertEqual(found["TimeToLiveDescription"], {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires_at"})

    def test_stacks_live_side_by_side_and_each_ends_alone(self) -> None:
        other = HeldStack(self.folder / "other", *self.options)
        pid = other.description["emulator"]["pid"]
        self.assertNotEqual(other.description["endpoint_url"], self.stack["endpoint_url"])
        self.assertEqual(other.end(), 0)
        self.assertFalse(alive(pid))
        self.assertFalse((self.folder / "other" / "secrets.json").exists())
        self.assertTrue(readiness.answers(f"{self.stack['endpoint_url']}/_ministack/health"))

    def test_a_stack_ends_though_its_folder_went_first(self) -> None:
        other = HeldStack(self.folder / "gone", *self.options)
        pid = other.description["emulator"]["pid"]
        shutil.rmtree(self.folder / "gone")
        other.end()
        self.assertFalse(alive(pid))

    def test_a_stack_ends_when_its_test_is_told_to(self) -> None:
        other = HeldStack(self.folder / "told", *self.options)
        pid = other.description["emulator"]["pid"]
        other.process.terminate()
        other.end()
        self.assertFalse(alive(pid))


if __name__ == "__main__":
    unittest.main()
