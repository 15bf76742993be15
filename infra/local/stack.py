#!/usr/bin/env python3
"""The local stack: the AWS emulator with the deployed template, and the sandbox of vendors.

    stack.py up       bring it up, or up to date
    stack.py status   tell how it is
    stack.py logs     show what the functions logged
    stack.py down     end what was started for it, and nothing else

Several stacks can run at once, each in a `--state-dir` of its own. A test uses `up --json --hold`:
the stack's description is printed as JSON, and the stack ends when the command's standard input
closes, so that nothing outlives a test that was killed.
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
from pathlib import Path

from ledgerline_local import console, environments, paths
from ledgerline_local.console import paint, say


def main() -> int:
    """Reads the command line and does it."""
    arguments = _arguments()
    environments.enter_stack_environment()
    return int(arguments.do(arguments) or 0)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    up = commands.add_parser("up", help="bring the stack up, or up to date")
    up.add_argument("--port", type=int, help="the emulator's port; a free one by default")
    up.add_argument("--sandbox-url", help="use a sandbox that runs already, and start none")
    up.add_argument("--functions-endpoint", help="where the functions find AWS, for a proxy that plays faults")
    up.add_argument("--public-base-url", help="what links to call pages begin with")
    up.add_argument("--config", type=Path, action="append", default=[], help="settings laid over infra/config")
    up.add_argument("--programs", type=Path, help="where the functions' programs are; target/debug by default")
    up.add_argument("--log-level", default="info", choices=["error", "warn", "info", "debug"])
    up.add_argument("--json", action="store_true", help="print the stack's description on standard output")
    up.add_argument("--hold", action="store_true", help="keep it until standard input closes, then take it down")
    up.set_defaults(do=_up)

    status = commands.add_parser("status", help="tell how the stack is")
    status.add_argument("--json", action="store_true", help="print the stack's description on standard output")
    status.set_defaults(do=_status)

    logs = commands.add_parser("logs", help="show what the functions logged")
    logs.add_argument("function", nargs="?", help="one function only")
    logs.set_defaults(do=_logs)

    down = commands.add_parser("down", help="end what was started for the stack")
    down.set_defaults(do=_down)

    for command in (up, status, logs, down):
        command.add_argument("--state-dir", type=Path, default=paths.DEFAULT_STATE_DIR, help="where the stack lives")
    return parser.parse_args()


def _up(arguments: argparse.Namespace) -> int:
    from ledgerline_local import lifecycle

    began = time.monotonic()
    if arguments.hold:
        # A test harness that ends us politely gets its stack taken down as well.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    wishes = lifecycle.Wishes(
        state_dir=arguments.state_dir,
        port=arguments.port,
        sandbox_url=arguments.sandbox_url,
        functions_endpoint=arguments.functions_endpoint,
        public_base_url=arguments.public_base_url,
        log_level=arguments.log_level,
        config=arguments.config,
        programs=arguments.programs,
    )
    stack = None
    try:
        stack = lifecycle.up(wishes)
        if arguments.json:
            print(stack.as_json(), flush=True)
        say(f"{paint('The local stack is up', '32')} at {stack.api_url} {paint(console.seconds(began), '2')}")
        if arguments.hold:
            sys.stdin.read()
    finally:
        if arguments.hold:
            lifecycle.down(arguments.state_dir, stack)
    return 0


def _status(arguments: argparse.Namespace) -> int:
    from ledgerline_local import lifecycle
    from ledgerline_local.emulator import client

    stack = lifecycle.running(arguments.state_dir)
    if arguments.json:
        print(stack.as_json())
        return 0
    say(f"desk      {stack.desk_url}")
    say(f"API       {stack.webhook_url}")
    say(f"AWS       {stack.endpoint_url} (any key, region {stack.region})")
    say(f"sandbox   {stack.sandbox_url}")
    say(f"state     {stack.state_dir}")
    messages = client("sqs", stack.endpoint_url)
    for name, url in stack.queues.items():
        waiting, dead = (
            messages.get_queue_attributes(QueueUrl=one, AttributeNames=["All"])["Attributes"]
            for one in (url, stack.dead_letter_queues[name])
        )
        say(
            f"{name:<9} {waiting['ApproximateNumberOfMessages']} waiting, "
            f"{waiting['ApproximateNumberOfMessagesNotVisible']} being worked on, "
            f"{dead['ApproximateNumberOfMessages']} failed"
        )
    return 0


def _logs(arguments: argparse.Namespace) -> int:
    from ledgerline_local import function_logs, lifecycle

    stack = lifecycle.running(arguments.state_dir)
    for line in function_logs.read(stack, arguments.function):
        print(line)
    return 0


def _down(arguments: argparse.Namespace) -> int:
    from ledgerline_local import lifecycle

    say("The local stack is down" if lifecycle.down(arguments.state_dir) else "No local stack was running")
    return 0


if __name__ == "__main__":
    console.run(main)
