"""The application with the small course, and the phones of the cast."""

from tests.stage import app, database_url, drawn_pages, library, my, staff, stocked, stranger

__all__ = ["app", "database_url", "drawn_pages", "library", "my", "staff", "stocked", "stranger"]
