"""What must never reach AWS is refused when it is packaged."""

from __future__ import annotations

import tempfile
import unittest
from pathlib import Path

from ledgerline_local.console import UserError
from package import package

ARM64 = b"\x7fELF" + bytes(14) + b"\xb7\x00"
X86_64 = b"\x7fELF" + bytes(14) + b"\x3e\x00"


class Packages(unittest.TestCase):
    def setUp(self) -> None:
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = Path(holder.name)

    def package(self, content: bytes) -> Path:
        """Packages a program with this content for arm64."""
        program = self.folder / "bootstrap"
        program.write_bytes(content)
        package("ingest", program, "arm64", self.folder / "package")
        return self.folder / "package" / "ingest"

    def test_a_release_program_is_packaged_with_its_settings(self) -> None:
        made = self.package(ARM64)
        self.assertEqual((made / "bootstrap").read_bytes(), ARM64)
        self.assertTrue((made / "bootstrap").stat().st_mode & 0o100)
        self.assertTrue((made / "config" / "settings.toml").is_file())

    def test_a_program_for_another_processor_is_refused(self) -> None:
        with self.assertRaisesRegex(UserError, "arm64"):
            self.package(X86_64)

    def test_a_program_whose_vendors_can_be_exchanged_is_refused(self) -> None:
        with self.assertRaisesRegex(UserError, "local stack"):
            self.package(ARM64 + b"....PAYSTACK_BASE_URL....")

    def test_a_missing_program_is_refused(self) -> None:
        with self.assertRaisesRegex(UserError, "not there"):
            package("ingest", self.folder / "nothing", "arm64", self.folder / "package")


if __name__ == "__main__":
    unittest.main()
