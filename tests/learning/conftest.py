"""The tests here begin with the communes and the small course."""

from tests.stocked import database_url

__all__ = ["database_url"]
