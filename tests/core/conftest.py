import pytest

from app.core import ledger


@pytest.fixture(autouse=True)
def no_rooms(monkeypatch: pytest.MonkeyPatch) -> None:
    """The floor by itself: nobody has registered what to make of an entry."""
    for registry, empty in (("_handlers", {}), ("_checks", {}), ("_projections", [])):
        monkeypatch.setattr(ledger, registry, empty)
