"""The functions' code for the local stack: `target/debug` programs and settings, one archive each.

An archive is named after what is in it, so that one that is there already is used as it is, by
several stacks at once too.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

from .console import UserError
from .paths import ARCHIVES, CONFIG, LOCAL_SETTINGS, cargo_target

UNUSED_AFTER = 600.0
"""Seconds after which an archive that no stack has asked for may go."""


def settings_files(overlays: list[Path]) -> dict[str, Path]:
    """`infra/config` with the local stack's settings, and then each overlay folder laid over it."""
    files = files_of(CONFIG) | {"config/settings.toml": LOCAL_SETTINGS}
    for folder in overlays:
        if not folder.is_dir():
            raise UserError(f"there is no folder {folder} with settings")
        files |= files_of(folder)
    return files


def files_of(folder: Path) -> dict[str, Path]:
    """The files of a folder of settings, by their names beside `bootstrap`."""
    return {
        f"config/{path.relative_to(folder).as_posix()}": path for path in sorted(folder.rglob("*")) if path.is_file()
    }


@dataclass(frozen=True)
class Archive:
    """A function's program, to be its `bootstrap`, and its settings."""

    function: str
    program: Path
    files: dict[str, Path]
    path: Path

    def write(self) -> None:
        """Makes sure that the archive is there."""
        if not self.path.exists():
            _write(self.path, self.program, self.files)
        os.utime(self.path)
        _forget_unused(self.function, self.path)


def describe(function: str, files: dict[str, Path], programs: Path | None = None) -> Archive:
    """The archive of a function as it is built now, whether or not it was written already."""
    program = (programs or cargo_target() / "debug") / function
    try:
        built = program.stat()
    except FileNotFoundError:
        raise UserError(f"{program} is not there: run `make build` first") from None
    content = hashlib.sha256(f"{program} {built.st_size} {built.st_mtime_ns}".encode())
    for name, path in files.items():
        content.update(name.encode())
        content.update(path.read_bytes())
    return Archive(function, program, files, ARCHIVES / f"{function}-{content.hexdigest()[:20]}.zip")


def _write(finished: Path, program: Path, files: dict[str, Path]) -> None:
    ARCHIVES.mkdir(parents=True, exist_ok=True)
    unfinished = finished.with_suffix(f".{os.getpid()}")
    lean = unfinished.with_suffix(".lean")
    try:
        # Stored, not compressed: it only travels from this disk to this disk.
        with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_STORED) as archive_file:
            executable = zipfile.ZipInfo("bootstrap")
            executable.external_attr = 0o755 << 16
            with (
                open(_without_debug_information(program, lean), "rb") as source,
                archive_file.open(executable, "w") as target,
            ):
                shutil.copyfileobj(source, target, 1 << 20)
            for name, path in files.items():
                archive_file.write(path, name)
        unfinished.replace(finished)
    finally:
        unfinished.unlink(missing_ok=True)
        lean.unlink(missing_ok=True)


def _without_debug_information(program: Path, lean: Path) -> Path:
    """A smaller copy, where `strip` is at hand; the program as it is otherwise."""
    strip = shutil.which("strip")
    if strip is None:
        return program
    done = subprocess.run([strip, "-S", "-o", str(lean), str(program)], capture_output=True, check=False)
    return lean if done.returncode == 0 else program


def _forget_unused(function: str, kept: Path) -> None:
    for other in ARCHIVES.glob(f"{function}-*.zip"):
        try:
            if other != kept and time.time() - other.stat().st_mtime > UNUSED_AFTER:
                other.unlink()
        except FileNotFoundError:
            pass  # another stack was quicker
