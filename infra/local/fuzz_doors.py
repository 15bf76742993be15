#!/usr/bin/env python3
"""Knocks at every door of `docs/openapi.yaml` with requests that schemathesis makes up.

    fuzz_doors.py [--examples 100] [--seed N]

The doors are those of a local stack of its own. What is made up is signed as DialNexa, Paystack and Slack
sign, and comes with a session of the desk, so that it gets behind the first check. No answer may be a
server's error, or one that the description does not know.

Three of schemathesis' checks are left out. A webhook takes whatever is signed, known or not, and keeps
it for an operator, and who is not signed in is sent to sign in, which is no refusal; the JSON in the form
that Slack posts cannot be described; and methods that no route has are API Gateway's to answer.
"""

from __future__ import annotations

import argparse
import os
import subprocess
from pathlib import Path

from ledgerline_local import console, environments, lifecycle, paths, state
from ledgerline_local.console import UserError

CALL = "call_5d2c8e11"
"""The sample call that waits for a person."""

LEFT_OUT = "negative_data_rejection,positive_data_acceptance,unsupported_method"


def main() -> int:
    """Brings a stack up, lets a call wait, and knocks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--examples", type=int, default=100, help="how many requests at most for each door and phase")
    parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same requests")
    arguments = parser.parse_args()
    environments.enter_stack_environment()
    schemathesis = environments.DOORS.ensure().program("schemathesis")
    with lifecycle.passing() as stack:
        description = state.path_in(Path(stack.state_dir))
        order = [str(paths.cargo_target() / "debug" / "ledgerline"), "--stack", str(description), "send", "--follow"]
        sample = paths.CHECKOUT / "events" / "dialnexa" / "charged-twice.json"
        if subprocess.run([*order, str(sample)], stdout=subprocess.DEVNULL, check=False).returncode != 0:
            raise UserError("the sample call was not taken in: is everything built? `make build`")
        environment = {
            **os.environ,
            "LEDGERLINE_STACK": str(description),
            "LEDGERLINE_CALL": CALL,
            "PYTHONPATH": str(paths.LOCAL_TOOLS),
            "SCHEMATHESIS_HOOKS": "ledgerline_local.door_keys",
        }
        knock = [str(schemathesis), "run", str(paths.CHECKOUT / "docs" / "openapi.yaml"), "--url", stack.desk_url]
        knock += ["--max-redirects", "0", "--exclude-checks", LEFT_OUT, "--continue-on-failure"]
        knock += ["--max-examples", str(arguments.examples), "--seed", str(arguments.seed)]
        return subprocess.run(knock, env=environment, cwd=stack.state_dir, check=False).returncode


if __name__ == "__main__":
    console.run(main)
