"""Waiting until something that we started answers, or has ended instead."""

from __future__ import annotations

import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from . import processes
from .console import UserError
from .processes import Process


def free_port() -> int:
    """A port on this machine that nothing uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(url: str, body: bytes | None = None) -> bool:
    """Whether `url` answers with anything but a server's error."""
    request = urllib.request.Request(url, data=body, headers={"content-type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=10):
            return True
    except urllib.error.HTTPError as error:
        return error.code < 500 and error.code != 404
    except (urllib.error.URLError, OSError):
        return False


def start(name: str, command: list[str], environment: dict[str, str], log: Path, health_url: str) -> Process:
    """Starts a server beside its log, and waits until it answers; one that does not is ended again."""
    process = processes.start(name, command, environment, log.parent, log)
    try:
        wait_for("it answered", lambda: answers(health_url), process)
    except BaseException:
        processes.stop(process)
        raise
    return process


def wait_for(what: str, ready: Callable[[], bool], process: Process, patience: float = 30.0) -> None:
    """Waits until `ready`; says where to look when it does not come to that."""
    deadline = time.monotonic() + patience
    while not ready():
        if not process.is_running():
            raise UserError(f"{process.name} ended before {what}:\n{tail(process)}")
        if time.monotonic() > deadline:
            raise UserError(f"{what}: not within {patience:.0f} s; the log is {process.log}:\n{tail(process)}")
        time.sleep(0.05)


def tail(process: Process, lines: int = 12) -> str:
    """The last lines of a process's log."""
    return "\n".join(f"    {line}" for line in Path(process.log).read_text(errors="replace").splitlines()[-lines:])
