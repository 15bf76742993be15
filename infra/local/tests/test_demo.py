"""The demonstration of `make run`, as somebody sees it who has just checked this out."""

from __future__ import annotations

import json
import subprocess
import tempfile
import unittest
import urllib.request
from pathlib import Path

from ledgerline_local import paths, state
from tests.held_stack import HeldStack


class Demo(unittest.TestCase):
    def test_a_call_ends_as_an_alert_a_ticket_a_note_and_a_mail_and_its_case_closes(self) -> None:
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        folder = Path(holder.name)
        held = HeldStack(folder)
        self.addCleanup(held.end)
        program = paths.cargo_target() / "debug" / "ledgerline"
        order = [str(program), "--stack", str(state.path_in(folder)), "demo"]
        shown = subprocess.run(order, capture_output=True, text=True, timeout=180, check=False, cwd=paths.CHECKOUT)
        self.assertEqual(shown.returncode, 0, shown.stdout + shown.stderr)
        refund = shown.stdout.partition("approves the refund")[2]
        for told in ("billing tickets", "crm", "finance alerts", "customer mail"):
            self.assertIn(f"told      {told}", refund, shown.stdout)
        self.assertIn("the case is closed", refund)
        self.assertNotIn("rejected", refund)
        with urllib.request.urlopen(f"{held.description['sandbox_url']}/_sandbox/log", timeout=30) as answer:
            requests = json.load(answer)["gmail"]["requests"]
        effects = [effect["effect"] for entry in requests for effect in entry["effects"]]
        self.assertEqual(effects.count("mail_sent"), 1, effects)


if __name__ == "__main__":
    unittest.main()
