"""The template check must fail on broken copies: a check that cannot fail checks nothing."""

from __future__ import annotations

import tempfile
import unittest
from pathlib import Path

from check_template import faults
from ledgerline_local import paths

ORIGINAL = paths.TEMPLATE.read_text()


def faults_after(*replacements: tuple[str, str]) -> list[str]:
    """What the check says of a copy with the replacements made."""
    text = ORIGINAL
    for old, new in replacements:
        if old not in text:
            raise AssertionError(f"the template no longer holds {old!r}: mend this test")
        text = text.replace(old, new, 1)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "template.yaml"
        copy.write_text(text)
        return faults(copy)


class BrokenCopies(unittest.TestCase):
    """Each is a mistake that the emulator deploys without a word."""

    def assert_found(self, about: str, *replacements: tuple[str, str]) -> None:
        """The copy fails, and the check says why."""
        found = faults_after(*replacements)
        self.assertTrue(
            any(about in fault for fault in found), f"nothing about {about!r} among {found or 'no faults at all'}"
        )

    def test_the_template_as_it_stands_passes(self) -> None:
        self.assertEqual(faults(paths.TEMPLATE), [])

    def test_reference_to_nothing_inside_a_function(self) -> None:
        self.assert_found("NoSuchQueue", ("CALLS_QUEUE_URL: !Ref CallsQueue", "CALLS_QUEUE_URL: !Ref NoSuchQueue"))

    def test_reference_to_nothing_inside_a_function_event(self) -> None:
        self.assert_found("NoSuchQueue", ("Queue: !GetAtt CasesQueue.Arn", "Queue: !GetAtt NoSuchQueue.Arn"))

    def test_unknown_runtime(self) -> None:
        self.assert_found("provided.al2029", ("Runtime: provided.al2023", "Runtime: provided.al2029"))

    def test_attribute_that_the_resource_does_not_have(self) -> None:
        self.assert_found("Arm", ("Role: !GetAtt IngestRole.Arn", "Role: !GetAtt IngestRole.Arm"))

    def test_reference_to_nothing_in_a_role(self) -> None:
        self.assert_found("NoSuchKey", ("Resource: !GetAtt DataKey.Arn", "Resource: !GetAtt NoSuchKey.Arn"))

    def test_substitution_of_nothing(self) -> None:
        self.assert_found("NoSuchTable", ('!Sub "${Table.Arn}/index/due"', '!Sub "${NoSuchTable.Arn}/index/due"'))

    def test_unknown_property(self) -> None:
        self.assert_found("DeletionProtected", ("DeletionProtectionEnabled: true", "DeletionProtected: true"))

    def test_index_over_an_attribute_that_is_not_defined(self) -> None:
        self.assert_found(
            "caller_kee",
            ("{ AttributeName: caller_key, KeyType: HASH }", "{ AttributeName: caller_kee, KeyType: HASH }"),
        )

    def test_visibility_shorter_than_the_function_may_run(self) -> None:
        self.assert_found("VisibilityTimeout", ("VisibilityTimeout: 540", "VisibilityTimeout: 60"))

    def test_unknown_event_property(self) -> None:
        self.assert_found(
            "FunctionResponses not defined",
            ("FunctionResponseTypes: [ReportBatchItemFailures]", "FunctionResponses: [ReportBatchItemFailures]"),
        )

    def test_key_that_stands_twice(self) -> None:
        self.assert_found("stands twice", ("  DialNexaRoute:", "  ApiStage: {}\n  DialNexaRoute:"))

    def test_not_yaml(self) -> None:
        self.assert_found("cannot be expanded", ("Resources:", "Resources: ["))


if __name__ == "__main__":
    unittest.main()
