"""Where things are in the checkout; everything made at run time stays under `.local`."""

from __future__ import annotations

from pathlib import Path

LOCAL_TOOLS = Path(__file__).resolve().parent.parent
CHECKOUT = LOCAL_TOOLS.parent.parent
TEMPLATE = CHECKOUT / "infra" / "template.yaml"
CONFIG = CHECKOUT / "infra" / "config"
LOCAL_SETTINGS = LOCAL_TOOLS / "settings.toml"
"""Stands in for `infra/config/settings.toml` in the local stack, where workflows run live."""

BROWSER_TESTS = CHECKOUT / "tests" / "browser"
LOCAL_STATE = CHECKOUT / ".local"
DEFAULT_STATE_DIR = LOCAL_STATE / "run"
ARCHIVES = LOCAL_STATE / "archives"
DEPLOY_PACKAGES = LOCAL_STATE / "package"


def cargo_target() -> Path:
    """Cargo's target folder, wherever the user has put it."""
    import os

    chosen = os.environ.get("CARGO_TARGET_DIR")
    return Path(chosen) if chosen else CHECKOUT / "target"
