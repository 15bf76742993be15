#!/usr/bin/env python3
"""Fetches the tools of the local stack and of the checks into `.local/venv`, once."""

from __future__ import annotations

from ledgerline_local import console, environments


def main() -> None:
    """Does so, if it is not done."""
    environments.STACK.ensure()


if __name__ == "__main__":
    console.run(main)
