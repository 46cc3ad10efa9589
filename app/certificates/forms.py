"""What staff write in the forms of certificates, cleaned; what is wrong is said by an interface word a field."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from unicodedata import normalize

from app.accounts.rules import clean_name, is_name
from app.certificates import rules
from app.certificates.issuing import OWN
from app.certificates.rules import Issuing, Rule
from app.core import ids
from app.programmes.programme_forms import Form, number
from courses.languages import LANGUAGES

LONGEST_NAME = 120
WHO = ("class", "place", "person", "earned")


class Choice(NamedTuple):
    """Whom a batch is for, as a page names it: `place:03160`."""

    source: str = ""
    id: str = ""

    @classmethod
    def of(cls, said: str) -> "Choice":
        source, _, id = said.partition(":")
        known = source in WHO and len(id) <= 64 and (source != "person" or ids.is_id(id))
        return cls(source, id) if known else cls()


@dataclass(slots=True)
class Asking(Form):
    """For whom certificates in which course are asked."""

    course: str = ""
    who: str = ""
    programme: str = ""
    lang: str = ""
    template: str = ""

    @property
    def choice(self) -> Choice:
        return Choice.of(self.who)

    def check(
        self, courses: Collection[str], programmes: Collection[str], templates: Collection[str]
    ) -> "Asking":
        self.must("course", self.course in courses, "certificate.choose_course")
        self.must("who", bool(self.choice.source), "certificate.choose_who")
        self.must("programme", self.programme in ("", *programmes), "programme.choose")
        self.must("lang", self.lang in ("", OWN, *LANGUAGES), "programme.choose")
        self.must("template", self.template in ("", *templates), "programme.choose")
        return self


@dataclass(slots=True)
class Correction(Form):
    name: str = ""
    reason: str = ""

    def check(self, before: str) -> "Correction":
        self.name = " ".join(normalize("NFC", self.name).split())
        self.must("name", is_name(self.name) and len(self.name) <= LONGEST_NAME, "certificate.write_name")
        self.must("name", self.name != before, "certificate.same_name")
        self.must("reason", self.reason in rules.REASONS, "certificate.choose_reason")
        return self


@dataclass(slots=True)
class RuleForm(Form):
    id: str = ""
    programme: str = ""
    audience: str = ""
    course: str = ""
    structures: str = ""
    lessons: str = ""
    score: str = ""
    supervised: bool = False
    skills: Sequence[str] = ()
    ended: bool = False

    @classmethod
    def of(cls, rule: Rule) -> "RuleForm":
        return cls(
            id=rule.id, programme=rule.programme, audience=rule.audience, course=rule.course,
            structures=" ".join(rule.structures), lessons=" ".join(rule.lessons), score=str(rule.score or ""),
            supervised=rule.supervised, skills=rule.skills, ended=rule.ended,
        )  # fmt: skip

    def check(self, known: "Known") -> "RuleForm":
        self.id = self.id.strip().lower()
        self.must("id", rules.RULE_ID.fullmatch(self.id) is not None, "rule.write_id")
        self.must("programme", self.programme in ("", *known.programmes), "programme.choose")
        self.must("audience", self.audience in ("", *known.groups), "programme.choose")
        self.must("course", self.course in ("", *known.lessons), "programme.choose")
        lessons = known.lessons.get(self.course, ())
        self.must("lessons", set(self.lessons.split()) <= set(lessons), "rule.write_lessons")
        self.must(
            "structures",
            set(self.structures.split()) <= set(known.structures.get(self.course, ())),
            "rule.write_structures",
        )
        self.must("score", number(self.score or "0", 100) is not None, "rule.write_score")
        self.skills = [one for one in self.skills if one in known.skills]
        return self

    @property
    def rule(self) -> Rule:
        return Rule(
            self.id, self.programme, self.audience, self.course, tuple(self.structures.split()),
            tuple(self.lessons.split()), number(self.score or "0", 100) or 0, self.supervised, tuple(self.skills),
            self.ended,
        )  # fmt: skip


class Known(NamedTuple):
    """What a rule may name: programmes, groups and skills by id; lessons and versions by course."""

    programmes: Collection[str]
    groups: Collection[str]
    skills: Collection[str]
    lessons: Mapping[str, Collection[str]]
    structures: Mapping[str, Collection[str]]


@dataclass(slots=True)
class IssuerForm(Form):
    code: str = ""
    name: str = ""
    second_person: bool = False

    @classmethod
    def of(cls, issuer: Issuing) -> "IssuerForm":
        return cls(code=issuer.code, name=issuer.names["vi"], second_person=issuer.second_person)

    def check(self, sample: str) -> "IssuerForm":
        self.code, self.name = self.code.strip().upper(), clean_name(self.name)
        self.must(
            "code", rules.CODE.fullmatch(self.code) is not None and self.code != sample, "issuer.write_code"
        )
        self.must("name", is_name(self.name), "issuer.write_name")
        return self

    def issuer(self, now: Issuing) -> Issuing:
        return Issuing(self.code, now.sample, {"vi": self.name}, self.second_person)
