#!/usr/bin/env python3
"""Tests the desk in a browser: an installed Chromium or Chrome, else Debian's, where it can be had.

Where there is neither, it says so and passes: everything else about the desk is tested without one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from ledgerline_local import console, environments
from ledgerline_local.console import paint, say, step
from ledgerline_local.paths import BROWSER_TESTS, CHECKOUT

BROWSERS = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


def main() -> int:
    """Finds a browser and runs the suite."""
    browser = installed() or install()
    if browser is None:
        say(paint("The browser suite was NOT run: there is no Chromium or Chrome, and none can be installed.", "33"))
        return 0
    python = environments.BROWSER.ensure().python
    environment = {**os.environ, "BROWSER_PROGRAM": browser, "PYTHONPATH": str(BROWSER_TESTS.parent)}
    tests = sys.argv[1:] or ["browser.test_desk"]
    command = [str(python), "-W", "ignore::ResourceWarning", "-m", "unittest", *tests]
    return subprocess.run(command, cwd=CHECKOUT, env=environment, check=False).returncode


def installed() -> str | None:
    """A browser of this machine."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


def install() -> str | None:
    """Debian's own Chromium, where this user may install it."""
    if shutil.which("apt-get") is None or not Path("/etc/debian_version").exists():
        return None
    if os.geteuid() == 0:
        order = []
    elif shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0:
        order = ["sudo", "-n"]
    else:
        return None
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "check": False}
    with step("Installing Chromium for the browser suite (once)"):
        for arguments in (["update"], ["install", "--yes", "--no-install-recommends", "chromium"]):
            command = [*order, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", *arguments]
            subprocess.run(command, **quiet)  # type: ignore[call-overload]
    return installed()


if __name__ == "__main__":
    console.run(main)
