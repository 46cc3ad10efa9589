"""Why a file of somebody's telephone is not taken."""


class NotTaken(Exception):
    """`reason` is too-large, unreadable, svg, silent, too-long, too-slow or stopped."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
