#!/usr/bin/env python3
"""Shows that nothing is lost and nothing is done twice while processes die.

    soak.py [--seconds 300] [--rate 1.0]

A stack of its own is brought up. Calls arrive at a steady rate, each of another customer who wants a
payment request; every few seconds the process of a function, or the sandbox of vendors, is killed
without warning. When the calls have stopped, everything has some minutes to come to rest; then each
call must have come to exactly one customer, one payment request, one e-mail and one ticket. A call whose
request was cut off twice waits for a person, as it should: it is told, and counts as neither lost nor done.

The emulator itself is not killed: it keeps its state in memory.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any

from ledgerline_local import console, environments, paths, state
from ledgerline_local.console import UserError, paint, say

REST = 1200.0
"""Seconds for everything to come to rest: what a killed `execute` had in hand is hidden for nine minutes,
and then come two look-ups, the sweep, and queues' growing delays."""

KILL_EVERY = (2.0, 5.0)
"""Seconds between two kills."""


def main() -> int:
    """Brings the stack up, soaks it, and looks at what there is."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=300.0, help="how long calls arrive and processes die")
    parser.add_argument("--rate", type=float, default=1.0, help="calls a second")
    parser.add_argument("--seed", type=int, default=1, help="which processes die when")
    arguments = parser.parse_args()
    environments.enter_stack_environment()
    from ledgerline_local import lifecycle

    with lifecycle.passing() as stack:
        return soak(stack, arguments)


def soak(stack: Any, arguments: argparse.Namespace) -> int:
    """Delivers and kills, waits, and judges."""
    dice = random.Random(arguments.seed)
    over = threading.Event()
    killed: Counter[str] = Counter()
    killer = threading.Thread(target=kill, args=(stack, dice, over, killed))
    killer.start()
    delivered = []
    began = time.monotonic()
    while time.monotonic() - began < arguments.seconds:
        number = len(delivered)
        if not deliver(stack, number):
            raise UserError(f"call {number} was not accepted in four tries")
        delivered.append(number)
        time.sleep(max(0.0, began + len(delivered) / arguments.rate - time.monotonic()))
    over.set()
    killer.join()
    say(f"{len(delivered)} calls arrived; killed: " + ", ".join(f"{name} {n}×" for name, n in sorted(killed.items())))
    ended = wait(stack, len(delivered))
    say(f"everything came to rest {ended:.0f} s after the last call")
    faults = judge(stack, delivered)
    for fault in faults:
        say(f"  {paint('✘', '31')} {fault}")
    if faults:
        return 1
    say(paint(f"Nothing lost, nothing twice: {len(delivered)} calls, {sum(killed.values())} kills.", "32"))
    return 0


def deliver(stack: Any, number: int) -> bool:
    """One call, signed, and again while it is not accepted, as DialNexa does; whether it was in the end."""
    from ledgerline_local.events import SIGNATURE_HEADER, sign

    body = json.dumps(call(number)).encode()
    secret = json.loads(Path(stack.secrets_file).read_text())["dialnexa"]["current"]
    headers = {"content-type": "application/json", SIGNATURE_HEADER: sign(body, secret)}
    for _ in range(4):
        request = urllib.request.Request(stack.webhook_url, data=body, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=30):
                return True
        except (urllib.error.URLError, OSError):
            time.sleep(1.0)
    return False


def call(number: int) -> dict[str, Any]:
    """A customer of their own, who wants a payment request."""
    name = f"Customer {spelled(number)}"
    email = f"customer.{number}@example.com"
    turns = [
        f"Please send me a payment request for invoice {1000 + number}, fifteen thousand naira.",
        f"My name is {name}, and my e-mail address is {email}.",
        "Yes, that is correct. I agree that you write to me, e-mail is fine.",
    ]
    return {
        "event_type": "call_ended",
        "payload": {
            "call": {
                "id": f"call_soak_{number}",
                "direction": "inbound",
                "status": "completed",
                "from_number": f"23480{30_000_000 + number}",
                "to_number": "2342013300456",
                "initiated_at": "2026-11-24T09:12:40.318Z",
                "transcript": json.dumps([{"role": "user", "content": turn} for turn in turns]),
                "summary": f"Caller asks for a payment request for invoice {1000 + number}.",
                "post_call_analysis": {
                    "Outcome": "Payment request",
                    "Customer name": name,
                    "Customer email": email,
                    "Amount": "15000",
                    "Currency": "NGN",
                    "Purpose": f"Invoice {1000 + number}",
                    "Consent": "yes",
                    "Channel": "email",
                    "Recipient confirmed": "yes",
                },
            }
        },
    }


def spelled(number: int) -> str:
    """A number as letters: names hold no digits."""
    return "".join("ABCDEFGHIJ"[int(digit)] for digit in str(number))


def kill(stack: Any, dice: random.Random, over: threading.Event, killed: Counter[str]) -> None:
    """Kills one process after another until it is over; the sandbox is started again at once."""
    from ledgerline_local import sandbox, secret_values

    folder = Path(stack.state_dir)
    port = int(stack.sandbox_url.rpartition(":")[2])
    while not over.wait(dice.uniform(*KILL_EVERY)):
        targets = functions(stack)
        if dice.random() < 0.25 or not targets:
            os.kill(stack.sandbox.pid, signal.SIGKILL)
            os.waitpid(stack.sandbox.pid, 0)
            stack.sandbox = sandbox.start(folder, port, secret_values.read(folder), sandbox.LIVE_LIMIT)
            state.write(stack)
            killed["sandbox"] += 1
        else:
            pid, name = dice.choice(targets)
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
            killed[name] += 1


def functions(stack: Any) -> list[tuple[int, str]]:
    """The functions' processes: those that the emulator started."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            environment = (folder / "environ").read_bytes().split(b"\0")
        except (FileNotFoundError, PermissionError, ProcessLookupError):
            continue
        names = [entry for entry in environment if entry.startswith(b"AWS_LAMBDA_FUNCTION_NAME=")]
        if names and fields[1] == str(stack.emulator.pid):
            found.append((int(folder.name), names[0].rpartition(b"-")[2].decode()))
    return found


