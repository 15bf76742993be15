"""A stack for a test, which ends with it whatever happens."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from ledgerline_local import paths


class HeldStack:
    """`stack.py up --hold`: up while its standard input is open."""

    def __init__(self, state_dir: Path, *options: str) -> None:
        command = [sys.executable, str(paths.LOCAL_TOOLS / "stack.py"), "up", "--json", "--hold"]
        command += ["--state-dir", str(state_dir), *options]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self.description = self._read()

    def _read(self) -> dict[str, Any]:
        assert self.process.stdout is not None and self.process.stderr is not None
        lines = []
        for line in self.process.stdout:
            lines.append(line)
            if line == "}\n":
                return dict(json.loads("".join(lines)))
        raise AssertionError(f"no stack came up:\n{self.process.stderr.read()}")

    def end(self) -> int:
        """Closes its standard input, as the end of a test's process would."""
        self.process.communicate(timeout=30)
        return self.process.returncode
