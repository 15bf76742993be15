"""The template check must fail on broken copies: a check that cannot fail checks nothing."""

from __future__ import annotations

import tempfile
import unittest
from collections.abc import Callable
from pathlib import Path

import check_security
from check_template import faults
from ledgerline_local import paths

ORIGINAL = paths.TEMPLATE.read_text()


def faults_after(*replacements: tuple[str, str], check: Callable[[Path], list[str]] = faults) -> list[str]:
    """What a check says of a copy with the replacements made."""
    text = ORIGINAL
    for old, new in replacements:
        if old not in text:
            raise AssertionError(f"the template no longer holds {old!r}: mend this test")
        text = text.replace(old, new, 1)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "template.yaml"
        copy.write_text(text)
        return check(copy)


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

    def test_a_queue_without_a_key_and_a_table_without_backups_are_found_by_the_check_of_security(self) -> None:
        found = faults_after(
            ("      KmsMasterKeyId: !Ref DataKey\n      KmsDataKeyReusePeriodSeconds: 3600\n", ""),
            ("PointInTimeRecoveryEnabled: true", "PointInTimeRecoveryEnabled: false"),
            check=check_security.faults,
        )
        for about in ("CallsQueue", "Table"):
            self.assertTrue(any(about in fault for fault in found), f"nothing about {about} among {found}")


if __name__ == "__main__":
    unittest.main()
