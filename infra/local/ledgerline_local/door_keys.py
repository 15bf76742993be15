"""What opens our doors, for schemathesis: signatures over what it made up, and a session of the desk.

Loaded by schemathesis itself, in an environment of its own; LEDGERLINE_STACK names the stack.
"""

from __future__ import annotations

import hashlib
import hmac
import html
import json
import os
import re
import time
import urllib.parse
import zlib
from pathlib import Path
from typing import Any

import requests
import schemathesis

from .events import SIGNATURE_HEADER, sign

STACK: dict[str, Any] = json.loads(Path(os.environ["LEDGERLINE_STACK"]).read_text())

SECRETS: dict[str, Any] = json.loads(Path(STACK["secrets_file"]).read_text())


def signed_in() -> str:
    """The cookie of a session: Ngozi of finance signs in at the sandbox's identity provider."""
    begins = requests.get(f"{STACK['desk_url']}/sign-in", allow_redirects=False, timeout=20)
    provider = begins.headers["location"]
    page = requests.get(provider, timeout=20).text
    people = re.findall(r'href="([^"]+person=ngozi)"', page)
    back = requests.get(urllib.parse.urljoin(provider, html.unescape(people[0])), allow_redirects=False, timeout=20)
    # The cookies are for TLS only, which a browser waives on localhost and this library does not.
    cookie = begins.headers["set-cookie"].partition(";")[0]
    done = requests.get(back.headers["location"], headers={"cookie": cookie}, allow_redirects=False, timeout=20)
    return re.findall(r"ledgerline_session=[^;]+", done.headers["set-cookie"])[0]


def known_call(url: str) -> str:
    """The address, every other time of a call that there is: of those made up, nobody has heard."""
    is_left = zlib.crc32(url.encode()) % 2 == 0
    return url if is_left else re.sub(r"/calls/[^/?]+", f"/calls/{os.environ['LEDGERLINE_CALL']}", url)


class Keys(requests.auth.AuthBase):
    """Signs what goes to the webhooks, and carries the session and the form's token to the desk."""

    def __init__(self) -> None:
        self.session = signed_in()
        page = requests.get(f"{STACK['desk_url']}/queue", headers={"cookie": self.session}, timeout=20).text
        self.form_token = re.findall(r'name="form_token" value="([^"]+)"', page)[0]

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.url = known_call(request.url or "")
        path = urllib.parse.urlsplit(request.url).path
        body = request.body.encode() if isinstance(request.body, str) else request.body or b""
        if path == "/webhooks/dialnexa":
            request.headers[SIGNATURE_HEADER] = sign(body, SECRETS["dialnexa"]["current"])
        elif path == "/webhooks/paystack":
            key = SECRETS["paystack"]["secret_key"].encode()
            request.headers["x-paystack-signature"] = hmac.new(key, body, hashlib.sha512).hexdigest()
        elif path == "/slack/interactions":
            now = str(int(time.time()))
            key = SECRETS["slack_signing"]["signing_secret"].encode()
            signature = hmac.new(key, f"v0:{now}:".encode() + body, hashlib.sha256).hexdigest()
            request.headers["x-slack-request-timestamp"] = now
            request.headers["x-slack-signature"] = f"v0={signature}"
        else:
            request.headers["cookie"] = self.session
            if b"form_token=" in body:
                token = urllib.parse.quote(self.form_token).encode()
                request.prepare_body(re.sub(rb"form_token=[^&]*", b"form_token=" + token, body), None)
        return request


schemathesis.auth.set_from_requests(Keys())

