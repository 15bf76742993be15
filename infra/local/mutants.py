#!/usr/bin/env python3
"""Builds bugs into Ledgerline on purpose, one cargo feature each, and lets the simulator look for them.

    mutants.py [--seeds 5000]

Prints a table: which bug, and how many days it took to find it. A bug that is not found is a hole in
the simulator, and ends the command with an error. One build holds all of them; the variable
LEDGERLINE_MUTANT names the one that is at work.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess

from ledgerline_local import console
from ledgerline_local.console import step
from ledgerline_local.paths import CHECKOUT, cargo_target

CRATES = ("shared", "functions/classify", "functions/execute", "functions/reconcile")
"""Where bugs can be built in."""


def main() -> int:
    """Builds, plays, and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=5000, help="how many days a bug may hide")
    arguments = parser.parse_args()
    features = sorted(built_in())
    names = sorted({feature.partition("/")[2] for feature in features})
    # `reconcile` is no dependency of the command line itself: named, its features can be chosen.
    build = ["cargo", "build", "--quiet", "--profile", "simulate", "--package", "ops", "--package", "reconcile"]
    with step(f"Building {len(names)} bugs in (the first time takes some minutes)"):
        subprocess.run([*build, "--features", ",".join(["local", *features])], cwd=CHECKOUT, check=True)
    print("| bug | days needed | what gave it away |\n|---|---|---|")
    hidden = [name for name in names if not found(name, arguments.seeds)]
    for name in hidden:
        print(f"| {name.removeprefix('mutant-')} | not found in {arguments.seeds} | – |")
    return 1 if hidden else 0


def built_in() -> set[str]:
    """The features that build a bug in, as `crate/feature`."""
    return {
        f"{crate.rpartition('/')[2]}/{feature}"
        for crate in CRATES
        for feature in re.findall(r"^(mutant-[a-z-]+) =", (CHECKOUT / crate / "Cargo.toml").read_text(), re.MULTILINE)
    }


def found(name: str, seeds: int) -> bool:
    """Whether the bug shows; prints its row."""
    simulate = [str(cargo_target() / "simulate" / "ledgerline"), "simulate", "--seeds", str(seeds), "--json"]
    environment = {**os.environ, "LEDGERLINE_MUTANT": name}
    done = subprocess.run(simulate, cwd=CHECKOUT, env=environment, stdout=subprocess.PIPE, check=False)
    failures = json.loads(done.stdout)["failures"]
    if not failures:
        return False
    first = failures[0]
    what = " ".join(str(first["what"]).split("\n")[0].split())
    print(f"| {name.removeprefix('mutant-')} | {first['seed'] + 1} | {what[:160]} |", flush=True)
    return True


if __name__ == "__main__":
    console.run(main)
