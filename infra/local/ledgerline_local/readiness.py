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


def listens(port: int) -> bool:
    """Whether something on this machine accepts connections at this port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


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
    """Waits until `ready`; shows the log of the process that was waited for when it does not come to that."""
    try:
        wait_until(ready, process.is_running, f"{process.name} did not come so far that {what}", patience)
    except UserError as error:
        raise UserError(f"{error}; the log is {process.log}:\n{tail(process)}") from None


def wait_until(ready: Callable[[], bool], alive: Callable[[], bool], otherwise: str, patience: float = 30.0) -> None:
    """Waits until `ready`, as long as what is waited for is `alive`."""
    deadline = time.monotonic() + patience
    while not ready():
        if not alive():
            raise UserError(f"{otherwise}: it ended")
        if time.monotonic() > deadline:
            raise UserError(f"{otherwise} within {patience:.0f} s")
        time.sleep(0.05)


def tail(process: Process, lines: int = 12) -> str:
    """The last lines of a process's log."""
    return "\n".join(f"    {line}" for line in Path(process.log).read_text(errors="replace").splitlines()[-lines:])