def wait(stack: Any, calls: int, rest: float = REST) -> float:
    """Waits until every call came to its end or to a person and the queues are empty, for `rest` seconds."""
    from ledgerline_local.emulator import client

    began = time.monotonic()
    queues = client("sqs", stack.endpoint_url)
    while time.monotonic() - began < rest:
        waiting = 0
        for url in stack.queues.values():
            attributes = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
            waiting += int(attributes["ApproximateNumberOfMessages"])
            waiting += int(attributes["ApproximateNumberOfMessagesNotVisible"])
        if waiting == 0 and len(told(stack)) >= calls and len(mailed(stack) | at_a_person(stack)) >= calls:
            break
        time.sleep(5.0)
    return time.monotonic() - began


def at_a_person(stack: Any) -> set[str]:
    """The calls that wait for a person, as the operator's command line lists them."""
    program = [str(paths.cargo_target() / "debug" / "ledgerline"), "--stack", str(state.path_in(Path(stack.state_dir)))]
    listed = subprocess.run([*program, "pending", "--json"], check=True, capture_output=True)
    pending = json.loads(listed.stdout)
    rows = pending["reviews"] + pending["unknown_outcomes"]
    return {row["call"] for row in rows if row["state"] in ("awaiting approval", "needs person")}


def mailed(stack: Any) -> set[str]:
    """The calls whose payment request was sent to its payer."""
    requests = ask(stack, "state")["paystack"]["payment_requests"]
    return {request["metadata"]["dialnexa_call_id"] for request in requests if request["status"] == "pending"}


def ask(stack: Any, what: str) -> Any:
    """What the sandbox knows."""
    with urllib.request.urlopen(f"{stack.sandbox_url}/_sandbox/{what}", timeout=30) as answer:
        return json.load(answer)


def told(stack: Any) -> list[Any]:
    """Every ticket: finance is alerted of what went wrong, and each call has a ticket."""
    return [effect for effect in effects(stack, "zendesk") if effect["effect"] == "ticket_created"]


def effects(stack: Any, vendor: str) -> list[dict[str, Any]]:
    """Everything that was done at a vendor."""
    entries = ask(stack, "log")[vendor]["requests"]
    return [effect for entry in entries for effect in entry["effects"]]


def judge(stack: Any, delivered: list[int]) -> list[str]:
    """What is not as it should be."""
    done = Counter(effect["effect"] for effect in effects(stack, "paystack"))
    made = Counter(
        request["metadata"]["dialnexa_call_id"] for request in ask(stack, "state")["paystack"]["payment_requests"]
    )
    waits = at_a_person(stack)
    if waits:
        say(f"  {len(waits)} of them wait for a person: {', '.join(sorted(waits))}")
    faults = [f"{call} came to {times} payment requests" for call, times in made.items() if times != 1]
    names = {f"call_soak_{number}" for number in delivered}
    faults += [f"{name} was lost" for name in sorted(names - set(made) - waits)]
    most, least = len(delivered), len(names - waits)
    for what in ("customer_created", "payment_request_created", "email_sent"):
        if not least <= done[what] <= most:
            faults.append(f"{what}: {done[what]} for {most} calls, of which {len(waits)} wait for a person")
    tickets = len(told(stack))
    if tickets != most:
        faults.append(f"tickets: {tickets} for {most} calls")
    return faults


if __name__ == "__main__":
    console.run(main)
