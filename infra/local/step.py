#!/usr/bin/env python3
"""Runs one step of a Makefile target: says in plain words what it does, and how long it took.

Used as `step.py "Checking the format" -- cargo fmt --all --check`.
"""

from __future__ import annotations

import subprocess
import sys
import time

from ledgerline_local.console import paint, say, seconds


def main() -> int:
    """Announces, runs, and passes the exit code on."""
    what, separator, *command = sys.argv[1:]
    if separator != "--" or not command:
        say(__doc__ or "")
        return 2
    say(f"{paint('▸', '36')} {paint(what, '1')}")
    began = time.monotonic()
    code = subprocess.run(command, check=False).returncode
    if code == 0:
        say(f"{paint('✓', '32')} {what} {paint(seconds(began), '2')}\n")
    else:
        say(f"{paint('✗', '31')} {what}: failed after {seconds(began)}: {' '.join(command)}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
