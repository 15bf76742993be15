#!/usr/bin/env python3
"""Builds the functions for AWS, packages them, and deploys them with SAM.

The first deployment asks for a stack name, a region and the parameters, and keeps the answers in
`infra/samconfig.toml`; later ones use them. Words after `--` go to `sam deploy`.
"""

from __future__ import annotations

import argparse
import os
import subprocess

from ledgerline_local import console, environments, paths
from ledgerline_local.console import UserError, paint, say

SAM_SETTINGS = paths.TEMPLATE.parent / "samconfig.toml"
"""Where SAM itself looks for settings, and keeps them: beside the template."""
OUTPUTS = paths.LOCAL_STATE / "run" / "outputs.json"


def main() -> None:
    """Does the three steps, and stops at the first that fails."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("function", nargs="+", help="what to build")
    parser.add_argument("--architecture", choices=["arm64", "x86_64"], default="arm64")
    parser.add_argument("--package-only", action="store_true", help="stop before anything is sent to AWS")
    arguments, further = parser.parse_known_args()
    further = [word for word in further if word != "--"]

    _do("Building the functions for AWS", _build(arguments.function, arguments.architecture))
    stack_python = str(environments.STACK.ensure().python)
    package = [stack_python, str(paths.LOCAL_TOOLS / "package.py"), "--architecture", arguments.architecture]
    _do("Packaging them with infra/config", package)
    if not arguments.package_only:
        _do("Deploying with SAM", _deploy(further))
        _keep_outputs()
        say("Fill the secrets that the outputs name with `aws secretsmanager put-secret-value`.")


def _build(functions: list[str], architecture: str) -> list[str]:
    # No feature `local`: in what is shipped, the vendors' addresses cannot be changed.
    command = [str(environments.INVOKE.ensure().program("cargo-lambda")), "lambda", "build", "--release", "--locked"]
    command.append("--arm64" if architecture == "arm64" else "--x86-64")
    for function in functions:
        command += ["--package", function]
    return command


def _deploy(further: list[str]) -> list[str]:
    command = [str(environments.DEPLOY.ensure().program("sam")), "deploy", "--template-file", str(paths.TEMPLATE)]
    command += ["--capabilities", "CAPABILITY_IAM"]
    # The bucket for packages is SAM's own; asked for once, it is kept with the other answers.
    return command + (further if SAM_SETTINGS.exists() else ["--guided", *further])


def _keep_outputs() -> None:
    """Leaves the stack's outputs where `ledgerline` looks for the deployment that it works on."""
    command = [str(environments.DEPLOY.ensure().program("sam")), "list", "stack-outputs", "--output", "json"]
    # The stack's name and region are in SAM's own settings, beside the template.
    command += ["--config-file", str(SAM_SETTINGS)]
    listed = subprocess.run(command, cwd=SAM_SETTINGS.parent, stdout=subprocess.PIPE, check=False)
    if listed.returncode != 0:
        say("The outputs could not be read; write them yourself: docs/deploy.md says how.")
        return
    OUTPUTS.parent.mkdir(parents=True, exist_ok=True)
    OUTPUTS.write_bytes(listed.stdout)
    say(f"`ledgerline` now works on this deployment: {OUTPUTS}")


def _do(what: str, command: list[str]) -> None:
    say(f"{paint('▸', '36')} {paint(what, '1')}")
    environment = {**os.environ, "SAM_CLI_TELEMETRY": "0"}
    if subprocess.run(command, cwd=paths.CHECKOUT, env=environment, check=False).returncode != 0:
        raise UserError(f"{what} failed: {' '.join(command)}")


if __name__ == "__main__":
    console.run(main)
