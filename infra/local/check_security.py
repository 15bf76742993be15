#!/usr/bin/env python3
"""Checks what `infra/template.yaml` deploys against checkov's rules of security.

SAM is expanded first, since checkov looks at what AWS is given. What is passed over stands in
`checkov.yaml`, each with its reason.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
from pathlib import Path

from ledgerline_local import console, environments, paths

RULES = paths.LOCAL_TOOLS / "checkov.yaml"


def faults(path: Path) -> list[str]:
    """What is wrong with the template, in words; nothing when all is well."""
    from ledgerline_local import template as templates

    template = templates.load(path)
    templates.place_code(template, lambda name: f"s3://packages/{name}.zip")
    with tempfile.TemporaryDirectory() as folder:
        expanded = Path(folder) / "expanded.json"
        expanded.write_text(json.dumps(templates.expand(template), indent=1))
        checkov = str(environments.CHECKS.ensure().program("checkov"))
        # Without --skip-download it asks its maker for more rules.
        command = [checkov, "--config-file", str(RULES), "--file", str(expanded), "--skip-download"]
        done = subprocess.run(
            [*command, "--output", "json", "--quiet"], capture_output=True, text=True, check=False, cwd=folder
        )
    try:
        report = json.loads(done.stdout)
    except json.JSONDecodeError:
        return [f"checkov ended with {done.returncode} and no report: {done.stderr.strip()[-500:]}"]
    if "summary" not in report or not report["summary"]["passed"]:
        return ["checkov has checked nothing"]
    return [
        f"{failed['resource']}: {failed['check_name']} ({failed['check_id']})"
        for failed in report["results"]["failed_checks"]
    ]


def main() -> int:
    """Checks the files given, or the product's template."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("template", nargs="*", type=Path, default=[paths.TEMPLATE])
    wanted = parser.parse_args().template
    environments.enter_stack_environment()
    found = [f"{path}: {fault}" for path in wanted for fault in faults(path)]
    for fault in found:
        print(fault)
    return 1 if found else 0


if __name__ == "__main__":
    console.run(main)
