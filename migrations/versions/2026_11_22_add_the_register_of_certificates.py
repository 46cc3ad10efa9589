"""add the register of certificates

Follows 9e9a67cbff73.

A migration runs unattended in villages. Before keeping this one:
- Expand, migrate, contract: add beside the old, move, and remove only in a later version.
- It runs in one transaction, on SQLite and on PostgreSQL; change tables inside `op.batch_alter_table`.
- Never touch `entry` or `log_line`. A projection may be dropped and made anew: `banhoc rebuild` refills it.
- Times are `BigInteger` UTC milliseconds, text is `Text`, every new table has `sqlite_strict=True`.
- It goes one way: what went wrong is put right by the next migration.
"""

import sqlalchemy as sa
from alembic import op

revision = "6eb44cb567b4"
down_revision = "9e9a67cbff73"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "certificate",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("course", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("batch_id", sa.Text(), nullable=False),
        sa.Column("replaces", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("code", "year", "seq", name=op.f("uq_certificate_code_year_seq")),
        sa.UniqueConstraint("number", name=op.f("uq_certificate_number")),
        sa.UniqueConstraint("status", name=op.f("uq_certificate_status")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_certificate_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_certificate_course"), ["course"], unique=False)
        batch_op.create_index(batch_op.f("ix_certificate_place"), ["place"], unique=False)
        batch_op.create_index(batch_op.f("ix_certificate_replaces"), ["replaces"], unique=False)

    op.create_table(
        "certificate_batch",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("course", sa.Text(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("lang", sa.Text(), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("second", sa.Boolean(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_batch")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("certificate_batch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_certificate_batch_place"), ["place"], unique=False)

    op.create_table(
        "certificate_carrier",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("cose", sa.LargeBinary(), nullable=False),
        sa.Column("badge", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_carrier")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("certificate_carrier", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_certificate_carrier_key"), ["key"], unique=False)
        batch_op.create_index(batch_op.f("ix_certificate_carrier_person_id"), ["person_id"], unique=False)

    op.create_table(
        "certificate_correction",
        sa.Column("batch_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("certificate_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("batch_id", name=op.f("pk_certificate_correction")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("certificate_correction", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_certificate_correction_certificate_id"), ["certificate_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_certificate_correction_person_id"), ["person_id"], unique=False)

    op.create_table(
        "certificate_decision",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("batch_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_decision")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("certificate_decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_certificate_decision_batch_id"), ["batch_id"], unique=False)

    op.create_table(
        "certificate_earned",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("course", sa.Text(), nullable=False),
        sa.Column("structure", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("set_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "course", name=op.f("pk_certificate_earned")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("certificate_earned", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_certificate_earned_place"), ["place"], unique=False)

    op.create_table(
        "certificate_holder",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("hers", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_holder")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("certificate_holder", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_certificate_holder_person_id"), ["person_id"], unique=False)

    op.create_table(
        "certificate_issuer",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("set_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_issuer")),
        sqlite_strict=True,
    )
    op.create_table(
        "certificate_job",
        sa.Column("batch_id", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("batch_id", name=op.f("pk_certificate_job")),
        sqlite_strict=True,
    )
    op.create_table(
        "certificate_key",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("public", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_key")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("certificate_key", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_certificate_key_key"), ["key"], unique=False)

    op.create_table(
        "certificate_member",
        sa.Column("batch_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("certificate_id", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("batch_id", "person_id", name=op.f("pk_certificate_member")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("certificate_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_certificate_member_person_id"), ["person_id"], unique=False)

    op.create_table(
        "certificate_printed",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("certificate_id", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("sha", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_printed")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("certificate_printed", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_certificate_printed_certificate_id"), ["certificate_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_certificate_printed_sha"), ["sha"], unique=False)

    op.create_table(
        "certificate_revoked",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("certificate_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_revoked")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("certificate_revoked", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_certificate_revoked_certificate_id"), ["certificate_id"], unique=False
        )

    op.create_table(
        "certificate_rule",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("set_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_rule")),
        sqlite_strict=True,
    )
    op.create_table(
        "certificate_template",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("set_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", "version", name=op.f("pk_certificate_template")),
        sqlite_strict=True,
    )
