#!/usr/bin/env python3
"""Measures how a function starts, beside a bare one that does nothing, in one run.

    bench_cold.py [--runs 20]

Each function is built as it is shipped and started, time after time, by a stand-in for Lambda's
runtime API. Measured are the processor's time and the clock's, from `exec` to the first request for
an event and to the first answer; the memory that is resident then; and the size of the package. AWS
is an endpoint in memory beside it, so that no network is in it. Printed are medians.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import signal
import socket
import statistics
import subprocess
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

from ledgerline_local import archives, bench_tools, console
from ledgerline_local.console import UserError, say
from ledgerline_local.paths import CHECKOUT, CONFIG

BARE = "bare"
"""The runtime, and an answer: what every function in Rust costs."""

EVENTS = {
    BARE: "{}",
    "ingest": (CHECKOUT / "events/ingest/call-ended.json").read_text(),
    "classify": (CHECKOUT / "events/classify/call-ended.json").read_text(),
    "execute": (CHECKOUT / "events/execute/case.json").read_text(),
    "notify": (CHECKOUT / "events/notify/notice.json").read_text(),
    # A webhook that nobody signed, and a page that is not there: no vendor is asked.
    "reconcile": json.dumps({"version": "2.0", "requestContext": {"http": {"method": "POST"}}, "headers": {}, "body": "{}"}),
    "review": json.dumps(
        {"version": "2.0", "rawPath": "/nowhere", "requestContext": {"http": {"method": "GET", "path": "/nowhere"}}, "headers": {}}
    ),
}


@dataclass
class Moment:
    """How far a process had come."""

    wall: float
    """Milliseconds since `exec`."""
    processor: float
    """Milliseconds of the processor."""
    resident: float
    """Megabytes."""


def main() -> None:
    """Builds, starts everything in turn, and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=20, help="how often each is started")
    arguments = parser.parse_args()
    bench_tools.build(*bench_tools.FUNCTIONS, "bench")
    names = (BARE, *bench_tools.FUNCTIONS)
    asked: dict[str, list[Moment]] = {name: [] for name in names}
    answered: dict[str, list[Moment]] = {name: [] for name in names}
    with bench_tools.endpoint() as address:
        environment = bench_tools.environment(address)
        for _ in range(arguments.runs):
            for name in names:
                first, second = start(name, environment)
                asked[name].append(first)
                answered[name].append(second)
    print("| function | CPU to first request | × bare | clock | CPU to first answer | clock | resident, MB | × bare | zip, MB |")
    print("|---|---|---|---|---|---|---|---|---|")
    bare, bare_resident = median(asked[BARE], "processor"), median(answered[BARE], "resident")
    for name in names:
        processor, resident = median(asked[name], "processor"), median(answered[name], "resident")
        print(
            f"| {name} | {processor:.1f} ms | {processor / bare:.1f} | {median(asked[name], 'wall'):.1f} ms "
            f"| {median(answered[name], 'processor'):.1f} ms | {median(answered[name], 'wall'):.1f} ms "
            f"| {resident:.1f} | {resident / bare_resident:.1f} | {package_size(name):.2f} |"
        )
    say(f"Medians of {arguments.runs} starts. {bench_tools.machine()}")


def median(moments: list[Moment], what: str) -> float:
    """The median of one measure."""
    return statistics.median(getattr(moment, what) for moment in moments)


def start(name: str, environment: dict[str, str]) -> tuple[Moment, Moment]:
    """One start: how far it had come when it first asked for an event, and when it had answered."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(30)
        host, port = server.getsockname()
        began = time.perf_counter()
        process = subprocess.Popen(
            [bench_tools.program(name)],
            env={**environment, **lambda_environment(f"{host}:{port}")},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        try:
            with server.accept()[0] as connection:
                read_request(connection, name)
                asked = look(process.pid, began)
                connection.sendall(invocation(EVENTS[name]))
                line = read_request(connection, name)
                answered = look(process.pid, began)
                if not line.endswith("/response HTTP/1.1"):
                    raise UserError(f"{name} failed: {line}")
                return asked, answered
        except TimeoutError:
            process.send_signal(signal.SIGKILL)
            raise UserError(f"{name} did not start: {process.communicate()[1].decode()[-500:]}") from None
        finally:
            process.kill()
            process.communicate()


def lambda_environment(runtime_api: str) -> dict[str, str]:
    """What Lambda itself sets."""
    return {
        "AWS_LAMBDA_RUNTIME_API": runtime_api,
        "AWS_LAMBDA_FUNCTION_NAME": "benchmark",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
        "AWS_LAMBDA_FUNCTION_VERSION": "1",
        "AWS_LAMBDA_LOG_STREAM_NAME": "benchmark",
        "AWS_LAMBDA_LOG_GROUP_NAME": "benchmark",
    }


def invocation(event: str) -> bytes:
    """The answer of the runtime API that hands over `event`."""
    body = event.encode()
    deadline = int((time.time() + 60) * 1000)
    head = (
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nlambda-runtime-aws-request-id: benchmark\r\n"
        f"lambda-runtime-deadline-ms: {deadline}\r\n"
        "lambda-runtime-invoked-function-arn: arn:aws:lambda:eu-west-1:123456789012:function:benchmark\r\n"
        f"lambda-runtime-trace-id: Root=1-1-1\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def read_request(connection: socket.socket, name: str) -> str:
    """Reads one request whole; its first line."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(65536)
        if not part:
            raise UserError(f"{name} ended before it answered")
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    headers = {key.lower(): value.strip() for key, _, value in (line.partition(":") for line in lines[1:])}
    if "chunked" in headers.get("transfer-encoding", ""):
        while not body.endswith(b"0\r\n\r\n"):
            body += connection.recv(65536)
    else:
        while len(body) < int(headers.get("content-length", "0")):
            body += connection.recv(65536)
    return lines[0]


def look(pid: int, began: float) -> Moment:
    """How far the process has come."""
    wall = (time.perf_counter() - began) * 1000
    tasks = Path(f"/proc/{pid}/task").iterdir()
    processor = sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e6
    status = Path(f"/proc/{pid}/status").read_text()
    resident = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:"))
    return Moment(wall, processor, resident / 1024)


def package_size(name: str) -> float:
    """The size of the function's package in megabytes, as it is uploaded."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.write(bench_tools.program(name), "bootstrap")
        if name != BARE:
            for file, path in archives.files_of(CONFIG).items():
                archive.write(path, str(file))
    return len(buffer.getvalue()) / 1e6


if __name__ == "__main__":
    if not os.path.isdir("/proc/self/task"):
        raise SystemExit("bench_cold.py reads /proc: it needs Linux")
    console.run(main)
