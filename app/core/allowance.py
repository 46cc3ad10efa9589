"""How much one may ask for: so many at once, and then one at a time. In memory, for what a restart may forget."""

from collections import OrderedDict
from threading import Lock

from app.core import clock

REMEMBERED = 10_000


class Allowance:
    """`burst` at once for everybody, and one more every `every` milliseconds."""

    def __init__(self, burst: int, every: int) -> None:
        self.burst, self.every = burst, every
        self._used_until: OrderedDict[str, int] = OrderedDict()
        """By who asks, when all of it is there again."""
        self._taking = Lock()

    def take(self, who: str) -> bool:
        """Whether `who` may have one more now; it is taken then."""
        now = clock.now()
        with self._taking:
            until = max(self._used_until.get(who, 0), now) + self.every
            if until > now + self.burst * self.every:
                return False
            self._used_until[who] = until
            self._used_until.move_to_end(who)
            if len(self._used_until) > REMEMBERED:
                self._used_until.popitem(last=False)
        return True
