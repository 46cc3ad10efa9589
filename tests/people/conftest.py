"""A helper of one village, and the people she registers there."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI

from app.accounts import people
from app.accounts.permissions import Role
from app.places import actions as places
from tests.cast import STAFF, Phone
from tests.stocked import database_url

__all__ = ["database_url"]

COMMUNE, ANOTHER = "03160", "03158"


class Helper(Phone):
    """A phone on which somebody of the staff is signed in, and the village she answers for."""

    village = ""

    def register(self, *names: str, family: str = "", **told: str) -> list[str]:
        """Registers these people as a form would; the page that answers, with cards and pictures, is `printed`."""
        page = self.get(f"/admin/people/new{'?family=1' if family else ''}").text
        ids = re.findall(r'name="id" value="([^"]+)"', page)[: len(names)]
        form: dict[str, Any] = {"id": ids, "place": self.village, "speaks": "vi", "household": family}
        form |= {"family": "1"} if family else {}
        for id, name in zip(ids, names, strict=True):
            form |= {f"name-{id}": name, f"face-{id}": "bun"}
            form |= {f"{key}-{id}": value for key, value in told.items()}
        asked = self.post("/admin/people/new", form, 200).text
        agreed = re.search(r'name="yes-[^"]+" value="([^"]+)"', asked)
        assert agreed
        self.printed = self.post("/admin/people", form | {f"yes-{id}": agreed[1] for id in ids}, 200).text
        return ids

    def secrets(self) -> list[str]:
        return re.findall(r'data-card="([^"]+)"', self.printed)

    def pictures(self) -> list[str]:
        return re.findall(r"/static/pictures/pin/(\w+)\.", self.printed)


def helper_of(app: FastAPI, name: str, commune: str, role: Role = Role.HELPER) -> Helper:
    def work(conn: Any) -> str:
        [village] = places.add_villages(conn, commune, people._node(conn), [{"name": f"Bản {name}"}])
        people.add_staff(conn, name, STAFF[1], role, village if role is Role.HELPER else commune)
        return village

    helper = Helper(app)
    helper.village = app.state.writer.call(work)
    helper.post("/staff/sign-in", {"name": name, "passphrase": STAFF[1]})
    return helper


Hire = Callable[..., Helper]


@pytest.fixture
def helper(app: FastAPI) -> Helper:
    return helper_of(app, "Sùng Thị Dung", COMMUNE)


@pytest.fixture
def another(app: FastAPI) -> Helper:
    """A helper of a village elsewhere."""
    return helper_of(app, "Lò Văn Xa", ANOTHER)


@pytest.fixture
def officer(app: FastAPI) -> Helper:
    return helper_of(app, "Cán bộ xã", COMMUNE, Role.OFFICER)
