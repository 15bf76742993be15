"""Events for `make invoke`: a DialNexa body becomes the signed request that API Gateway would pass on."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

from .console import UserError
from .state import Stack

SIGNATURE_HEADER = "x-dialnexa-signature"


def payload(function: str, event: Path, stack: Stack) -> dict[str, Any]:
    """What the function is to be given for the event in this file."""
    raw = event.read_bytes()
    try:
        parsed = json.loads(raw)
    except ValueError as error:
        raise UserError(f"{event} is not JSON: {error}") from None
    if function != "ingest":
        return dict(parsed)
    secret = json.loads(Path(stack.secrets_file).read_text())["dialnexa"]["current"]
    return signed(parsed, secret) if "requestContext" in parsed else signed(_request(raw), secret)


def signed(request: dict[str, Any], secret: str) -> dict[str, Any]:
    """The request with this stack's signature over its body, in place of whatever it carried."""
    text = request.get("body") or ""
    body = base64.b64decode(text) if request.get("isBase64Encoded") else text.encode()
    headers = {name: value for name, value in request["headers"].items() if "signature" not in name.lower()}
    return {**request, "headers": {**headers, SIGNATURE_HEADER: sign(body, secret)}}


def sign(body: bytes, secret: str) -> str:
    """DialNexa's signature over a body."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def _request(body: bytes) -> dict[str, Any]:
    route = "POST /webhooks/dialnexa"
    path = "/webhooks/dialnexa"
    return {
        "version": "2.0",
        "routeKey": route,
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"content-type": "application/json", "user-agent": "DialNexa-External-Webhook/1.0"},
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "invoke",
            "domainName": "localhost",
            "http": {
                "method": "POST",
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": "DialNexa-External-Webhook/1.0",
            },
            "requestId": "local-invoke",
            "routeKey": route,
            "stage": "$default",
            "time": "01/Jan/2026:00:00:00 +0000",
            "timeEpoch": 1767225600000,
        },
        "isBase64Encoded": False,
        "body": body.decode(),
    }
