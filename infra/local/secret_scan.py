#!/usr/bin/env python3
"""Looks for secrets in the files of the repository: keys of AWS, Paystack, Slack, Stripe and others,
tokens, and private keys.

What is found must be in `KNOWN`, with the reason why it is none. A file in it in which nothing is found
any more is an error as well, so that the list stays true.
"""

from __future__ import annotations

import subprocess
import sys

from ledgerline_local import console, environments
from ledgerline_local.console import UserError
from ledgerline_local.paths import CHECKOUT

KNOWN = {
    "functions/notify/src/gmail/test_key.pem": "made for the tests of how a service account signs",
    "functions/review/src/identity/tests.rs": "the head of an ID token, without a signature",
    "shared/src/secrets/tests.rs": "a made-up token, which a test shows to be printed nowhere",
}

NOT_OURS = ("tests/redaction/", "tests/understanding/", "infra/train/data/", "tests/specs/")
"""Labelled sentences, full of made-up secrets that the redactor has to find; and vendors' specifications."""

NO_TEXT = (".png", ".bin")

LEFT_OUT = {"KeywordDetector", "HexHighEntropyString", "Base64HighEntropyString", "IPPublicDetector"}
"""Guesses by a word beside it or by randomness: here they find signatures, hashes and names of variables."""


def main() -> int:
    """Scans, and tells what should not be there."""
    python = environments.SECRETS.ensure().python
    if sys.prefix != str(environments.SECRETS.folder):
        return subprocess.run([python, __file__], check=False).returncode
    listed = subprocess.run(["git", "ls-files"], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True, check=True)
    files = [name for name in listed.stdout.splitlines() if not name.startswith(NOT_OURS) and not name.endswith(NO_TEXT)]
    found = scan(files)
    new = {name: kinds for name, kinds in found.items() if name not in KNOWN}
    for name, kinds in new.items():
        print(f"{name}: {', '.join(sorted(kinds))}")
    gone = [name for name in KNOWN if name not in found]
    for name in gone:
        print(f"{name}: nothing is found in it any more; take it out of KNOWN in {__file__}")
    if new:
        raise UserError("These look like secrets. A real one: take it out, and revoke it. None: say why in KNOWN.")
    return 1 if gone else 0


def scan(files: list[str]) -> dict[str, set[str]]:
    """What kinds of secret stand in which file."""
    from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class
    from detect_secrets.core.scan import scan_file
    from detect_secrets.settings import transient_settings

    plugins = {plugin.__name__ for plugin in get_mapping_from_secret_type_to_class().values()} - LEFT_OUT
    found: dict[str, set[str]] = {}
    with transient_settings({"plugins_used": [{"name": name} for name in sorted(plugins)]}):
        for name in files:
            for secret in scan_file(str(CHECKOUT / name)):
                found.setdefault(name, set()).add(secret.type)
    return found


if __name__ == "__main__":
    console.run(main)
