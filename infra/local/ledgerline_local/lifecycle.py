"""Brings a stack up, tells how it is, and takes it down."""

from __future__ import annotations

import json
import platform
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from . import archives, deployment, emulator, front_door, processes, readiness, sandbox, secret_values, state, template
from .console import UserError, step
from .emulator import REGION, endpoint
from .paths import TEMPLATE
from .state import Stack

UNSIGNED_CHECK = json.dumps({"event_type": "verification", "payload": {"message": "local stack"}}).encode()
"""What DialNexa sends when an address is registered; it is answered without a trace in the ledger."""


@dataclass
class Wishes:
    """How a stack should be; the defaults suit `make run`."""

    state_dir: Path
    port: int | None = None
    sandbox_url: str | None = None
    functions_endpoint: str | None = None
    public_base_url: str | None = None
    """What links to call pages begin with; the front door's own address by default."""
    log_level: str = "info"
    paystack_limit: int | None = None
    """Requests of a kind that the sandbox's Paystack answers each minute; by default as in test mode."""
    config: list[Path] = field(default_factory=list)
    programs: Path | None = None


def up(wishes: Wishes) -> Stack:
    """Brings the stack up, or up to date: what runs already and has not changed is left alone."""
    wishes.state_dir.mkdir(parents=True, exist_ok=True)
    wishes.state_dir = wishes.state_dir.resolve()
    with state.locked(wishes.state_dir):
        stack = state.read(wishes.state_dir)
        if stack is not None and not stack.emulator.is_running():
            _end(stack)
            stack = None
        if stack is None:
            stack = _start_emulator(wishes)
        _refresh_front_door(stack)
        _refresh_sandbox(stack, wishes)
        _refresh_deployment(stack, wishes)
        return stack


@contextmanager
def passing() -> Iterator[Stack]:
    """A stack of one's own for much work: it logs warnings only, its Paystack answers as many requests
    as in live mode, and it is gone when it is left."""
    with tempfile.TemporaryDirectory(prefix="ledgerline-") as folder:
        state_dir = Path(folder)
        stack = up(Wishes(state_dir=state_dir, log_level="warn", paystack_limit=sandbox.LIVE_LIMIT))
        try:
            yield stack
        finally:
            down(state_dir, stack)


def down(state_dir: Path, held: Stack | None = None) -> bool:
    """Ends what was started for this stack, and nothing else; tells whether anything ran.

    A stack that is `held` ends even where a test has removed its folder already.
    """
    if not state_dir.exists():
        return held is not None and _end(held)
    with state.locked(state_dir):
        stack = state.read(state_dir) or held
        return stack is not None and _end(stack)


def running(state_dir: Path) -> Stack:
    """The stack of this folder, which must be running."""
    stack = state.read(state_dir)
    if stack is None or not stack.emulator.is_running() or not stack.deployed:
        raise UserError("the local stack is not running: start it with `make run` or `make stack`")
    return stack


def _start_emulator(wishes: Wishes) -> Stack:
    for log in ("emulator.log", "sandbox.log"):
        (wishes.state_dir / log).unlink(missing_ok=True)
    sandbox.journal(wishes.state_dir).unlink(missing_ok=True)
    secret_values.make(wishes.state_dir)
    with step("Starting the AWS emulator"):
        port = wishes.port or readiness.free_port()
        process = emulator.start(wishes.state_dir, port, wishes.functions_endpoint)
    stack = Stack(str(wishes.state_dir), endpoint(port), REGION, wishes.sandbox_url or "", process, None)
    state.write(stack)
    return stack


def _refresh_front_door(stack: Stack) -> None:
    if stack.front_door and stack.front_door.is_running():
        return
    port = int(stack.desk_url.rpartition(":")[2]) if stack.desk_url else readiness.free_port()
    stack.front_door = front_door.start(Path(stack.state_dir), port)
    stack.desk_url = front_door.url(port)
    state.write(stack)


def _refresh_sandbox(stack: Stack, wishes: Wishes) -> None:
    if wishes.sandbox_url:
        return
    folder = Path(stack.state_dir)
    build = sandbox.fingerprint()
    if stack.sandbox and stack.sandbox.is_running():
        if stack.sandbox_build == build:
            return
        processes.stop(stack.sandbox)
    with step("Starting the sandbox of vendors"):
        # A new build takes the old one's port, which the functions know.
        port = int(stack.sandbox_url.rpartition(":")[2]) if stack.sandbox_url else readiness.free_port()
        stack.sandbox = sandbox.start(folder, port, secret_values.read(folder), wishes.paystack_limit)
    stack.sandbox_url = sandbox.url(port)
    stack.sandbox_build = build
    state.write(stack)


def _refresh_deployment(stack: Stack, wishes: Wishes) -> None:
    parameters = {
        "Stage": "local",
        "Architecture": {"aarch64": "arm64", "arm64": "arm64"}.get(platform.machine(), "x86_64"),
        "PublicBaseUrl": wishes.public_base_url or stack.desk_url,
        "SandboxUrl": stack.sandbox_url,
        "LogLevel": wishes.log_level,
    }
    files = archives.settings_files(wishes.config)
    names = template.functions(template.load(TEMPLATE))
    packages = [archives.describe(name, files, wishes.programs) for name in names]
    wanted = deployment.fingerprint(packages, parameters)
    if stack.deployed == wanted:
        return
    with step("Packaging what was built"):
        for package in packages:
            package.write()
    first = not stack.deployed
    with step("Deploying infra/template.yaml" if first else "Deploying what changed"):
        outputs = deployment.deploy(stack.endpoint_url, packages, parameters)
        if first:
            secret_values.put(stack.endpoint_url, outputs, secret_values.read(Path(stack.state_dir)))
        _describe(stack, outputs, parameters, list(names))
    with step("Waiting until the API answers"):
        readiness.wait_for(
            "the API answered", lambda: readiness.answers(stack.webhook_url, UNSIGNED_CHECK), stack.emulator
        )
    stack.deployed = wanted
    state.write(stack)


def _describe(stack: Stack, outputs: dict[str, str], parameters: dict[str, str], names: list[str]) -> None:
    stack.stack_name = deployment.STACK_NAME
    stack.api_url = deployment.api_url(stack.endpoint_url, outputs)
    stack.webhook_url = f"{stack.api_url}/webhooks/dialnexa"
    stack.public_base_url = parameters["PublicBaseUrl"]
    stack.table_name = outputs["TableName"]
    for queue in ("calls", "cases", "notices"):
        stack.queues[queue] = outputs[f"{queue.capitalize()}QueueUrl"]
        stack.dead_letter_queues[queue] = outputs[f"{queue.capitalize()}DeadLetterQueueUrl"]
    stack.secrets = {name: outputs[output] for name, output in secret_values.OUTPUTS.items()}
    stack.secrets_file = str(secret_values.path_in(Path(stack.state_dir)))
    stack.functions = {name: f"{deployment.STACK_NAME}-{name}" for name in names}
    stack.log_groups = {name: f"/aws/lambda/{deployment.STACK_NAME}-{name}" for name in names}


def _end(stack: Stack) -> bool:
    """Ends the stack's processes and removes what only they needed; the logs stay."""
    ran = False
    for process in reversed(stack.processes()):
        ran = process.is_running() or ran
        processes.stop(process)
    folder = Path(stack.state_dir)
    for leftover in ("home", "tmp", "emulator"):
        shutil.rmtree(folder / leftover, ignore_errors=True)
    for path in (secret_values.path_in(folder), state.path_in(folder)):
        path.unlink(missing_ok=True)
    return ran
