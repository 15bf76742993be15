"""The AWS emulator: how it is started, and how it is spoken to."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from . import readiness
from .environments import STACK
from .processes import Process

REGION = "us-east-1"
CREDENTIALS = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}


def start(state_dir: Path, port: int, functions_endpoint: str | None) -> Process:
    """Starts the emulator, listening on this machine only.

    The functions inherit its environment, so it is given one that we write out: nothing of the
    user's own AWS settings, and the address at which the functions find AWS. That is the emulator's
    own, or `functions_endpoint`, where a test puts a proxy that plays faults.
    """
    for folder in ("home", "tmp", "emulator"):
        (state_dir / folder).mkdir(parents=True, exist_ok=True)
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "HOME": str(state_dir / "home"),
        "TMPDIR": str(state_dir / "tmp"),
        "STATE_DIR": str(state_dir / "emulator"),
        "PERSIST_STATE": "0",
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "MINISTACK_HOST": "127.0.0.1",
        # Without these two the functions would call the real AWS.
        "AWS_ENDPOINT_URL": functions_endpoint or endpoint(port),
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ACCESS_KEY_ID": CREDENTIALS["aws_access_key_id"],
        "AWS_SECRET_ACCESS_KEY": CREDENTIALS["aws_secret_access_key"],
        "AWS_DEFAULT_REGION": REGION,
        "LOG_LEVEL": "WARNING",
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
    }
    command = [str(STACK.program("ministack"))]
    log = state_dir / "emulator.log"
    return readiness.start("The emulator", command, environment, log, f"{endpoint(port)}/_ministack/health")


def endpoint(port: int) -> str:
    """Where the emulator with this port answers."""
    return f"http://127.0.0.1:{port}"


def client(service: str, endpoint_url: str) -> Any:
    """An AWS client that speaks to the emulator, whatever the user's own settings say."""
    import boto3
    from botocore.config import Config

    config = Config(retries={"mode": "standard", "max_attempts": 3}, s3={"addressing_style": "path"})
    return boto3.client(service, endpoint_url=endpoint_url, region_name=REGION, config=config, **CREDENTIALS)
