"""What has to be looked at again, and by when."""

from datetime import date, timedelta

from courses.facts import Fact, Facts

SOON = timedelta(days=60)


def due(facts: Facts, today: date) -> list[Fact]:
    """Verified facts that are or soon will be past their day, the most urgent first; one without a day is past it."""
    last = today + SOON
    return sorted((one for one in facts.values() if one.verified and _by(one) <= last), key=_by)


def unverified(facts: Facts) -> list[Fact]:
    return sorted((one for one in facts.values() if not one.verified), key=_by)


def _by(fact: Fact) -> date:
    return fact.review_by or date.min
