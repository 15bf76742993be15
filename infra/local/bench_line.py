#!/usr/bin/env python3
"""Takes growing bursts of calls through the whole line in one process, without a network, and then some
beside a ledger of ten million records: neither may cost a call more.

    bench_line.py [--bursts 1,10,100,1000,10000] [--records 10000000]

Each call is of another customer and becomes a customer, a payment request and an alert. The queues and
the table are in memory; Paystack and Slack are the sandbox's own models, whose work is counted in.
Where the time goes is drawn into `docs/images/line.svg`.
"""

from __future__ import annotations

import argparse

from bench_warm import STAGES, line
from ledgerline_local import bars, bench_tools, console
from ledgerline_local.console import say
from ledgerline_local.paths import CHECKOUT

PLOT = CHECKOUT / "docs" / "images" / "line.svg"

BESIDE_RECORDS = 1000
"""How many calls are taken through beside the records."""


def main() -> None:
    """Builds, measures, and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bursts", default="1,10,100,1000,10000")
    parser.add_argument("--records", type=int, default=10_000_000, help="how many records the full ledger holds")
    arguments = parser.parse_args()
    bench_tools.build("bench")
    print("| calls | records beside them | calls/s | " + " | ".join(f"{stage}, µs" for stage in STAGES), end="")
    print(" | reads | items read | writes | items written |")
    print("|---|---|---|" + "---|" * (len(STAGES) + 4))
    drawn = [(f"a burst of {calls:,}", row(calls, 0)) for calls in map(int, arguments.bursts.split(","))]
    drawn.append((f"{BESIDE_RECORDS:,} beside {arguments.records // 1_000_000} M records", row(BESIDE_RECORDS, arguments.records)))
    PLOT.write_text(bars.stacked("Processor time of one call, by function", drawn, "µs"))
    say(f"All but the first three are of one call. {bench_tools.machine()}")


def row(calls: int, records: int) -> dict[str, float]:
    """One burst: prints its row, and gives what each stage took of a call, in microseconds."""
    measured = line(calls, "--records", str(records))
    micros: dict[str, float] = {stage: measured[stage]["processor_micros"] for stage in STAGES}
    parts = [f"{part:.0f}" for part in micros.values()]
    counts = [f"{measured[what]:.2f}" for what in ("reads", "items_read", "writes", "items_written")]
    print(" | ".join([f"| {calls:,}", f"{records:,}", f"{measured['calls_per_second']:,.0f}", *parts, *counts]) + " |", flush=True)
    return micros


if __name__ == "__main__":
    console.run(main)
