"""hosts put off, the schedule's claims, alerts, templates; what runs measured; provenance."""

from urllib.parse import urlsplit

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_CHUNK = 1000


def upgrade() -> None:
    with op.batch_alter_table("run", schema=None) as batch_op:
        batch_op.add_column(sa.Column("pid_started", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("measures", sa.Text(), server_default="{}", nullable=False))
    with op.batch_alter_table("revision", schema=None) as batch_op:
        batch_op.add_column(sa.Column("modified_at", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("section", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("tags", sa.Text(), server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("provenance", sa.Text(), server_default="{}", nullable=False))
    with op.batch_alter_table("link", schema=None) as batch_op:
        batch_op.add_column(sa.Column("host", sa.Text(), server_default="", nullable=False))
    _fill_hosts()
    op.create_table(
        "host",
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("put_off_until", sa.Text(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reason_text", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_host")),
    )
    op.create_table(
        "tick",
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("due_at", sa.Text(), nullable=False),
        sa.Column("claimed_at", sa.Text(), nullable=False),
        sa.Column("claimed_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("job", name=op.f("pk_tick")),
    )
    op.create_table(
        "lock",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("until", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lock")),
    )
    op.create_table(
        "alert",
        sa.Column("source_key", sa.Text(), nullable=False),
        sa.Column("monitor", sa.Text(), nullable=False),
        sa.Column("since", sa.Text(), nullable=False),
        sa.Column("told_at", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("source_key", "monitor", name=op.f("pk_alert")),
    )
    op.create_table(
        "template",
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("learned_at", sa.Text(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("recent", sa.Text(), server_default="[]", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("host", "version", name=op.f("pk_template")),
    )


def _fill_hosts() -> None:
    """Give links of before their hosts; urlsplit is what the ledger uses for new ones, too."""
    link = sa.table("link", sa.column("id", sa.BigInteger), sa.column("url", sa.Text), sa.column("host", sa.Text))
    connection = op.get_bind()
    fill = sa.update(link).where(link.c.id == sa.bindparam("link_id")).values(host=sa.bindparam("its_host"))
    last = 0
    while rows := connection.execute(
        sa.select(link.c.id, link.c.url).where(link.c.id > last).order_by(link.c.id).limit(_CHUNK)
    ).all():
        connection.execute(fill, [{"link_id": row.id, "its_host": _host(row.url)} for row in rows])
        last = rows[-1].id


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:  # an item without a usable address
        return ""


def downgrade() -> None:
    for table in ("template", "alert", "lock", "tick", "host"):
        op.drop_table(table)
    for table, columns in (
        ("link", ("host",)),
        ("revision", ("provenance", "tags", "section", "modified_at")),
        ("run", ("measures", "pid_started")),
    ):
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in columns:
                batch_op.drop_column(column)
