"""Raw forms to clean values, or the interface words that say how to mend them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.accounts import rules
from app.core import ids


@dataclass(slots=True)
class Profile:
    """What somebody gives to be remembered by. `errors` holds an interface word by field."""

    name: str = ""
    face: str = ""
    consent: str = ""
    guest: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    def check(self, agreed: Sequence[str]) -> "Profile":
        """`agreed` are the sentences one can have agreed to."""
        self.name = rules.clean_name(self.name)
        self.guest = self.guest if ids.is_id(self.guest) else ""
        wrong = {
            "face": (not rules.is_face(self.face), "who.choose_face"),
            "name": (not rules.is_name(self.name), "who.write_name"),
            "consent": (self.consent not in agreed, "who.say_yes"),
        }
        self.errors = {name: word for name, (is_wrong, word) in wrong.items() if is_wrong}
        return self


def pressed(so_far: Sequence[str], press: str) -> list[str]:
    """The pictures pressed until now, each one of ours; a press of `back` takes the last away."""
    taken = [picture for picture in so_far if picture in rules.PIN_PICTURES][: rules.PIN_LENGTH]
    if press == "back":
        return taken[:-1]
    return [*taken, press][: rules.PIN_LENGTH] if press in rules.PIN_PICTURES else taken


def local(path: str) -> str:
    """A path of this site to go on to, or home."""
    ours = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if ours else "/"
