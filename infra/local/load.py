#!/usr/bin/env python3
"""Offers ten times as many calls as the local stack can take, and shows that none is lost.

    load.py [--seconds 120] [--times 10]

First a small burst says how many calls a second the stack works off. Then ten times as many arrive, for
two minutes. What `ingest` accepts waits in the queues; what it refuses is delivered again, as DialNexa
does. When the flood is over, every call that was accepted must have come to exactly one customer, one
payment request, one e-mail and one ticket, or wait for a person, and the queues must be empty.
"""

from __future__ import annotations

import argparse
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ledgerline_local import console, environments
from ledgerline_local.console import UserError, paint, say
from soak import deliver, judge, wait

BURST = 40
"""How many calls say what the stack can take."""

SENDERS = 16
"""How many deliveries are under way at once."""


def main() -> int:
    """Brings a stack of its own up, and floods it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=120.0, help="how long the flood lasts")
    parser.add_argument("--times", type=float, default=10.0, help="how many times as much as the stack can take")
    arguments = parser.parse_args()
    environments.enter_stack_environment()
    from ledgerline_local import lifecycle

    with lifecycle.passing() as stack:
        return load(stack, arguments)


def load(stack: Any, arguments: argparse.Namespace) -> int:
    """Measures, floods, waits, and judges."""
    began = time.monotonic()
    if len(flood(stack, range(BURST), None)) < BURST:
        raise UserError("the stack refuses calls although nothing else is going on: see `make logs`")
    wait(stack, BURST)
    capacity = BURST / (time.monotonic() - began)
    rate = capacity * arguments.times
    say(f"the stack works off {capacity:.1f} calls a second; now {rate:.0f} a second arrive")
    offered = range(BURST, BURST + int(rate * arguments.seconds))
    accepted = flood(stack, offered, rate)
    say(f"{len(offered)} calls were offered, {len(accepted)} accepted; the rest were refused in all four tries")
    delivered = [*range(BURST), *accepted]
    ended = wait(stack, len(delivered), rest=3 * len(delivered) / capacity + 300)
    say(f"everything came to rest {ended:.0f} s after the flood")
    faults = judge(stack, delivered)
    for fault in faults:
        say(f"  {paint('✘', '31')} {fault}")
    if faults:
        return 1
    say(paint(f"Nothing lost, nothing twice: {len(delivered)} calls.", "32"))
    return 0


def flood(stack: Any, numbers: range, rate: float | None) -> list[int]:
    """Delivers `numbers`, `rate` a second or as fast as it goes; those that were accepted."""
    began = time.monotonic()

    def one(number: int) -> bool:
        if rate is not None:
            time.sleep(max(0.0, began + (number - numbers.start) / rate - time.monotonic()))
        return deliver(stack, number)

    with ThreadPoolExecutor(SENDERS) as senders:
        return [number for number, accepted in zip(numbers, senders.map(one, numbers), strict=True) if accepted]


if __name__ == "__main__":
    console.run(main)
