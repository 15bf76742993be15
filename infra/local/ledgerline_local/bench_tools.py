"""What the benchmarks have in common: programs built as they are shipped, the endpoint that stands in
for AWS, and the environment of a function beside it."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .console import step
from .paths import CHECKOUT, CONFIG, cargo_target

FUNCTIONS = ("ingest", "classify", "execute", "notify", "reconcile", "review")

SECRETS = (
    "DIALNEXA", "PAYSTACK", "SLACK", "ZENDESK", "HUBSPOT", "GMAIL", "STRIPE", "QUICKBOOKS",
    "CALLER_KEY", "SESSION", "OIDC", "SLACK_SIGNING", "DIALNEXA_API",
)  # fmt: skip
"""The secrets that functions are told of, each by the variable NAME_SECRET_ID."""


def build(*packages: str) -> None:
    """Builds `packages` as they are shipped: optimised, and without the feature `local`."""
    command = ["cargo", "build", "--quiet", "--release", "--locked"]
    for package in packages:
        command += ["--package", package]
    with step(f"Building {', '.join(packages)} for speed (the first time takes many minutes)"):
        subprocess.run(command, cwd=CHECKOUT, check=True)


def program(name: str) -> Path:
    """A program that was built."""
    return cargo_target() / "release" / name


@contextmanager
def endpoint() -> Iterator[str]:
    """DynamoDB, SQS and Secrets Manager in memory; their address."""
    server = subprocess.Popen([program("bench"), "endpoint"], stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        yield server.stdout.readline().strip()
    finally:
        server.terminate()
        server.wait()


def environment(address: str) -> dict[str, str]:
    """The environment of a function that finds AWS at `address`."""
    queues = {
        f"{name.upper()}_QUEUE_URL": f"{address}/000000000000/{name}" for name in ("calls", "cases", "notices")
    }
    return {
        "PATH": os.environ["PATH"],
        "AWS_ENDPOINT_URL": address,
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "benchmark",
        "AWS_SECRET_ACCESS_KEY": "benchmark",
        "TABLE_NAME": "ledger",
        "PUBLIC_BASE_URL": "https://calls.example.com",
        "CONFIG_DIR": str(CONFIG),
        "RUST_LOG": "error",
        **queues,
        **{f"{name}_SECRET_ID": name.lower() for name in SECRETS},
    }


def machine() -> str:
    """This machine in a few words, for the line under a table."""
    model = platform.processor() or platform.machine()
    for line in Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else ():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    return f"{model}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
