"""The local stack's secrets: made at random for each stack, kept beside it for its owner only."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path
from typing import Any

from .emulator import client

OUTPUTS = {
    "dialnexa": "DialNexaSecretArn",
    "paystack": "PaystackSecretArn",
    "slack": "SlackSecretArn",
    "zendesk": "ZendeskSecretArn",
    "hubspot": "HubspotSecretArn",
    "gmail": "GmailSecretArn",
    "slack_signing": "SlackSigningSecretArn",
    "identity": "OidcSecretArn",
    "dialnexa_api": "DialNexaApiSecretArn",
    "session": "SessionSecretArn",
    "stripe": "StripeSecretArn",
    "quickbooks": "QuickBooksSecretArn",
    "caller_key": "CallerKeySecretArn",
}
"""Which output of the template names which secret."""

Values = dict[str, dict[str, Any]]
"""The secrets by name, in the shapes that the functions read."""


def path_in(state_dir: Path) -> Path:
    """The file that holds a stack's secrets."""
    return state_dir / "secrets.json"


def make(state_dir: Path) -> None:
    """Makes new values, and writes them where only this user can read them."""
    values: Values = {
        "dialnexa": {"current": f"whsec_{secrets.token_hex(24)}", "previous": None},
        "paystack": {"secret_key": f"sk_test_{secrets.token_hex(20)}"},
        "slack": {"bot_token": f"xoxb-{secrets.token_hex(24)}"},
        "zendesk": {
            "subdomain": f"desk{secrets.token_hex(4)}",
            "email": "billing-bot@example.com",
            "api_token": f"zd{secrets.token_hex(20)}",
        },
        "hubspot": {"access_token": f"pat-{secrets.token_hex(20)}"},
        "gmail": {
            "client_id": f"google-client-{secrets.token_hex(8)}",
            "client_secret": f"google-secret-{secrets.token_hex(20)}",
            "refresh_token": f"google-refresh-{secrets.token_hex(20)}",
        },
        "slack_signing": {"signing_secret": secrets.token_hex(16)},
        "identity": {"client_secret": secrets.token_hex(24)},
        "dialnexa_api": {"api_key": f"key_local:{secrets.token_hex(20)}"},
        "session": {"key": secrets.token_hex(32)},
        "stripe": {"restricted_key": f"rk_test_{secrets.token_hex(20)}"},
        "quickbooks": {
            "client_id": "intuit-client-sandbox",
            "client_secret": f"intuit-secret-{secrets.token_hex(20)}",
            "refresh_token": f"intuit-refresh-{secrets.token_hex(20)}",
            "realm_id": "9341452",
            "sandbox": True,
        },
        "caller_key": {"key": secrets.token_hex(32)},
    }
    with open(os.open(path_in(state_dir), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(values, file, indent=2)
        file.write("\n")


def read(state_dir: Path) -> Values:
    """The values that were made for the stack."""
    return dict(json.loads(path_in(state_dir).read_text()))


def put(endpoint_url: str, outputs: dict[str, str], values: Values) -> None:
    """Puts the values into the emulator's Secrets Manager."""
    manager = client("secretsmanager", endpoint_url)
    for name, value in values.items():
        manager.put_secret_value(SecretId=outputs[OUTPUTS[name]], SecretString=json.dumps(value))
