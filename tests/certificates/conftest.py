"""The application with the small course, and the phones of the cast."""

from tests.stage import app, drawn_pages, library, my, staff, stranger

__all__ = ["app", "drawn_pages", "library", "my", "staff", "stranger"]
