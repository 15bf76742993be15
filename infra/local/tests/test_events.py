"""An event for `make invoke` carries a signature that holds for this stack."""

from __future__ import annotations

import base64
import hashlib
import hmac
import unittest

from ledgerline_local.events import SIGNATURE_HEADER, signed

SECRET = "whsec_test"


def expected(body: bytes) -> str:
    """DialNexa's signature over the raw body."""
    return hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()


class Signing(unittest.TestCase):
    def test_the_raw_body_is_signed(self) -> None:
        request = signed({"headers": {}, "body": '{"a": "é"}'}, SECRET)
        self.assertEqual(request["headers"][SIGNATURE_HEADER], expected('{"a": "é"}'.encode()))

    def test_a_body_in_base64_is_signed_as_it_was_sent(self) -> None:
        body = base64.b64encode(b'{"a":1}').decode()
        request = signed({"headers": {}, "body": body, "isBase64Encoded": True}, SECRET)
        self.assertEqual(request["headers"][SIGNATURE_HEADER], expected(b'{"a":1}'))

    def test_a_signature_of_another_stack_is_replaced(self) -> None:
        request = signed({"headers": {"X-Nexa-Signature": "sha256=00", "host": "h"}, "body": "{}"}, SECRET)
        self.assertEqual(request["headers"], {"host": "h", SIGNATURE_HEADER: expected(b"{}")})


if __name__ == "__main__":
    unittest.main()
