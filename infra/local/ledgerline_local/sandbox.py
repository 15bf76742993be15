"""The sandbox of vendors: the program that stands in for Paystack and the paired systems."""

from __future__ import annotations

import os
from pathlib import Path

from . import readiness
from .console import UserError
from .paths import cargo_target
from .processes import Process
from .secret_values import Values


def program() -> Path:
    """The sandbox as `make build` left it."""
    return cargo_target() / "debug" / "sandbox"


def fingerprint() -> str:
    """Changes whenever the program was built anew."""
    try:
        built = program().stat()
    except FileNotFoundError:
        raise UserError(f"{program()} is not there: run `make build` first") from None
    return f"{built.st_size}-{built.st_mtime_ns}"


LIVE_LIMIT = 600
"""Requests of a kind that Paystack answers each minute in live mode; in test mode a hundred."""


def start(state_dir: Path, port: int, values: Values, paystack_limit: int | None = None) -> Process:
    """Starts the sandbox, listening on this machine only, with the keys that the functions will use.

    Without a `paystack_limit`, its Paystack answers as many requests as the real one in test mode.
    """
    environment = {"PATH": os.environ.get("PATH", os.defpath), "RUST_LOG": "info"}
    command = [
        *(str(program()), "--listen", f"127.0.0.1:{port}"),
        *("--paystack-key", values["paystack"]["secret_key"]),
        *("--slack-token", values["slack"]["bot_token"]),
        *("--zendesk-email", values["zendesk"]["email"]),
        *("--zendesk-token", values["zendesk"]["api_token"]),
        *("--hubspot-token", values["hubspot"]["access_token"]),
        *("--gmail-refresh-token", values["gmail"]["refresh_token"]),
        *("--journal", str(journal(state_dir))),
        *("--identity-secret", values["identity"]["client_secret"]),
        *("--dialnexa-key", values["dialnexa_api"]["api_key"]),
        *("--stripe-key", values["stripe"]["restricted_key"]),
        *("--quickbooks-client-secret", values["quickbooks"]["client_secret"]),
        *("--quickbooks-refresh-token", values["quickbooks"]["refresh_token"]),
    ]
    if paystack_limit is not None:
        command += ["--paystack-rate-limit", str(paystack_limit)]
    return readiness.start("The sandbox", command, environment, state_dir / "sandbox.log", f"{url(port)}/healthz")


def journal(state_dir: Path) -> Path:
    """What the sandbox was asked, so that it goes on as it was when it is started again."""
    return state_dir / "sandbox.jsonl"


def url(port: int) -> str:
    """Where the sandbox with this port answers."""
    return f"http://127.0.0.1:{port}"
