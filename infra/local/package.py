#!/usr/bin/env python3
"""Fills `.local/package/<function>` for `sam deploy`: the release program, and `infra/config`.

A program for the wrong processor, or one built for the local stack (where the vendors' addresses
can be changed), is refused here, before it can reach AWS.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from ledgerline_local import archives, console, environments, paths
from ledgerline_local.console import UserError, say

MACHINES = {"arm64": 0xB7, "x86_64": 0x3E}
"""What an ELF file says of the processor it is for."""

LOCAL_ONLY = (b"PAYSTACK_BASE_URL", b"SLACK_BASE_URL")
"""Words that stand only in programs built with the feature `local`."""


def main() -> None:
    """Packages every function that the template names."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--architecture", choices=sorted(MACHINES), default="arm64")
    parser.add_argument("--programs", type=Path, default=paths.cargo_target() / "lambda")
    arguments = parser.parse_args()
    environments.enter_stack_environment()
    from ledgerline_local import template

    shutil.rmtree(paths.DEPLOY_PACKAGES, ignore_errors=True)
    for function in template.functions(template.load(paths.TEMPLATE)):
        package(function, arguments.programs / function / "bootstrap", arguments.architecture)
        say(f"packaged {function}")


def package(function: str, program: Path, architecture: str, target: Path = paths.DEPLOY_PACKAGES) -> None:
    """Makes the folder of one function."""
    if not program.is_file():
        raise UserError(f"{program} is not there: `make deploy` builds it")
    content = program.read_bytes()
    if content[:4] != b"\x7fELF" or int.from_bytes(content[18:20], "little") != MACHINES[architecture]:
        raise UserError(f"{program} is not a program for {architecture}")
    if any(word in content for word in LOCAL_ONLY):
        raise UserError(f"{program} was built for the local stack: build it without the feature `local`")
    folder = target / function
    folder.mkdir(parents=True)
    shutil.copy2(program, folder / "bootstrap")
    (folder / "bootstrap").chmod(0o755)
    for name, path in archives.files_of(paths.CONFIG).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, folder / name)


if __name__ == "__main__":
    console.run(main)
