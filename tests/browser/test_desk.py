"""The desk as a finance person uses it: signed in, by mouse, by keyboard and on a phone."""

from __future__ import annotations

import json
import re
import tempfile
import unittest
from pathlib import Path

from playwright.sync_api import Page

from browser import desk as world
from browser.desk import expect

CALLS = (
    "call_desk_done",
    "call_desk_stale",
    "call_desk_keyboard",
    "call_desk_phone",
    "call_desk_slack",
    "call_desk_amend",
)
WHO = ("ada.obi", "bola.ade", "chidi.eze", "dayo.ojo", "efe.osa", "femi.alao")


class Desk(unittest.TestCase):
    stack: world.Stack
    browser: world.Browser

    @classmethod
    def setUpClass(cls) -> None:
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.stack = world.Stack(Path(folder.name))
        cls.addClassCleanup(cls.stack.end)
        cls.browser = world.Browser()
        cls.addClassCleanup(cls.browser.end)
        for number, (call, who) in enumerate(zip(CALLS, WHO, strict=True)):
            reference = f"T-desk-{number}"
            cls.stack.order("seed", world.customer_and_payment(who, reference, 4_500_000))
            cls.stack.deliver(world.refund_call(call, who, reference, "45,000"))
        context = cls.browser.context()
        page = context.new_page()
        world.sign_in(page, cls.stack.desk, "Ngozi Eze")

        def waiting() -> bool:
            page.goto(f"{cls.stack.desk}/queue")
            return page.locator("tbody tr").count() == len(CALLS)

        world.eventually("every case waits", waiting)
        cls.cookies = context.cookies()
        context.close()

    def page(self, **options: object) -> Page:
        """A page of Ngozi's."""
        context = self.browser.context(**options)
        self.addCleanup(context.close)
        context.add_cookies(self.cookies)
        return context.new_page()

    def tearDown(self) -> None:
        complaints, self.browser.complaints = self.browser.complaints, []
        self.assertEqual(complaints, [])

    def case(self, page: Page, call: str) -> None:
        """Opens the case of a call from the queue."""
        page.goto(f"{self.stack.desk}/queue")
        page.get_by_role("row").filter(has_text=call).get_by_role("link").click()
        expect(page.get_by_role("heading", name="Decide")).to_be_visible()

    def test_a_case_is_filtered_opened_approved_and_done_in_paystack(self) -> None:
        page = self.page()
        page.goto(f"{self.stack.desk}/queue")
        expect(page.get_by_role("status")).to_have_text(re.compile(r"\d wait for a person\."))
        world.screenshot(page, "queue")
        page.get_by_label("Workflow", exact=True).select_option(label="Chargeback")
        page.get_by_role("button", name="Filter").click()
        expect(page.get_by_text("Nothing here fits the filter.")).to_be_visible()
        page.get_by_label("Workflow", exact=True).select_option(label="Refund request")
        page.get_by_label("At least").fill("40,000")
        page.get_by_role("button", name="Filter").click()
        page.get_by_role("row").filter(has_text=CALLS[0]).get_by_role("link").click()
        # All that is needed to decide, and nothing that was removed.
        main = page.get_by_role("main")
        for words in ("NGN 45,000.00", "T-desk-0", "The shoes were torn", "card number removed", "decided"):
            expect(main).to_contain_text(words)
        self.assertNotIn("4084", page.content().replace("ending 4081", ""))
        world.screenshot(page, "case")
        page.get_by_label("Reason").fill("Torn on arrival")
        page.get_by_role("button", name="Approve", exact=True).click()
        expect(page.get_by_role("status")).to_contain_text("You approved it.")

        def done() -> bool:
            page.reload()
            return page.locator(".state.succeeded").count() == 1

        world.eventually("the refund is done", done)
        world.screenshot(page, "case-done")
        self.assertEqual(self.refunds("T-desk-0"), 1)

    def refunds(self, reference: str) -> int:
        """How many refunds the sandbox's Paystack holds of the payment."""
        state = self.stack.order("state")["paystack"]
        numbers = {it["id"] for it in state["transactions"] if it["reference"] == reference}
        return sum(it["transaction"] in numbers for it in state["refunds"])

    def test_a_second_tabs_stale_approval_is_refused(self) -> None:
        first = self.page()
        self.case(first, CALLS[1])
        second = first.context.new_page()
        second.goto(first.url)
        first.get_by_label("Reason").fill("The customer withdrew it")
        first.get_by_role("button", name="Decline").click()
        expect(first.get_by_role("status")).to_contain_text("You declined it.")
        second.get_by_role("button", name="Approve", exact=True).click()
        expect(second.get_by_role("alert")).to_contain_text("Nothing was done")
        expect(second.get_by_role("main")).to_contain_text("Declined")
        world.screenshot(second, "case-stale")
        self.assertEqual(self.refunds("T-desk-1"), 0)

    def test_an_amount_is_lowered_in_the_form_and_just_that_is_refunded(self) -> None:
        page = self.page()
        self.case(page, CALLS[5])
        lower = page.get_by_label("Lower the amount")
        lower.fill("60,000")
        page.get_by_role("button", name="Change it").click()
        expect(page.get_by_role("alert")).to_contain_text("only a smaller amount")
        lower.fill("30,000.50")
        page.get_by_role("button", name="Change it").click()
        expect(page.get_by_role("status")).to_contain_text("You changed it.")
        expect(page.get_by_role("heading", name="NGN 30,000.50")).to_be_visible()
        page.get_by_role("button", name="Approve", exact=True).click()
        expect(page.get_by_role("status")).to_contain_text("You approved it.")

        def amounts() -> list[int]:
            state = self.stack.order("state")["paystack"]
            numbers = {it["id"] for it in state["transactions"] if it["reference"] == "T-desk-5"}
            return [it["amount"] for it in state["refunds"] if it["transaction"] in numbers]

        self.assertEqual(world.eventually("the refund is done", amounts), [3_000_050])

    def test_a_case_is_decided_by_keyboard_alone(self) -> None:
        page = self.page()
        page.goto(f"{self.stack.desk}/queue")

        def tab_to(selector: str) -> None:
            for _ in range(80):
                page.keyboard.press("Tab")
                if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
                    return
            self.fail(f"{selector} is not reached by the keyboard")

        page.keyboard.press("Tab")
        self.assertEqual(page.evaluate("document.activeElement.className"), "skip")
        page.keyboard.press("Enter")
        tab_to(f"a[href*='{CALLS[2]}']")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Decide")).to_be_visible()
        tab_to("#reason")
        page.keyboard.type("Not ours")
        tab_to("button[value=decline]")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        self.assertNotEqual(outline, "none", "what has the focus shows it")
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_contain_text("You declined it.")

    def test_every_page_fits_a_phone_and_is_accessible_in_light_and_dark(self) -> None:
        for scheme in ("light", "dark"):
            page = self.page(color_scheme=scheme, viewport={"width": 360, "height": 740})
            self.case(page, CALLS[3])
            case = page.url
            targets = ("/queue", case, f"/calls/{CALLS[3]}", "/reports", "/nowhere")
            for target in targets:
                answer = page.goto(target if target.startswith("http") else f"{self.stack.desk}{target}")
                with self.subTest(f"{scheme} {target}"):
                    self.assertEqual(answer.status, 404 if target == "/nowhere" else 200)
                    self.assertEqual(world.findings(page), [])
                    self.assertLessEqual(world.overflows(page), 0)
                name = re.sub(r"\W+", "-", target.split("?")[0].removeprefix(self.stack.desk)).strip("-")
                world.screenshot(page, f"phone-{scheme}-{name}")

    def test_a_click_in_slack_decides_and_the_message_says_who_did(self) -> None:
        button = world.eventually("the alert has buttons", lambda: self.alert("button"))
        self.assertEqual(self.stack.click("U0NOBODY", button), 200)
        told = self.stack.order("state")["slack"]["ephemeral"]
        self.assertEqual(told, ["You are not among those who may decide. Nothing was done."])
        self.assertEqual(self.stack.click("U0KOFI", button), 200)
        said = world.eventually("the alert says who", lambda: self.alert("said"))
        self.assertIn("Approved by kofi@example.com", said)
        page = self.page()
        page.goto(f"{self.stack.desk}/calls/{CALLS[4]}")
        timeline = page.get_by_role("region", name="Timeline")
        expect(timeline).to_contain_text("slack_not_an_approver")
        expect(timeline).to_contain_text("by kofi@example.com")

    def alert(self, what: str) -> str | None:
        """The value of the alert's button, or all its text once that says who decided."""
        for message in self.stack.order("state")["slack"]["channels"].get("C0FINANCE", []):
            text = json.dumps(message["blocks"])
            if CALLS[4] not in text:
                continue
            buttons = [block["elements"][0]["value"] for block in message["blocks"] if block["type"] == "actions"]
            if what == "button":
                return buttons[0] if buttons else None
            return text if "Approved by" in text and not buttons else None
        return None

    def test_a_viewer_may_look_and_an_outsider_may_not(self) -> None:
        page = self.browser.context().new_page()
        self.addCleanup(page.context.close)
        world.sign_in(page, self.stack.desk, "Amina Bello")
        page.get_by_role("row").filter(has_text=CALLS[3]).get_by_role("link").click()
        expect(page.get_by_text("You may look at this case, and not decide on it.")).to_be_visible()
        expect(page.get_by_role("button", name="Approve", exact=True)).to_have_count(0)
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
        world.sign_in(page, self.stack.desk, "Musa Danjuma")
        expect(page.get_by_text("You are in none of the groups that may use this desk.")).to_be_visible()

    def test_a_search_and_the_durable_link_open_the_call(self) -> None:
        page = self.page()
        page.goto(f"{self.stack.desk}/queue")
        for wanted in ("dayo.ojo@example.com", "T-desk-3"):
            page.get_by_label("Call, reference or e-mail").fill(wanted)
            page.get_by_role("button", name="Search").click()
            expect(page.get_by_role("link", name=re.compile(CALLS[3]))).to_be_visible()
        page.get_by_label("Call, reference or e-mail").fill(CALLS[3])
        page.get_by_role("button", name="Search").click()
        expect(page).to_have_url(f"{self.stack.about['public_base_url']}/calls/{CALLS[3]}")
        page.get_by_role("button", name="Listen to the recording").click()
        link = page.get_by_role("link", name="Listen at DialNexa")
        expect(link).to_have_attribute("href", re.compile(r"^https://recordings\.dialnexa\.example/"))


if __name__ == "__main__":
    unittest.main()
