"""We end what we started, and nothing that merely has its number."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

from ledgerline_local import processes


class Processes(unittest.TestCase):
    def setUp(self) -> None:
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = Path(holder.name)

    def start(self, *command: str) -> processes.Process:
        """Starts a command of ours."""
        process = processes.start("a test's process", command, os.environ, self.folder, self.folder / "log")
        self.addCleanup(processes.stop, process, 0.1)
        return process

    def test_a_process_of_ours_is_known_again_and_ended(self) -> None:
        process = self.start("sleep", "60")
        self.assertTrue(process.is_running())
        processes.stop(process)
        self.assertFalse(process.is_running())

    def test_a_process_that_took_over_the_number_is_left_alone(self) -> None:
        process = self.start("sleep", "60")
        earlier = dataclasses.replace(process, began="another time")
        self.assertFalse(earlier.is_running())
        processes.stop(earlier)
        self.assertTrue(process.is_running())

    def test_children_end_with_the_process(self) -> None:
        process = self.start("sh", "-c", "sleep 61 & echo $!; wait")
        log = self.folder / "log"
        while not log.read_text().strip():
            pass
        child = int(log.read_text())
        processes.stop(process)
        state = subprocess.run(["ps", "-o", "stat=", "-p", str(child)], capture_output=True, text=True, check=False)
        # Gone, or dead and waiting for the system to collect it.
        self.assertIn(state.stdout.strip()[:1], ("", "Z"))

    def test_one_that_does_not_listen_is_ended_all_the_same(self) -> None:
        process = self.start("sh", "-c", "trap '' TERM; while true; do sleep 0.1; done")
        processes.stop(process, patience=0.3)
        self.assertFalse(process.is_running())


if __name__ == "__main__":
    unittest.main()
