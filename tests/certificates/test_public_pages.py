"""What anybody is told of a certificate: by its QR code, its number, its files."""

import pytest
from fastapi import FastAPI

from tests.cast import Phone
from tests.certificates.public_examples import Register, address, snapshot
from tests.page import Page, linted
from tests.stage import app, drawn_pages, library, my

__all__ = ["app", "drawn_pages", "library", "my"]


@pytest.fixture
def register(app: FastAPI) -> Register:
    return Register(app)


def state(page: Page) -> str:
    return page.with_class("standing")[0].attrs["data-state"]


def claim(page: Page, label: int) -> str:
    [found] = [one for one in page.elements if one.attrs.get("data-claim") == str(label)]
    return found.text.strip()


def test_a_scanned_certificate_is_told_in_full(register: Register, my: Phone) -> None:
    said = snapshot()
    made = register.issue(said)
    response = my.get(address(made))
    page = linted(response.text)
    assert state(page) == "valid"
    assert claim(page, 2) == "Lò Thị Mỷ"
