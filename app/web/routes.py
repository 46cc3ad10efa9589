"""Some hundred routes, of which a request is held against a few."""

from collections import defaultdict
from collections.abc import Iterable

from starlette.routing import BaseRoute, Match, Route
from starlette.types import Receive, Scope, Send

CHOSEN = "banhoc.route"


class ByFirstWord(BaseRoute):
    """Routes by the first word of their path; those that begin with a parameter come after all others."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._open: list[Route] = []
        self._by_word: defaultdict[str, list[Route]] = defaultdict(list)
        for route in routes:
            word = _first(route.path)
            (self._open if word.startswith("{") else self._by_word[word]).append(route)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        found: tuple[Match, Scope] = (Match.NONE, {})
        for route in (*self._by_word.get(_first(scope["path"]), ()), *self._open):
            match, told = route.matches(scope)
            if match.value > found[0].value:
                found = match, {**told, CHOSEN: route}
            if match is Match.FULL:
                break
        return found

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await scope[CHOSEN].handle(scope, receive, send)


def _first(path: str) -> str:
    return path.split("/", 2)[1] if path.startswith("/") else ""
