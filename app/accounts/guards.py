"""The dependencies that name who may. Every route has one of them, or says `Public`."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any, TypeVar

from fastapi import Depends, HTTPException
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from app.accounts import actions, cookies, queries
from app.accounts.permissions import Officer, Permission
from app.accounts.queries import Face, Viewer
from app.core import clock
from app.web.sessions import Read, writer_of

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Phone:
    """The browser a request comes from; it has a row from its first writing on."""

    id: str
    token: str
    request: Request

    def write(self, work: Callable[[Connection], T]) -> T:
        """Does `work` in a transaction; durable when this returns."""
        return writer_of(self.request).call(work)

    def see(self, path: str, said: bool = False) -> Response:
        """On to another page; `said` when it was said who is there."""
        return self.stamp(RedirectResponse(path, 303), said)

    def stamp(self, response: Response, said: bool = False) -> Response:
        """Renews the phone's cookie; also that somebody is there, unless that is just being asked."""
        cookies.remember(self.request, response, self.token)
        if said or not viewer_of(self.request).asked:
            cookies.stay_awake(self.request, response)
        return response


def seen(request: Request, response: Response) -> Response:
    """Renews the cookies of a phone that has them, with a page that writes nothing."""
    viewed = viewer_of(request)
    return (
        Phone(viewed.device, cookies.token(request), request).stamp(response) if viewed.device else response
    )


def reading(db: Read) -> Connection:
    return db.connection()


def viewer(request: Request, conn: "Reading") -> Viewer:
    request.state.viewer = queries.viewer(conn, *_sent(request))
    return viewer_of(request)


def viewer_of(request: Request) -> Viewer:
    """Who looks, asked once a request; for handlers that hold no session of their own."""
    if not hasattr(request.state, "viewer"):
        with request.app.state.database.read() as session:
            request.state.viewer = queries.viewer(session.connection(), *_sent(request))
    found: Viewer = request.state.viewer
    return found


def _sent(request: Request) -> tuple[str, bool]:
    return cookies.hashed(cookies.token(request)), cookies.awake(request)


def shown(request: Request) -> Face | None:
    """Whose face and name stand on every page."""
    return viewer_of(request).registered


def path_of(request: Request) -> str:
    """The order of courses chosen by who looks: a guest's is kept by her phone."""
    viewed = viewer_of(request)
    return viewed.path if viewed.registered else cookies.path(request)


def phone(request: Request, viewed: "Viewing") -> Phone:
    return phone_of(request)


def phone_of(request: Request) -> Phone:
    token = cookies.token(request) or cookies.new_token()
    id = viewer_of(request).device
    if not id:
        id = writer_of(request).call(lambda conn: actions.device(conn, cookies.hashed(token)))
    return Phone(id, token, request)


def staff(request: Request, conn: "Reading") -> Officer:
    """A signed-in member of staff, whatever she may; anybody else is led to the door."""
    token = cookies.token(request, cookies.STAFF)
    found = queries.staff_of(conn, cookies.hashed(token), clock.now()) if token else None
    if found is None:
        raise HTTPException(303, headers={"Location": "/staff/sign-in"})
    return found


@dataclass(frozen=True)
class May:
    """A member of staff who may do one of these at some place; to anybody else of the staff there is no such page.

    At which place is for the query that finds the row: it takes the officer.
    """

    permissions: tuple[Permission, ...]

    async def __call__(self, officer: "StaffMember") -> Officer:
        if not officer.may(*self.permissions):
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return officer


def may(*permissions: Permission) -> Any:
    """`officer: Annotated[Officer, may(Permission.CLASS_RUN)]`; of several permissions one is enough."""
    return Depends(May(permissions))


async def public() -> None:
    """The word for a page that is for everybody."""


Reading = Annotated[Connection, Depends(reading)]
Viewing = Annotated[Viewer, Depends(viewer)]
Here = Annotated[Phone, Depends(phone)]
StaffMember = Annotated[Officer, Depends(staff)]
Public = Depends(public)
GUARDS = frozenset({viewer, phone, staff, public})
