"""add programmes, teams, markets, events and households' checks

Follows 3944eaef2d26.

A migration runs unattended in villages. Before keeping this one:
- Expand, migrate, contract: add beside the old, move, and remove only in a later version.
- It runs in one transaction, on SQLite and on PostgreSQL; change tables inside `op.batch_alter_table`.
- Never touch `entry` or `log_line`. A projection may be dropped and made anew: `banhoc rebuild` refills it.
- Times are `BigInteger` UTC milliseconds, text is `Text`, every new table has `sqlite_strict=True`.
- It goes one way: what went wrong is put right by the next migration.
"""

import sqlalchemy as sa
from alembic import op

revision = "4cb549a2cead"
down_revision = "3944eaef2d26"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "criteria_set",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("criteria", sa.Text(), nullable=False),
        sa.Column("needed", sa.Integer(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criteria_set")),
        sqlite_strict=True,
    )
    op.create_table(
        "elsewhere",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("course", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_elsewhere")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("elsewhere", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_elsewhere_course"), ["course"], unique=False)
        batch_op.create_index(batch_op.f("ix_elsewhere_person_id"), ["person_id"], unique=False)

    op.create_table(
        "event",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("course", sa.Text(), nullable=False),
        sa.Column("from_day", sa.Text(), nullable=False),
        sa.Column("to_day", sa.Text(), nullable=False),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("set_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_place"), ["place"], unique=False)

    op.create_table(
        "event_joined",
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("set_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", "person_id", name=op.f("pk_event_joined")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("event_joined", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_joined_person_id"), ["person_id"], unique=False)

    op.create_table(
        "household_check",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("household_id", sa.Text(), nullable=False),
        sa.Column("met", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household_check")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("household_check", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_household_check_household_id"), ["household_id"], unique=False)

    op.create_table(
        "market",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("set_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_market")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("market", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_market_place"), ["place"], unique=False)

    op.create_table(
        "programme_set",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("targets", sa.Text(), nullable=False),
        sa.Column("until", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("set_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_set")),
        sqlite_strict=True,
    )
    op.create_table(
        "stall",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("market_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sells", sa.Text(), nullable=False),
        sa.Column("cashless", sa.Boolean(), nullable=False),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("set_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stall")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("stall", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stall_market_id"), ["market_id"], unique=False)

    op.create_table(
        "team",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("members", sa.Text(), nullable=False),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("set_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("team", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_team_place"), ["place"], unique=False)

    op.create_table(
        "visit",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("team_id", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("others", sa.Integer(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_place"), ["place"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_team_id"), ["team_id"], unique=False)

    op.create_table(
        "visit_helped",
        sa.Column("visit_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("visit_id", "person_id", name=op.f("pk_visit_helped")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("visit_helped", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_helped_person_id"), ["person_id"], unique=False)
