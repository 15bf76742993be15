"""Processes that we started: started apart from the terminal, known again, and ended, each by its id.

An id alone proves nothing, since the system gives it to another process one day; so the moment the
process began is kept beside it, and a process that differs in that is left alone.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .console import UserError


@dataclass(frozen=True)
class Process:
    """A process of ours."""

    name: str
    pid: int
    began: str
    log: str

    def is_running(self) -> bool:
        """Whether the process with this id is still the one that we started."""
        return _began(self.pid) == self.began


def start(name: str, command: Sequence[str], environment: Mapping[str, str], folder: Path, log: Path) -> Process:
    """Starts `command` in a session of its own, its output going to `log`."""
    with open(log, "ab") as output:
        child = subprocess.Popen(
            list(command),
            env=dict(environment),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    began = _began(child.pid)
    if began is None:
        raise UserError(f"{name} ended at once; its log is {log}")
    return Process(name, child.pid, began, str(log))


def stop(process: Process, patience: float = 10.0) -> None:
    """Ends a process of ours and its children; one that is gone, or not ours any more, is left alone."""
    if not process.is_running():
        return
    for sign, wait in ((signal.SIGTERM, patience), (signal.SIGKILL, 5.0)):
        # It leads a group of its own, which holds only what it started.
        try:
            os.killpg(process.pid, sign)
        except ProcessLookupError:
            return
        deadline = time.monotonic() + wait
        while time.monotonic() < deadline:
            _reap(process.pid)
            if not process.is_running():
                return
            time.sleep(0.05)


def _reap(pid: int) -> None:
    # One that an earlier command started is collected by its own parent.
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)


def _began(pid: int) -> str | None:
    """When the process began, as the system tells it; nothing for one that has ended."""
    try:
        # The fields after the last ')', since the command's name may hold anything.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return None if fields[0] == "Z" else fields[19]
    except FileNotFoundError:
        if Path("/proc/self/stat").exists():
            return None
    listed = subprocess.run(["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    status, _, moment = listed.stdout.strip().partition(" ")
    return moment.strip() if moment and not status.startswith("Z") else None
