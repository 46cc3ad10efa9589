"""Sound and pictures on their way into a course, and who lends her voice."""

from typing import ClassVar

from sqlalchemy import BigInteger, Text
from sqlmodel import Field

from app.core.models import Record


class MediaWork(Record, table=True):
    """A file somebody sent: `state` is waiting, working, done, refused (`why`) or stopped; `done` in per cent.

    Until it is done the file lies in `uploads/` beside the database under its `id`. `name` is what it will be called in
    the lesson, without the ending; `told` is JSON, what was said of it.
    """

    __tablename__: ClassVar[str] = "media_work"

    id: str = Field(primary_key=True)
    course: str = Field(index=True)
    lesson: str
    kind: str
    name: str
    told: str = Field(sa_type=Text)
    state: str = Field(default="waiting", index=True)
    done: int = 0
    why: str = ""
    by: str
    made_at: int = Field(sa_type=BigInteger)


class MediaVoice(Record, table=True):
    """Whose voice is recorded. Recordings, and all that is published of them, name the `id` alone, so that the name can go.

    `person_id` is her record here, "" where she has none.
    """

    __tablename__: ClassVar[str] = "media_voice"

    id: str = Field(primary_key=True)
    person_id: str = Field(default="", index=True)
    name: str
    at: int = Field(sa_type=BigInteger)


class MediaSpeaker(Record, table=True):
    """Who speaks what a member of staff records in a language: asked once, kept with each recording as `voice`."""

    __tablename__: ClassVar[str] = "media_speaker"

    staff: str = Field(primary_key=True)
    lang: str = Field(primary_key=True)
    name: str
    group: str
    consent: str
    at: int = Field(sa_type=BigInteger)
    voice: str = ""
    person_id: str = Field(default="", index=True)
