"""What other programs may ask, to read and as OpenAPI: for staff, or for anybody where it is a demonstration."""

from dataclasses import replace

import pytest
from fastapi import FastAPI

from tests.cast import Phone, Staff


@pytest.mark.only_on("sqlite")
def test_it_works(staff: Staff) -> None:
    page = staff.get("/docs").text
    assert "GET /api/v1/places" in page and "former_district_unverified" in page
    schema = staff.get("/openapi.json").json()
    assert set(schema["paths"]) == {"/api/v1/places"}
    assert set(schema["components"]["schemas"]) == {"PlaceOut"}


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("path", ["/docs", "/openapi.json"])
def test_it_is_for_staff_unless_it_is_a_demonstration(app: FastAPI, my: Phone, path: str) -> None:
    assert my.get(path, 303).headers["location"] == "/staff/sign-in"
    app.state.settings = replace(app.state.settings, demo=True)
    my.get(path)
