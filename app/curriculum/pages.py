"""The files that lessons show and play."""

from functools import lru_cache

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response

from app.accounts.guards import Public
from app.core.errors import NotFound
from app.curriculum.shelf import MEDIA, TYPES, Shelf
from app.web.stored import IMMUTABLE, Stored

IN_MEMORY = 64 * 1024

router = APIRouter()


@router.get(f"{MEDIA}{{name}}", dependencies=[Public])
def media(name: str, request: Request) -> Response:
    shelf: Shelf = request.app.state.shelf
    held = shelf.media.get(name)
    media_type = TYPES.get(name.rpartition(".")[2])
    if held is None or media_type is None:
        raise NotFound("There is no such file here.")
    if held.size > IN_MEMORY:
        headers = {"Cache-Control": IMMUTABLE, "X-Content-Type-Options": "nosniff"}
        return FileResponse(shelf.blobs.path(held.sha256), media_type=media_type, headers=headers)
    asked = request.headers
    status, headers_, body = _stored(shelf, held.sha256, media_type).answer(
        asked.get("accept-encoding", "").encode(), asked.get("if-none-match", "").encode()
    )
    response = Response(body, status)
    response.raw_headers = headers_
    return response


@lru_cache(maxsize=2048)
def _stored(shelf: Shelf, sha256: str, media_type: str) -> Stored:
    return Stored(shelf.blobs.get(sha256), media_type)
