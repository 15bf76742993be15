"""A stack with cases that wait, and a browser in front of it."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, expect, sync_playwright

ROOT = Path(__file__).parents[2]
SCREENSHOTS = ROOT / ".local" / "screenshots"
SERIOUS = ("serious", "critical")


class Stack:
    """A local stack of the suite's own, which ends with it."""

    def __init__(self, folder: Path) -> None:
        command = [str(ROOT / ".local/venv/bin/python"), str(ROOT / "infra/local/stack.py")]
        command += ["up", "--json", "--hold", "--state-dir", str(folder)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        lines = []
        for line in self.process.stdout:
            lines.append(line)
            if line == "}\n":
                break
        self.about: dict[str, Any] = json.loads("".join(lines))
        self.secrets: dict[str, Any] = json.loads(Path(self.about["secrets_file"]).read_text())

    @property
    def desk(self) -> str:
        """Where the desk is opened."""
        return str(self.about["desk_url"])

    def end(self) -> None:
        """Takes it down, by closing its standard input."""
        self.process.communicate(timeout=60)

    def order(self, order: str, body: Any = None) -> Any:
        """Gives the sandbox of vendors an order, or asks it something."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"{self.about['sandbox_url']}/_sandbox/{order}", data, {"content-type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.loads(answer.read())

    def deliver(self, body: dict[str, Any]) -> None:
        """Delivers a call as DialNexa would."""
        raw = json.dumps(body).encode()
        secret = self.secrets["dialnexa"]["current"].encode()
        signature = hmac.new(secret, raw, hashlib.sha256).hexdigest()
        headers = {"content-type": "application/json", "x-dialnexa-signature": signature}
        request = urllib.request.Request(self.about["webhook_url"], raw, headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            assert answer.status // 100 == 2

    def click(self, member: str, value: str) -> int:
        """Presses an alert's button that approves, as Slack would tell of it."""
        payload = {
            "type": "block_actions",
            "user": {"id": member},
            "team": {"id": "T0SANDBOX"},
            "actions": [{"action_id": "ledgerline_approve", "value": value}],
            "response_url": "https://hooks.slack.com/actions/T0SANDBOX/1/abc",
        }
        raw = urllib.parse.urlencode({"payload": json.dumps(payload)}).encode()
        at = str(int(time.time()))
        secret = self.secrets["slack_signing"]["signing_secret"].encode()
        signature = hmac.new(secret, b"v0:" + at.encode() + b":" + raw, hashlib.sha256).hexdigest()
        headers = {
            "content-type": "application/x-www-form-urlencoded",
            "x-slack-request-timestamp": at,
            "x-slack-signature": f"v0={signature}",
        }
        request = urllib.request.Request(f"{self.desk}/slack/interactions", raw, headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return int(answer.status)


def refund_call(call: str, who: str, reference: str, amount: str) -> dict[str, Any]:
    """A call by `who`, who wants the payment `reference` back."""
    said = [
        ("agent", "Adaeze Stores billing, this is Nexa. How can I help you?"),
        ("customer", f"I want a refund of {amount} naira for payment {reference}, please. The shoes were torn."),
        ("agent", "I am sorry. Which card did you pay with?"),
        ("customer", "It is 4084 0840 8408 4081, and my email is " + who.replace(".", " dot ") + " at example dot com."),
        ("agent", "Thank you. Our finance team decides on the refund."),
    ]
    analysis = {
        "Outcome": "Refund request",
        "Customer name": who.replace(".", " ").title(),
        "Customer email": f"{who}@example.com",
        "Payment reference": reference,
        "Amount": amount,
        "Currency": "NGN",
        "Refund reason": "The shoes were torn",
        "Consent": True,
        "Channel": "email",
    }
    return {
        "event_type": "call_ended",
        "payload": {
            "call": {
                "id": call,
                "direction": "inbound",
                "type": "phone_call",
                "from_number": "2348012345678",
                "to_number": "2342013300456",
                "status": "completed",
                "agent_id": "agent_billing_01",
                "initiated_at": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime()),
                "duration_in_seconds": 95,
                "recording_url": "https://recordings.dialnexa.example/kept.mp3?sig=secret",
                "transcript": [
                    {"speaker": speaker, "text": text, "time": 5.0 * number}
                    for number, (speaker, text) in enumerate(said)
                ],
                "summary": "The caller wants a refund for torn shoes.",
                "post_call_analysis": analysis,
            }
        },
    }


def customer_and_payment(who: str, reference: str, amount: int) -> dict[str, Any]:
    """What Paystack knows of them."""
    name = who.split(".")
    return {
        "paystack": {
            "customers": [
                {
                    "email": f"{who}@example.com",
                    "first_name": name[0].title(),
                    "last_name": name[-1].title(),
                    "phone": "+2348012345678",
                }
            ],
            "transactions": [{"reference": reference, "amount": amount, "customer": f"{who}@example.com"}],
            "balances": {"NGN": 1_000_000_000},
        }
    }


def eventually(what: str, look: Callable[[], Any], patience: float = 40.0) -> Any:
    """What `look` finds, once it finds something."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(0.3)
    raise AssertionError(f"{what}: not within {patience:.0f} s")


class Browser:
    """A browser that writes down whatever its console complains of."""

    def __init__(self) -> None:
        self.playwright = sync_playwright().start()
        self.browser = self.playwright.chromium.launch(
            executable_path=os.environ["BROWSER_PROGRAM"], args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        self.complaints: list[str] = []

    def end(self) -> None:
        """Closes it."""
        self.browser.close()
        self.playwright.stop()

    def context(self, **options: Any) -> BrowserContext:
        """A browser of its own, with no cookie."""
        context = self.browser.new_context(**{"viewport": {"width": 1200, "height": 900}, **options})
        context.set_default_timeout(20_000)
        context.on("console", self._hear)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        return context

    def _hear(self, message: ConsoleMessage) -> None:
        # A page that is refused on purpose is told of by its status.
        if message.type == "error" and "status of 4" not in message.text:
            self.complaints.append(message.text)


def sign_in(page: Page, desk: str, name: str) -> None:
    """Signs in at the sandbox's identity provider as `name`."""
    page.goto(f"{desk}/queue")
    page.get_by_role("link", name=name).click()
    page.wait_for_url(f"{desk}/**")


def screenshot(page: Page, name: str) -> None:
    """Keeps what the page looks like, in a folder that is never committed."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)


def findings(page: Page) -> list[str]:
    """What axe finds seriously wrong with the page."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['help']} ({one['nodes'][0]['html'][:120]})" for one in found if one["impact"] in SERIOUS]


def overflows(page: Page) -> int:
    """By how much the page is wider than the window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


__all__ = [
    "Browser",
    "Stack",
    "customer_and_payment",
    "eventually",
    "expect",
    "findings",
    "overflows",
    "refund_call",
    "screenshot",
    "sign_in",
]
