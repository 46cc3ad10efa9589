"""What staff may do, and which role gives it. A role is granted at a place and valid there and beneath."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Permission(StrEnum):
    """`scope:resource:action`."""

    PERSON_REGISTER = "people:person:register"
    PERSON_CHANGE = "people:person:change"
    PERSON_IMPORT = "people:person:import"
    PERSON_MERGE = "people:person:merge"
    PIN_RESET = "people:pin:reset"
    CARD_PRINT = "people:card:print"
    HOUSEHOLD_CHANGE = "people:household:change"
    PLACE_CHANGE = "places:place:change"
    CONTACT_CHANGE = "places:contact:change"
    ROLE_GRANT = "staff:role:grant"
    ACCOUNT_CHANGE = "staff:account:change"
    TOTP_RENEW = "staff:totp:renew"
    CLASS_RUN = "classes:class:run"
    ATTENDANCE_TAKE = "classes:attendance:take"
    SKILL_CONFIRM = "classes:skill:confirm"
    PROGRAMME_CHANGE = "programmes:programme:change"
    TEAM_CHANGE = "programmes:team:change"
    EVENT_RUN = "programmes:event:run"
    HOUSEHOLD_RECOGNISE = "programmes:household:recognise"
    RESULT_RECORD = "programmes:result:record"
    REPORT_ANSWER = "help:report:answer"
    LESSON_ANSWER = "content:report:answer"
    REQUEST_HANDLE = "data:request:handle"
    CERTIFICATE_ISSUE = "certificates:certificate:issue"
    CERTIFICATE_APPROVE = "certificates:batch:approve"
    CERTIFICATE_RULE = "certificates:rule:change"
    CERTIFICATE_KEY = "certificates:key:change"
    COURSE_WRITE = "content:course:write"
    WORDS_TRANSLATE = "content:words:translate"
    WORDS_APPROVE = "content:words:approve"
    COURSE_PUBLISH = "content:course:publish"
    ENTRY_LOOK = "system:entry:look"
    NODE_RUN = "system:node:run"


class Role(StrEnum):
    HELPER = "helper"
    TEACHER = "teacher"
    TRANSLATOR = "translator"
    REVIEWER = "reviewer"
    OFFICER = "officer"
    ADMINISTRATOR = "administrator"
    OPERATOR = "operator"


P = Permission
_CLASSES = frozenset({P.CLASS_RUN, P.ATTENDANCE_TAKE, P.SKILL_CONFIRM, P.EVENT_RUN})
_HELPER = _CLASSES | {
    P.PERSON_REGISTER,
    P.PERSON_CHANGE,
    P.PIN_RESET,
    P.CARD_PRINT,
    P.HOUSEHOLD_CHANGE,
    P.REPORT_ANSWER,
}
_OFFICER = _HELPER | {
    P.PERSON_IMPORT,
    P.PERSON_MERGE,
    P.PLACE_CHANGE,
    P.CONTACT_CHANGE,
    P.ROLE_GRANT,
    P.ACCOUNT_CHANGE,
    P.TEAM_CHANGE,
    P.HOUSEHOLD_RECOGNISE,
    P.RESULT_RECORD,
    P.REQUEST_HANDLE,
    P.CERTIFICATE_ISSUE,
}

GIVES: Mapping[Role, frozenset[Permission]] = {
    Role.HELPER: _HELPER,
    Role.TEACHER: _CLASSES | {P.RESULT_RECORD, P.COURSE_WRITE, P.REPORT_ANSWER, P.LESSON_ANSWER},
    Role.TRANSLATOR: frozenset({P.WORDS_TRANSLATE}),
    Role.REVIEWER: frozenset({P.WORDS_TRANSLATE, P.WORDS_APPROVE, P.LESSON_ANSWER}),
    Role.OFFICER: _OFFICER,
    Role.ADMINISTRATOR: frozenset(Permission) - {P.NODE_RUN},
    Role.OPERATOR: frozenset({P.ENTRY_LOOK, P.NODE_RUN}),
}
MAY_GRANT: Mapping[Role, frozenset[Role]] = {
    Role.OFFICER: frozenset({Role.HELPER, Role.TEACHER}),
    Role.ADMINISTRATOR: frozenset(Role),
}
"""Which roles the holder of a role may give, and end, at her place and beneath; nobody else gives any."""


class Grant(NamedTuple):
    role: Role
    place: str


@dataclass(frozen=True, slots=True)
class Officer:
    """A signed-in member of staff, with the roles she holds now."""

    id: str
    name: str
    grants: tuple[Grant, ...] = ()

    def may(self, *permissions: Permission) -> bool:
        """Whether she may do one of these at some place at least."""
        return any(not GIVES[grant.role].isdisjoint(permissions) for grant in self.grants)

    def places(self, permission: Permission) -> tuple[str, ...]:
        """Codes of the places where she may; those beneath are implied: see `places.queries.within`."""
        return tuple(sorted({grant.place for grant in self.grants if permission in GIVES[grant.role]}))

    def granting(self, role: Role) -> tuple[str, ...]:
        """Codes of the places where she may give this role; those beneath are implied."""
        able = {grant.place for grant in self.grants if role in MAY_GRANT.get(grant.role, ())}
        return tuple(sorted(able))

    @property
    def grantable(self) -> tuple[Role, ...]:
        """The roles she may give somewhere, in their order."""
        return tuple(role for role in Role if self.granting(role))
