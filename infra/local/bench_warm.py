#!/usr/bin/env python3
"""Measures what each function does with a delivery or a call of 4 KB while it is warm.

    bench_warm.py [--calls 200]

There is no network: the queues and the table are in memory, and Paystack and Slack are the sandbox's
own models, whose work is counted in. Instructions are counted by valgrind where it is installed: they
are the same on every run. Time is the processor's, the median of five rounds.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import statistics
import subprocess
from typing import Any

from ledgerline_local import bench_tools, console
from ledgerline_local.console import say, step
from ledgerline_local.paths import CONFIG

STAGES = ("ingest", "classify", "execute", "notify")

ROUNDS = 5


def main() -> None:
    """Builds, measures, and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=200, help="how many calls a round takes")
    calls = parser.parse_args().calls
    bench_tools.build("bench")
    rounds = [line(calls) for _ in range(ROUNDS)]
    counted = instructions(calls)
    print("| function | CPU a call | instructions | allocations | KB allocated |\n|---|---|---|---|---|")
    for stage in STAGES:
        micros = statistics.median(measured[stage]["processor_micros"] for measured in rounds)
        first = rounds[0][stage]
        count = f"{counted[stage]:,.0f}" if counted else "valgrind is not installed"
        print(f"| {stage} | {micros:.0f} µs | {count} | {first['allocations']:.0f} | {first['allocated_bytes'] / 1e3:.0f} |")
    say(f"{calls} calls a round, {ROUNDS} rounds. {bench_tools.machine()}")


def line(calls: int, *further: str) -> dict[str, Any]:
    """What one round of the line cost."""
    done = subprocess.run(command(calls, *further), stdout=subprocess.PIPE, text=True, check=True)
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured


def command(calls: int, *further: str) -> list[str]:
    """Takes `calls` through the line."""
    return [str(bench_tools.program("bench")), "line", "--config", str(CONFIG), "--calls", str(calls), *further]


def instructions(calls: int) -> dict[str, float] | None:
    """Instructions of each stage: what twice as many calls need more, less what the stages before it do."""
    if shutil.which("valgrind") is None:
        return None
    counted: dict[str, float] = {}
    before = 0.0
    with step("Counting instructions"):
        for stage in STAGES:
            few, many = (count(calls * times, "--until", stage) for times in (1, 2))
            whole = (many - few) / calls
            counted[stage] = whole - before
            before = whole
    return counted


def count(calls: int, *further: str) -> int:
    """The instructions of one run."""
    valgrind = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *command(calls, *further)]
    done = subprocess.run(valgrind, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=True)
    found = re.search(r"Collected : (\d+)", done.stderr)
    if found is None:
        raise console.UserError(f"valgrind counted nothing:\n{done.stderr[-500:]}")
    return int(found.group(1))


if __name__ == "__main__":
    console.run(main)
