"""`docs/openapi.yaml` is a valid description of an HTTP API; tests of the code hold it against what is answered."""

from __future__ import annotations

import subprocess
import unittest

from ledgerline_local import environments, paths

CHECK = "import sys, yaml; from openapi_spec_validator import validate; validate(yaml.safe_load(sys.stdin))"


class TheDescription(unittest.TestCase):
    def answer(self, text: str) -> subprocess.CompletedProcess[str]:
        """What the validator of OpenAPI 3.1 says of a description."""
        python = str(environments.CHECKS.ensure().python)
        return subprocess.run([python, "-c", CHECK], input=text, capture_output=True, text=True, check=False)

    def test_it_is_valid_and_a_broken_copy_is_not(self) -> None:
        text = (paths.CHECKOUT / "docs" / "openapi.yaml").read_text()
        said = self.answer(text)
        self.assertEqual(said.returncode, 0, said.stderr[-500:])
        broken = text.replace("in: path", "in: nowhere", 1)
        self.assertNotEqual(broken, text)
        self.assertNotEqual(self.answer(broken).returncode, 0)


if __name__ == "__main__":
    unittest.main()
