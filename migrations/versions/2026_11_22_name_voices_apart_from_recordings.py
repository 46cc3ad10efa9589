"""name voices apart from recordings

Follows 60f4fc8c9a39.

A migration runs unattended in villages. Before keeping this one:
- Expand, migrate, contract: add beside the old, move, and remove only in a later version.
- It runs in one transaction, on SQLite and on PostgreSQL; change tables inside `op.batch_alter_table`.
- Never touch `entry` or `log_line`. A projection may be dropped and made anew: `banhoc rebuild` refills it.
- Times are `BigInteger` UTC milliseconds, text is `Text`, every new table has `sqlite_strict=True`.
- It goes one way: what went wrong is put right by the next migration.
"""

import sqlalchemy as sa
from alembic import op

revision = "7b39c69ea1a4"
down_revision = "60f4fc8c9a39"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "media_voice",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media_voice")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("media_voice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_media_voice_person_id"), ["person_id"], unique=False)

    with op.batch_alter_table("media_speaker", schema=None) as batch_op:
        batch_op.add_column(sa.Column("voice", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("person_id", sa.Text(), nullable=False, server_default=""))
        batch_op.create_index(batch_op.f("ix_media_speaker_person_id"), ["person_id"], unique=False)
