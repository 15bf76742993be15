"""`make invoke`: the built `ingest`, run by `cargo lambda invoke` with the events of the checkout."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any

from ledgerline_local import paths
from tests.held_stack import HeldStack


class Invoke(unittest.TestCase):
    folder: Path

    @classmethod
    def setUpClass(cls) -> None:
        holder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(holder.cleanup)
        cls.folder = Path(holder.name)
        held = HeldStack(cls.folder)
        cls.addClassCleanup(held.end)

    def invoke(self, function: str, event: str) -> subprocess.CompletedProcess[str]:
        """Runs the command that `make invoke` runs."""
        command = [
            sys.executable,
            str(paths.LOCAL_TOOLS / "invoke.py"),
            function,
            str(paths.CHECKOUT / "events" / event),
        ]
        command += ["--state-dir", str(self.folder)]
        return subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)

    def answer(self, event: str) -> dict[str, Any]:
        """What `ingest` answers to an event."""
        done = self.invoke("ingest", event)
        self.assertEqual(done.returncode, 0, done.stderr)
        return dict(json.loads(done.stdout))

    def test_a_call_that_ended_is_accepted(self) -> None:
        answer = self.answer("ingest/call-ended.json")
        self.assertEqual(answer["statusCode"], 202)
        self.assertEqual(json.loads(answer["body"])["code"], "accepted")

    def test_what_dialnexa_posts_is_wrapped_and_signed(self) -> None:
        self.assertEqual(self.answer("dialnexa/payment-request.json")["statusCode"], 202)

    def test_an_unknown_function_is_named(self) -> None:
        done = self.invoke("collect", "ingest/ping.json")
        self.assertEqual(done.returncode, 1)
        self.assertIn("there is no function collect", done.stderr)


if __name__ == "__main__":
    unittest.main()
