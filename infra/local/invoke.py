#!/usr/bin/env python3
"""Runs one function with one event, by `cargo lambda invoke`, against the local stack.

The function is the program that `make build` left, with the environment it has in the stack; its
answer goes to standard output, its log to standard error. For `ingest` an event may be what
DialNexa posts: it is wrapped and signed here. For the others it is what SQS or the schedule hands over.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from ledgerline_local import archives, console, environments, events, lifecycle, paths, readiness
from ledgerline_local.console import UserError
from ledgerline_local.emulator import CREDENTIALS, client
from ledgerline_local.state import Stack


def main() -> int:
    """Invokes, and passes on whether the function answered."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("function")
    parser.add_argument("event", type=Path)
    parser.add_argument("--state-dir", type=Path, default=paths.DEFAULT_STATE_DIR, help="where the local stack lives")
    parser.add_argument("--programs", type=Path, default=paths.cargo_target() / "debug")
    arguments = parser.parse_args()
    environments.enter_stack_environment()

    stack = lifecycle.running(arguments.state_dir)
    if arguments.function not in stack.functions:
        raise UserError(f"there is no function {arguments.function}; there are {', '.join(sorted(stack.functions))}")
    if not arguments.event.is_file():
        raise UserError(f"there is no event {arguments.event}")
    environments.INVOKE.ensure()
    with tempfile.TemporaryDirectory() as folder:
        return _invoke(stack, arguments.function, arguments.event, arguments.programs, Path(folder))


def _invoke(stack: Stack, function: str, event: Path, programs: Path, folder: Path) -> int:
    payload = folder / "payload.json"
    payload.write_text(json.dumps(events.payload(function, event, stack)))
    for name, path in archives.settings_files([]).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, folder / name)

    port = readiness.free_port()
    address = ["--invoke-address", "127.0.0.1", "--invoke-port", str(port)]
    lambda_command = [str(environments.INVOKE.program("cargo-lambda")), "lambda"]
    environment, timeout = _function_environment(stack, function, folder, port)
    # The runtime API alone: the function is built already, and watched by nobody.
    log = Path(stack.state_dir) / "invoke.log"
    with (
        open(log, "wb") as output,
        _running([*lambda_command, "watch", "--only-lambda-apis", *address], None, output, output) as server,
    ):
        readiness.wait_until(
            lambda: readiness.listens(port),
            lambda: server.poll() is None,
            f"cargo lambda did not start (its log is {log})",
        )
        invoke = [*lambda_command, "invoke", function, *address, "--data-file", str(payload)]
        with (
            _running([str(programs / function)], environment, sys.stderr) as program,
            _running(invoke) as call,
        ):
            readiness.wait_until(
                lambda: call.poll() is not None,
                lambda: program.poll() is None,
                f"{function} did not answer",
                patience=timeout + 10,
            )
            return call.returncode


def _function_environment(stack: Stack, function: str, folder: Path, port: int) -> tuple[dict[str, str], int]:
    configuration = client("lambda", stack.endpoint_url).get_function_configuration(
        FunctionName=stack.functions[function]
    )
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "AWS_LAMBDA_RUNTIME_API": f"http://127.0.0.1:{port}/.rt/{function}",
        "AWS_LAMBDA_FUNCTION_NAME": function,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(configuration["MemorySize"]),
        "LAMBDA_TASK_ROOT": str(folder),
        "AWS_ENDPOINT_URL": stack.endpoint_url,
        "AWS_REGION": stack.region,
        "AWS_DEFAULT_REGION": stack.region,
        **{name.upper(): value for name, value in CREDENTIALS.items()},
        **configuration["Environment"]["Variables"],
    }
    return environment, int(configuration["Timeout"])


@contextmanager
def _running(
    command: list[str],
    environment: dict[str, str] | None = None,
    output: IO[Any] | None = None,
    errors: IO[Any] | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """A process that ends with the block."""
    process = subprocess.Popen(command, env=environment, cwd=paths.CHECKOUT, stdout=output, stderr=errors)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


if __name__ == "__main__":
    console.run(main)
