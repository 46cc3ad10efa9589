"""A passkey in a real browser: its virtual authenticator is asked on http://localhost, as on the machine itself."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from app.accounts.models import Passkey
from tests.cast import STAFF
from tests.walks.learner import until
from tests.walks.lesson_stage import CHROMIUM, PLAIN, phone, violations
from tests.walks.school import School

AUTHENTICATOR = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture
def own(browser: Browser) -> Iterator[Browser]:
    """A browser of its own: an authenticator is the whole browser's, and one used by many tests before has hung on it."""
    found = browser.browser_type.launch(executable_path=CHROMIUM, args=PLAIN)
    yield found
    found.close()


def test_a_passkey_is_made_used_and_removed(dt05: School, own: Browser) -> None:
    with phone(own, f"http://localhost:{dt05.port}") as context:
        page = context.new_page()
        tools = context.new_cdp_session(page)
        tools.send("WebAuthn.enable")
        tools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        page.goto("/staff/sign-in")
        page.fill("[name=name]", STAFF[0])
        page.fill("[name=passphrase]", STAFF[1])
        page.locator("form[action='/staff/sign-in'] .btn").click()
        page.goto("/staff/me")
        making = page.locator("form[data-passkey=make]")
        making.locator("[name=name]").fill("Máy của tôi")
        assert violations(page) == []
        making.locator(".btn").click()
        page.wait_for_url("**/staff/me?done=passkey*")
        expect(page.locator("#passkey-1")).to_have_value("Máy của tôi")
        [made] = dt05.rows(Passkey)
        page.locator("details.menu summary").click()
        page.locator("form[action='/staff/sign-out'] button").click()
        page.wait_for_url("**/staff/sign-in")
        assert violations(page) == []
        page.locator("form[data-passkey=sign] .btn").click()
        page.wait_for_url("**/admin")
        assert dt05.rows(Passkey)[0]["counted"] > made["counted"]
        page.goto("/staff/me")
        page.locator("form[action$='/removal'] .btn").click()
        until(lambda: dt05.rows(Passkey) == [])


def test_where_the_browser_has_none_or_none_is_offered_the_form_is_not_there(
    dt05: School, browser: Browser
) -> None:
    with phone(browser, dt05.address) as context:
        page = context.new_page()
        page.goto("/staff/sign-in")
        expect(page.locator("[data-passkey]")).to_have_count(0)
    with phone(browser, f"http://localhost:{dt05.port}", java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/staff/sign-in")
        expect(page.locator("[data-passkey]")).to_be_hidden()
