"""What the documents point at is there."""

from __future__ import annotations

import re
import subprocess
import unittest
from pathlib import Path

from ledgerline_local.paths import CHECKOUT


def tracked(*patterns: str) -> list[Path]:
    """The files of the repository, those not committed yet among them."""
    order = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    listed = subprocess.run(order, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True, check=True)
    return [path for line in listed.stdout.splitlines() if (path := CHECKOUT / line).exists()]


class Documents(unittest.TestCase):
    """Links and the names of tests in the documents."""

    def test_every_link_to_a_file_leads_to_one(self) -> None:
        broken = []
        for document in tracked("*.md"):
            for target in re.findall(r"\]\(([^)\s]+)\)", document.read_text()):
                path = target.partition("#")[0]
                if path and "://" not in path and not (document.parent / path).exists():
                    broken.append(f"{document.relative_to(CHECKOUT)}: {target}")
        self.assertEqual(broken, [])

    def test_every_test_that_the_threat_model_names_is_one(self) -> None:
        named = set(re.findall(r"`((?:[a-z0-9]+_){2,}[a-z0-9]+)`", (CHECKOUT / "docs/threat-model.md").read_text()))
        self.assertGreater(len(named), 20)
        code = "\n".join(path.read_text() for path in tracked("*.rs", "infra/local/tests/*.py"))
        known = set(re.findall(r"\b(?:fn|def|mod) (\w+)", code)) | {path.stem for path in tracked("*.rs")}
        self.assertEqual(named - known, set())


if __name__ == "__main__":
    unittest.main()
