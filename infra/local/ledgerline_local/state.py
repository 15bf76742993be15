"""What `stack.json` says of a running stack; tests and the operator's command line read it."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from .processes import Process

VERSION = 1


@dataclass
class Stack:
    """A local stack that runs."""

    state_dir: str
    endpoint_url: str
    region: str
    sandbox_url: str
    emulator: Process
    sandbox: Process | None
    front_door: Process | None = None
    desk_url: str = ""
    """Where the desk is opened in a browser."""
    sandbox_build: str = ""
    deployed: str = ""
    """Fingerprint of what is deployed: template, code, settings, parameters."""
    stack_name: str = ""
    api_url: str = ""
    webhook_url: str = ""
    public_base_url: str = ""
    table_name: str = ""
    queues: dict[str, str] = field(default_factory=dict)
    dead_letter_queues: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    """Ids in Secrets Manager; the values stand in `secrets_file`, which only this user can read."""
    secrets_file: str = ""
    functions: dict[str, str] = field(default_factory=dict)
    log_groups: dict[str, str] = field(default_factory=dict)

    def processes(self) -> list[Process]:
        """What was started for this stack."""
        started = (self.emulator, self.front_door, self.sandbox)
        return [process for process in started if process is not None]

    def as_json(self) -> str:
        """The form that is written and printed."""
        return json.dumps({"version": VERSION, **asdict(self)}, indent=2)


def path_in(state_dir: Path) -> Path:
    """The file that describes the stack of this folder."""
    return state_dir / "stack.json"


def read(state_dir: Path) -> Stack | None:
    """The stack last described in this folder, whether or not it still runs."""
    try:
        values = json.loads(path_in(state_dir).read_text())
    except FileNotFoundError:
        return None
    values["emulator"] = Process(**values["emulator"])
    for name in ("sandbox", "front_door"):
        values[name] = Process(**values[name]) if values.get(name) else None
    # Written by an older checkout perhaps: what it started must still be found, to be ended.
    known = {entry.name for entry in fields(Stack)}
    return Stack(**{name: value for name, value in values.items() if name in known})


def write(stack: Stack) -> None:
    """Describes the stack, all at once: a reader never sees half a file."""
    target = path_in(Path(stack.state_dir))
    unfinished = target.with_suffix(f".{os.getpid()}")
    unfinished.write_text(stack.as_json() + "\n")
    unfinished.replace(target)


@contextmanager
def locked(state_dir: Path) -> Iterator[None]:
    """One command at a time works on a stack."""
    state_dir.mkdir(parents=True, exist_ok=True)
    with open(state_dir / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
