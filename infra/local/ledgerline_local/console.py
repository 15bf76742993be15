"""Progress in plain words, on standard error; colour only where a terminal shows it."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class UserError(Exception):
    """Something the user can mend; its text says how, and no traceback is shown."""


def _coloured() -> bool:
    return sys.stderr.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"


def paint(text: str, code: str) -> str:
    """`text` in an ANSI colour, or as it is where colour would only be noise."""
    return f"\033[{code}m{text}\033[0m" if _coloured() else text


def say(text: str = "") -> None:
    """One line for the person at the terminal."""
    print(text, file=sys.stderr, flush=True)


def seconds(since: float) -> str:
    """The time since `since` (of `time.monotonic`), for people."""
    passed = time.monotonic() - since
    if passed < 60:
        return f"{passed:.1f} s"
    return f"{int(passed // 60)} min {int(passed % 60)} s"


@contextmanager
def step(what: str) -> Iterator[None]:
    """Announces a step that takes a while, and says how long it took or that it failed."""
    began = time.monotonic()
    terminal = sys.stderr.isatty()
    if terminal:
        print(f"  {what} …", end="", file=sys.stderr, flush=True)
    try:
        yield
    except BaseException:
        print(f"{chr(13) if terminal else ''}{paint('✗', '31')} {what}, failed after {seconds(began)}", file=sys.stderr)
        raise
    print(
        f"{chr(13) if terminal else ''}{paint('✓', '32')} {what} {paint(seconds(began), '2')}",
        file=sys.stderr,
        flush=True,
    )


def run(main: Callable[[], int | None]) -> None:
    """Runs a command's `main`, and turns a `UserError` into one clear line and exit code 1."""
    try:
        code = main()
    except UserError as error:
        say(f"{paint('error', '31;1')}: {error}")
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    raise SystemExit(code or 0)
