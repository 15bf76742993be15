#!/usr/bin/env python3
"""Feeds every parser of outsiders' bytes with what no outsider has thought of yet.

    fuzz.py [--seconds 600] [TARGET …]

The targets of `tests/fuzz` (whole functions, behind signatures that hold) and of `shared/fuzz` (the
redactor) are built with coverage and run one after the other. A crash, a hang or a broken promise ends
the command with an error, and the input that led to it is kept.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
from pathlib import Path

from ledgerline_local import console
from ledgerline_local.console import UserError, say, step
from ledgerline_local.paths import CHECKOUT, LOCAL_STATE, cargo_target

CRATES = (CHECKOUT / "tests" / "fuzz", CHECKOUT / "shared" / "fuzz")

TOOLS = LOCAL_STATE / "cargo-tools"

CARGO_FUZZ = "0.13.1"

LONGEST_SECONDS = 10
"""What no input may take."""

SEEDS = {
    "delivery": ("events/dialnexa", "*.json"),
    "settings": ("infra/config", "*.toml"),
}
"""What a target begins with, where there is something real."""


def main() -> int:
    """Installs, builds and runs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("targets", nargs="*", help="which; all unless named")
    parser.add_argument("--seconds", type=int, default=600, help="how long each target runs")
    arguments = parser.parse_args()
    cargo_fuzz = installed()
    known = {target.stem: crate for crate in CRATES for target in sorted((crate / "fuzz_targets").glob("*.rs"))}
    unknown = set(arguments.targets) - set(known)
    if unknown:
        raise UserError(f"no such target: {', '.join(sorted(unknown))}. There are: {', '.join(known)}")
    print("| target | seconds | inputs tried | of them kept | finding |\n|---|---|---|---|---|")
    failed = [name for name in arguments.targets or known if not run(cargo_fuzz, known[name], name, arguments.seconds)]
    return 1 if failed else 0


def installed() -> Path:
    """`cargo-fuzz`, built on first use."""
    program = TOOLS / "bin" / "cargo-fuzz"
    if not program.exists():
        order = ["cargo", "install", "--quiet", "--locked", "cargo-fuzz", "--version", CARGO_FUZZ, "--root", str(TOOLS)]
        with step("Building cargo-fuzz (once)"):
            subprocess.run(order, check=True)
    return program


def run(cargo_fuzz: Path, crate: Path, name: str, seconds: int) -> bool:
    """Runs one target; prints its row, and whether nothing was found."""
    # Coverage needs flags that a stable compiler keeps to itself. There is no unsafe code of ours for
    # a sanitizer to watch.
    environment = {**os.environ, "RUSTC_BOOTSTRAP": "1"}
    target_dir = ["--fuzz-dir", str(crate), "--target-dir", str(cargo_target() / "fuzz"), "--sanitizer", "none"]
    with step(f"Building the target {name}"):
        order = [str(cargo_fuzz), "build", *target_dir, name]
        done = subprocess.run(order, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode != 0:
            raise UserError(f"the target {name} does not build:\n{done.stdout[-3000:]}")
    corpus = crate / "corpus" / name
    corpus.mkdir(parents=True, exist_ok=True)
    folder, pattern = SEEDS.get(name, ("", ""))
    for seed in sorted((CHECKOUT / folder).glob(pattern)) if folder else ():
        (corpus / seed.name).write_bytes(seed.read_bytes())
    order = [str(cargo_fuzz), "run", *target_dir, name, "--", f"-max_total_time={seconds}"]
    order += [f"-timeout={LONGEST_SECONDS}", "-print_final_stats=1", "-max_len=16384"]
    with step(f"Fuzzing {name} for {seconds} s"):
        done = subprocess.run(order, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    tried, kept = (figure(done.stdout, what) for what in ("number_of_executed_units", "new_units_added"))
    finding = "none" if done.returncode == 0 else "**found**"
    print(f"| {name} | {seconds} | {tried:,} | {kept:,} | {finding} |", flush=True)
    if done.returncode != 0:
        say(done.stdout[-4000:])
    return done.returncode == 0


def figure(output: str, name: str) -> int:
    """One of libFuzzer's final figures."""
    found = re.search(rf"stat::{name}:\s+(\d+)", output)
    return int(found.group(1)) if found else 0


if __name__ == "__main__":
    console.run(main)
