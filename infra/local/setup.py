#!/usr/bin/env python3
"""Fetches the tools of the local stack and of the checks into `.local/venv`, once."""

from __future__ import annotations

from ledgerline_local import console, environments

if __name__ == "__main__":
    console.run(lambda: environments.STACK.ensure() and 0)
