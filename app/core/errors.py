"""Errors of the domain; none of them knows of HTTP. Each message is one sentence that says how to mend it."""


class BanHocError(Exception):
    """Every error this program raises on purpose."""


class Misconfigured(BanHocError):
    """A setting is wrong or unknown: the program does not start."""


class Unavailable(BanHocError):
    """Nothing was saved: the disk is full, the database is locked or unreachable. Try again later."""


class NotFound(BanHocError):
    """There is no such thing, or it is not for this viewer: the two look alike."""


class MakesNoSense(BanHocError):
    """An entry that cannot be meant: its message is a short reason code such as `unknown-question`."""


class Told(BanHocError):
    """What was asked for cannot be had; `key` is the interface word that says why, `said` what is filled into it."""

    key = ""

    def __init__(self, message: str, **said: str) -> None:
        super().__init__(message)
        self.said = said


class Broken(BanHocError):
    """What is stored does not agree with itself: a chain or a file was changed behind our back."""


class NotProjected(BanHocError):
    """A room's handler failed on entries: a mistake of ours, not of whoever sent them."""
