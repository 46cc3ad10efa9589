from tests.stage import app, drawn_pages, library, my, staff

__all__ = ["app", "drawn_pages", "library", "my", "staff"]
