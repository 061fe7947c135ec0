"""Staff, follow-up and publishing."""

import sqlalchemy as sa
from alembic import op

import db.base

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "heartbeat",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("at", db.base.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_heartbeat")),
    )
    op.create_table(
        "knowledge_version",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_version")),
    )
    op.create_table(
        "programme",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", db.base.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme")),
    )
    op.create_table(
        "send_rate",
        sa.Column("bot_id", sa.BigInteger(), nullable=False),
        sa.Column("free_at", db.base.Instant(timezone=True), nullable=False),
        sa.Column("hold_until", db.base.Instant(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("bot_id", name=op.f("pk_send_rate")),
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("email", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("totp_secret", sa.String(length=64), nullable=True),
        sa.Column("totp_step", sa.BigInteger(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failed_at", db.base.Instant(timezone=True), nullable=True),
        sa.Column("looked_at", db.base.Instant(timezone=True), nullable=True),
        sa.Column("created_at", db.base.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("email", name=op.f("uq_staff_email")),
    )
    op.create_table(
        "audit_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", db.base.Instant(timezone=True), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=True),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("about", sa.String(length=80), nullable=True),
        sa.Column("why", sa.String(length=200), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_audit_event_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
    )
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_event_about"), ["about"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_event_at"), ["at"], unique=False)

    op.create_table(
        "call_back",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("address_id", sa.BigInteger(), nullable=True),
        sa.Column("first_name", sa.String(length=40), nullable=True),
        sa.Column("phone", sa.String(length=24), nullable=True),
        sa.Column("wanted", sa.String(length=80), nullable=True),
        sa.Column("lang", sa.String(length=8), nullable=False),
        sa.Column("created_at", db.base.Instant(timezone=True), nullable=False),
        sa.Column("done_at", db.base.Instant(timezone=True), nullable=True),
        sa.Column("done_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["address_id"], ["address.id"], name=op.f("fk_call_back_address_id")
        ),
        sa.ForeignKeyConstraint(["done_by"], ["staff.id"], name=op.f("fk_call_back_done_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_back")),
        sqlite_autoincrement=True,  # the log speaks of deleted ones by number
    )
    with op.batch_alter_table("call_back", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_call_back_address_id"), ["address_id"], unique=False)

    op.create_table(
        "code_try",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("address_id", sa.BigInteger(), nullable=False),
        sa.Column("at", db.base.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["address_id"], ["address.id"], name=op.f("fk_code_try_address_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_try")),
    )
    with op.batch_alter_table("code_try", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_code_try_address_id"), ["address_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_code_try_at"), ["at"], unique=False)

    op.create_table(
        "enrolment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("programme_id", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("first_name", sa.String(length=40), nullable=True),
        sa.Column("address_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("link_hash", sa.String(length=64), nullable=True),
        sa.Column("code_hash", sa.String(length=64), nullable=True),
        sa.Column("code_expires_at", db.base.Instant(timezone=True), nullable=True),
        sa.Column("check_number", sa.String(length=4), nullable=True),
        sa.Column("joined_at", db.base.Instant(timezone=True), nullable=True),
        sa.Column("confirmed_at", db.base.Instant(timezone=True), nullable=True),
        sa.Column("left_at", db.base.Instant(timezone=True), nullable=True),
        sa.Column("ended_at", db.base.Instant(timezone=True), nullable=True),
        sa.Column("created_at", db.base.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["address_id"], ["address.id"], name=op.f("fk_enrolment_address_id")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_enrolment_programme_id")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_enrolment_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_enrolment_code_hash")),
        sa.UniqueConstraint("link_hash", name=op.f("uq_enrolment_link_hash")),
    )
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_enrolment_address_id"), ["address_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_enrolment_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "entry_edit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("base_hash", sa.String(length=64), nullable=True),
        sa.Column("staff_id", sa.BigInteger(), nullable=True),
        sa.Column("at", db.base.Instant(timezone=True), nullable=False),
        sa.Column("published_at", db.base.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_entry_edit_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_edit")),
        sa.UniqueConstraint("slug", "number", name=op.f("uq_entry_edit_slug_number")),
    )
    with op.batch_alter_table("entry_edit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_entry_edit_state"), ["state"], unique=False)

    op.create_table(
        "sign_in_link",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", db.base.Instant(timezone=True), nullable=False),
        sa.Column("used_at", db.base.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_sign_in_link_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_link_token_hash")),
    )
    with op.batch_alter_table("sign_in_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_link_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "staff_session",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("csrf", sa.String(length=64), nullable=False),
        sa.Column("second_factor", sa.Boolean(), nullable=False),
        sa.Column("created_at", db.base.Instant(timezone=True), nullable=False),
        sa.Column("seen_at", db.base.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_session_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_staff_session_token_hash")),
    )
    with op.batch_alter_table("staff_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_session_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "unanswered",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("lang", sa.String(length=8), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("signpost", sa.String(length=64), nullable=True),
        sa.Column("near", sa.JSON(), nullable=False),
        sa.Column("origins", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("handled_at", db.base.Instant(timezone=True), nullable=True),
        sa.Column("handled_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["handled_by"], ["staff.id"], name=op.f("fk_unanswered_handled_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unanswered")),
    )
    with op.batch_alter_table("unanswered", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unanswered_day"), ["day"], unique=False)
        batch_op.create_index(batch_op.f("ix_unanswered_key"), ["key"], unique=False)

    op.create_table(
        "appointment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("enrolment_id", sa.BigInteger(), nullable=False),
        sa.Column("wall", sa.String(length=16), nullable=False),
        sa.Column("zone", sa.String(length=40), nullable=False),
        sa.Column("starts_at", db.base.Instant(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("answer", sa.String(length=10), nullable=True),
        sa.Column("answered_at", db.base.Instant(timezone=True), nullable=True),
        sa.Column("seen_at", db.base.Instant(timezone=True), nullable=True),
        sa.Column("created_at", db.base.Instant(timezone=True), nullable=False),
        sa.Column("cancelled_at", db.base.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_appointment_enrolment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
        sqlite_autoincrement=True,  # the log speaks of deleted ones by number
    )
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_appointment_enrolment_id"), ["enrolment_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_appointment_starts_at"), ["starts_at"], unique=False)

    with op.batch_alter_table("address", schema=None) as batch_op:
        batch_op.add_column(sa.Column("paused_at", db.base.Instant(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("hold_until", db.base.Instant(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("erased_at", db.base.Instant(timezone=True), nullable=True))

    # The numbers of deleted messages are not given again: a late sender may still hold one.
    counting = {"sqlite_autoincrement": True}
    with op.batch_alter_table("outbox", schema=None, table_kwargs=counting) as batch_op:
        batch_op.add_column(sa.Column("staff_id", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("about", sa.String(length=80), nullable=True))
        batch_op.add_column(sa.Column("fence", sa.BigInteger(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("ended_at", db.base.Instant(timezone=True), nullable=True))
        batch_op.alter_column("address_id", existing_type=sa.BIGINT(), nullable=True)
        batch_op.create_index(batch_op.f("ix_outbox_about"), ["about"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_outbox_staff_id"), "staff", ["staff_id"], ["id"])

    with op.batch_alter_table("slot", schema=None) as batch_op:
        batch_op.add_column(sa.Column("place", sa.String(length=120), nullable=True))
        batch_op.add_column(
            sa.Column("cancelled_at", db.base.Instant(timezone=True), nullable=True)
        )


def downgrade() -> None:
    op.execute("DELETE FROM outbox WHERE address_id IS NULL")
    with op.batch_alter_table("slot", schema=None) as batch_op:
        batch_op.drop_column("cancelled_at")
        batch_op.drop_column("place")

    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_outbox_staff_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_outbox_about"))
        batch_op.alter_column("address_id", existing_type=sa.BIGINT(), nullable=False)
        batch_op.drop_column("ended_at")
        batch_op.drop_column("fence")
        batch_op.drop_column("about")
        batch_op.drop_column("staff_id")

    with op.batch_alter_table("address", schema=None) as batch_op:
        batch_op.drop_column("erased_at")
        batch_op.drop_column("hold_until")
        batch_op.drop_column("paused_at")

    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_appointment_starts_at"))
        batch_op.drop_index(batch_op.f("ix_appointment_enrolment_id"))

    op.drop_table("appointment")
    with op.batch_alter_table("unanswered", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_unanswered_key"))
        batch_op.drop_index(batch_op.f("ix_unanswered_day"))

    op.drop_table("unanswered")
    with op.batch_alter_table("staff_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staff_session_staff_id"))

    op.drop_table("staff_session")
    with op.batch_alter_table("sign_in_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_link_staff_id"))

    op.drop_table("sign_in_link")
    with op.batch_alter_table("entry_edit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_entry_edit_state"))

    op.drop_table("entry_edit")
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_enrolment_staff_id"))
        batch_op.drop_index(batch_op.f("ix_enrolment_address_id"))

    op.drop_table("enrolment")
    with op.batch_alter_table("code_try", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_code_try_at"))
        batch_op.drop_index(batch_op.f("ix_code_try_address_id"))

    op.drop_table("code_try")
    with op.batch_alter_table("call_back", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_call_back_address_id"))

    op.drop_table("call_back")
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_event_at"))
        batch_op.drop_index(batch_op.f("ix_audit_event_about"))

    op.drop_table("audit_event")
    op.drop_table("staff")
    op.drop_table("send_rate")
    op.drop_table("programme")
    op.drop_table("knowledge_version")
    op.drop_table("heartbeat")
