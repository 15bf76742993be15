"""What the functions logged in the local stack, in the order it happened."""

from __future__ import annotations

from collections.abc import Iterator

from .console import UserError
from .emulator import client
from .state import Stack


def read(stack: Stack, function: str | None) -> Iterator[str]:
    """Each line, with the function's name before it."""
    if function is not None and function not in stack.log_groups:
        raise UserError(f"there is no function {function}; there are {', '.join(sorted(stack.log_groups))}")
    logs = client("logs", stack.endpoint_url)
    lines: list[tuple[int, str, str]] = []
    for name in [function] if function else stack.log_groups:
        for page in logs.get_paginator("filter_log_events").paginate(logGroupName=stack.log_groups[name]):
            lines += [(event["timestamp"], name, event["message"].rstrip()) for event in page["events"]]
    # Sorted by time alone: lines of one moment keep the order in which they were written.
    for _, name, message in sorted(lines, key=lambda line: line[0]):
        yield f"{name:<9} {message}"
