#!/usr/bin/env python3
"""Checks `infra/template.yaml`: expands SAM first, then lints what AWS would really be given.

Linting the file as it stands is not enough: inside `AWS::Serverless::Function` an unknown runtime
or a reference to nothing passes. `tests/test_check_template.py` breaks copies to prove that they
fail here.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from ledgerline_local import console, environments, paths

REGIONS = ["us-east-1", "eu-west-1", "af-south-1"]


def faults(path: Path) -> list[str]:
    """What is wrong with the template, in words; nothing when all is well."""
    from cfnlint.api import lint
    from cfnlint.config import ManualArgs
    from samtranslator.model.exceptions import InvalidDocumentException

    from ledgerline_local import template as templates

    try:
        template = templates.load(path)
        templates.place_code(template, lambda name: f"s3://packages/{name}.zip")
        expanded = templates.expand(template)
    except InvalidDocumentException as error:
        return [cause.message for cause in error.causes]
    except Exception as error:  # noqa: BLE001 - whatever stops the expansion is a fault of the template
        return [f"cannot be expanded: {error}"]

    matches = lint(json.dumps(expanded, indent=1), config=ManualArgs(regions=REGIONS))
    return [f"{'/'.join(map(str, match.path or []))}: {match.message} ({match.rule.id})" for match in matches]


def main() -> int:
    """Checks the files given, or the product's template."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("template", nargs="*", type=Path, default=[paths.TEMPLATE])
    wanted = parser.parse_args().template
    environments.enter_stack_environment()
    found = 0
    for path in wanted:
        for fault in faults(path):
            print(f"{path}: {fault}")
            found += 1
    return 1 if found else 0


if __name__ == "__main__":
    console.run(main)
