"""Reads `infra/template.yaml` with CloudFormation's short forms, and expands SAM as AWS does."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

Template = dict[str, Any]


class _Loader(yaml.SafeLoader):  # type: ignore[misc]
    """Safe YAML, and `!Ref`, `!GetAtt`, `!Sub`, … in their long form. Repeated keys are refused."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(None, None, f"key {key!r} stands twice", key_node.start_mark)
            seen.add(key)
        return dict(super().construct_mapping(node, deep))


def _intrinsic(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
        if suffix == "GetAtt":
            value = value.split(".", 1)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _intrinsic)


def load(path: Path) -> Template:
    """The template as plain values."""
    with open(path) as file:
        return dict(yaml.load(file, Loader=_Loader))  # a safe loader, extended


def functions(template: Template) -> dict[str, str]:
    """Each function's name, the last part of its `CodeUri`, with its logical id."""
    return {
        Path(resource["Properties"]["CodeUri"]).name: logical_id
        for logical_id, resource in template["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function"
    }


def place_code(template: Template, address: Callable[[str], str]) -> None:
    """Puts `address(function)` where each function's `CodeUri` names a folder."""
    for name, logical_id in functions(template).items():
        template["Resources"][logical_id]["Properties"]["CodeUri"] = address(name)


def expand(template: Template) -> Template:
    """The plain CloudFormation that AWS makes of the template."""
    # The translator asks boto3 for a region, which need not be configured on this machine.
    os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
    # Its metrics are for AWS's own service; it warns about them each time.
    logging.getLogger("samtranslator").setLevel(logging.ERROR)
    from samtranslator.translator.transform import transform

    return dict(transform(template, {}, _NoManagedPolicies()))


class _NoManagedPolicies:
    """The translator's question for AWS's own policies by name; our roles use none."""

    def load(self) -> dict[str, str]:
        """No names."""
        return {}
