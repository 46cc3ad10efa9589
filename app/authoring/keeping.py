"""What the workshop keeps of persons: under which name somebody's voice was recorded."""

from app.authoring import media_queries
from app.authoring.media_models import MediaSpeaker, MediaVoice
from app.core import erasing


def register() -> None:
    erasing.room("authoring", media_queries.export, (MediaVoice, MediaSpeaker))
