"""Python environments under `.local`, made on first use and made again when their pins change.

This module needs the standard library only: it runs before any environment exists.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from .console import UserError, step
from .paths import BROWSER_TESTS, CHECKOUT, LOCAL_STATE, LOCAL_TOOLS

OLDEST_PYTHON = (3, 10)


@dataclass(frozen=True)
class Environment:
    """A virtual environment and the file that pins what is in it."""

    folder: Path
    requirements: Path
    purpose: str

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.program("python")

    def program(self, name: str) -> Path:
        """A program that the environment brought."""
        return self.folder / "bin" / name

    def _stamp(self) -> str:
        pins = hashlib.sha256(self.requirements.read_bytes()).hexdigest()
        return f"{sys.version_info.major}.{sys.version_info.minor} {pins}"

    def is_ready(self) -> bool:
        """Whether it exists and holds what is pinned today."""
        stamp = self.folder / "ready"
        return self.python.exists() and stamp.exists() and stamp.read_text() == self._stamp()

    def ensure(self) -> Environment:
        """Makes it if needed; two commands that start at once do not disturb each other."""
        if self.is_ready():
            return self
        if sys.version_info < OLDEST_PYTHON:
            raise UserError(
                f"Python {OLDEST_PYTHON[0]}.{OLDEST_PYTHON[1]} or newer is needed, this is {sys.version.split()[0]}"
            )
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        with open(f"{self.folder}.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not self.is_ready():
                with step(f"Installing {self.purpose}"):
                    self._make()
        return self

    def _make(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        pip = [str(self.python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        for command in (
            [sys.executable, "-m", "venv", str(self.folder)],
            [*pip, "--requirement", str(self.requirements)],
        ):
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
            if done.returncode != 0:
                shutil.rmtree(self.folder, ignore_errors=True)
                raise UserError(f"{' '.join(command)} failed:\n{done.stdout.strip()[-2000:]}")
        (self.folder / "ready").write_text(self._stamp())


STACK = Environment(
    LOCAL_STATE / "venv", LOCAL_TOOLS / "requirements.txt", "the AWS emulator and the checking tools (once)"
)
INVOKE = Environment(
    LOCAL_STATE / "venv-invoke", LOCAL_TOOLS / "requirements-invoke.txt", "cargo-lambda (once, about 500 MB)"
)
DEPLOY = Environment(
    LOCAL_STATE / "venv-deploy", LOCAL_TOOLS / "requirements-deploy.txt", "the SAM command line (once, about 350 MB)"
)
CHECKS = Environment(
    LOCAL_STATE / "venv-checks", LOCAL_TOOLS / "requirements-checks.txt", "checkov and others (once, about 300 MB)"
)
BROWSER = Environment(
    LOCAL_STATE / "venv-browser", BROWSER_TESTS / "requirements.txt", "the tools of the browser suite (once)"
)
PEER_WEBHOOK = Environment(
    LOCAL_STATE / "venv-peer-webhook",
    CHECKOUT / "tests" / "peers" / "webhook" / "requirements.txt",
    "Powertools, which we are measured beside (once)",
)
SECRETS = Environment(
    LOCAL_STATE / "venv-secrets", LOCAL_TOOLS / "requirements-secrets.txt", "the scan for secrets (once)"
)
DOORS = Environment(LOCAL_STATE / "venv-doors", LOCAL_TOOLS / "requirements-doors.txt", "schemathesis (once)")


def enter_stack_environment() -> None:
    """Makes sure that the running command has the stack's packages, by starting it again inside."""
    if Path(sys.prefix).resolve() == STACK.folder.resolve():
        return
    STACK.ensure()
    os.execv(STACK.python, [str(STACK.python), *sys.argv])
