#!/usr/bin/env python3
"""Takes in deliveries of DialNexa beside the same in Python with Powertools' idempotency and in Node.

    bench_peers.py [--calls 2000] [--rounds 3]

One delivery after the other, with AWS's own SDK for each language against the same endpoint in memory.
The peers verify, claim and send on in one function. Ours are two: `ingest` verifies, redacts and sends
on; `classify` keeps what was heard, claims the call, understands it and sends it on. Both rows are
printed, and the medians of all rounds.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
from collections.abc import Sequence
from pathlib import Path

from ledgerline_local import bench_tools, console, environments
from ledgerline_local.console import UserError, say, step
from ledgerline_local.paths import CHECKOUT, LOCAL_STATE

PEERS = CHECKOUT / "tests" / "peers" / "webhook"
NODE = LOCAL_STATE / "peer-webhook"


def main() -> None:
    """Builds, measures in turn, and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=2000, help="deliveries in a round")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    python = environments.PEER_WEBHOOK.ensure().python
    node = node_peer()
    bench_tools.build("bench")
    calls = str(arguments.calls)
    programs: dict[str, Sequence[str | Path]] = {
        "Ledgerline": [bench_tools.program("bench"), "webhooks", "--calls", calls],
        "Python, Powertools": [python, PEERS / "handler.py", calls],
        "Node": [*node, calls, CHECKOUT / "events" / "dialnexa" / "payment-request.json"],
    }
    rates: dict[str, list[float]] = {}
    processor: dict[str, list[float]] = {}
    for _ in range(arguments.rounds):
        for name, command in programs.items():
            for part, (rate, micros) in measure(name, command).items():
                rates.setdefault(part, []).append(rate)
                processor.setdefault(part, []).append(micros)
    print("| | calls a second | `ingest` is × | CPU a call | `ingest` needs 1/× |\n|---|---|---|---|---|")
    first = next(iter(rates))
    for name in rates:
        rate, micros = statistics.median(rates[name]), statistics.median(processor[name])
        faster = statistics.median(rates[first]) / rate
        leaner = micros / statistics.median(processor[first])
        print(f"| {name} | {rate:,.0f} | {faster:.1f} | {micros:,.0f} µs | {leaner:.1f} |")
    say(f"{arguments.calls} deliveries, {arguments.rounds} rounds. {bench_tools.machine()}")


def measure(name: str, command: Sequence[str | Path]) -> dict[str, tuple[float, float]]:
    """Calls a second, and microseconds of the processor a call, against an endpoint of its own."""
    with bench_tools.endpoint() as address:
        environment = {**bench_tools.environment(address), "POWERTOOLS_SERVICE_NAME": "peer"}
        done = subprocess.run(command, env=environment, cwd=NODE, stdout=subprocess.PIPE, text=True, check=True)
    measured = json.loads(done.stdout.splitlines()[-1])
    if "ingest" not in measured:
        return {name: (measured["calls_per_second"], measured["processor_micros"])}
    ingest, classify = measured["ingest"], measured["classify"]
    both = 1 / (1 / ingest["calls_per_second"] + 1 / classify["calls_per_second"])
    return {
        "`ingest`": (ingest["calls_per_second"], ingest["processor_micros"]),
        "`ingest`, then `classify`": (both, ingest["processor_micros"] + classify["processor_micros"]),
    }


def node_peer() -> list[str | Path]:
    """How the peer in Node is run, its packages fetched."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise UserError("Node and npm are needed to measure the peer in Node: install them, and try again")
    NODE.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", "handler.mjs"):
        shutil.copy2(PEERS / name, NODE / name)
    if not (NODE / "node_modules" / ".package-lock.json").exists():
        with step("Fetching the packages of the peer in Node (once)"):
            subprocess.run([npm, "ci", "--silent", "--no-audit", "--no-fund"], cwd=NODE, check=True)
    return [node, NODE / "handler.mjs"]


if __name__ == "__main__":
    console.run(main)
