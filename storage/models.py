"""The tables of the archive; each column says what null means and who writes it.

Times are UTC text (`storage.types.UtcTime`), JSON columns hold text that `storage` alone reads and writes.
Views promised to downstream programs are in `storage/views.py`.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, MetaData, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from storage.types import UtcTime

# SQLite gives an INTEGER PRIMARY KEY its rowid; PostgreSQL wants 64 bits said out loud.
BigKey = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    """All tables, with names for constraints so that migrations can name them too."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {str: Text, datetime: UtcTime}  # noqa: RUF012  # SQLAlchemy's own form


class RunRow(Base):
    """One crawl of one source. Written by crawler/run.py: at the start, at each batch, at the end."""

    __tablename__ = "run"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    source_key: Mapped[str]
    spider: Mapped[str]
    state: Mapped[str]  # running, ok, degraded, failed
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]  # null: still running, or killed
    host: Mapped[str]  # machine and boot, to tell whether `pid` still means this process
    pid: Mapped[int]
    pid_started: Mapped[int | None] = mapped_column(
        BigInteger
    )  # the process's start in clock ticks since boot: a number may be given out again; null: the system does not tell
    counts: Mapped[str]  # JSON object: seen, new, stored, duplicate, rejected, failed, gone ...
    problems: Mapped[str]  # JSON list of texts: why the run is not ok
    measures: Mapped[str] = mapped_column(server_default="{}")  # JSON object: peak_memory_bytes, cpu_seconds, bytes ...


class SourceStateRow(Base):
    """What a source's list looked like at the last visit. Written with the links of that visit."""

    __tablename__ = "source_state"

    source_key: Mapped[str] = mapped_column(primary_key=True)
    list_url: Mapped[str] = mapped_column(primary_key=True)
    etag: Mapped[str | None]  # null: the server gave none
    last_modified: Mapped[str | None]  # null: the server gave none; the field's text, unread
    body_digest: Mapped[str | None]  # null: never read whole; equal digest: nothing to do
    checked_at: Mapped[datetime]
    changed_at: Mapped[datetime | None]  # null: never seen to change
    resume_url: Mapped[str | None]  # null: no visit was cut while paging back; else the page to go on from
    resume_since: Mapped[datetime | None]  # when that visit began: links found since then do not count as seen before
    interval_s: Mapped[int]  # seconds until the next poll is worth it; adapts to how often the list changes


class CaptureRow(Base):
    """One HTTP response in a WARC file. Written before anything points at it."""

    __tablename__ = "capture"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    url: Mapped[str]
    fetched_at: Mapped[datetime]
    status: Mapped[int]
    media_type: Mapped[str]
    file: Mapped[str]  # name in the captures folder, without ".open"
    offset: Mapped[int] = mapped_column(BigInteger)
    length: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str]
    revisit_of: Mapped[int | None] = mapped_column(ForeignKey("capture.id"))  # null: the body is in this record

    __table_args__ = (Index("ix_capture_digest", "digest"),)


class LinkRow(Base):
    """One URL that a source showed: the ledger, for ever. Written by storage/ledger.py alone."""

    __tablename__ = "link"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    source_key: Mapped[str]
    url: Mapped[str]  # as seen, or LIST_URL#item=DIGEST for an item without a usable address
    host: Mapped[str] = mapped_column(server_default="")  # of `url`, in lower case: one slow host must not fill a lease
    identity: Mapped[str]  # storage.urls.identity: the same for all addresses of one article
    kind: Mapped[str]
    state: Mapped[str]
    reason: Mapped[str | None]  # null: never refused
    reason_text: Mapped[str | None]
    attempts: Mapped[int]
    discovered_at: Mapped[datetime]
    seen_at: Mapped[datetime]  # when the hints were read; relative times count from it
    next_try_at: Mapped[datetime | None]  # null: nothing more to do, or leased
    leased_run: Mapped[int | None]  # null: not leased; else the run that works on it
    lease_until: Mapped[datetime | None]
    run_id: Mapped[int | None] = mapped_column(ForeignKey("run.id"))  # the run that found it; null: imported
    capture_id: Mapped[int | None] = mapped_column(ForeignKey("capture.id"))  # the list that showed it
    article_id: Mapped[int | None] = mapped_column(ForeignKey("article.id"))  # null: none stored (yet)
    hints: Mapped[str]  # JSON of what the list said besides the address
    hints_digest: Mapped[str]  # changes when the source changed the item: then the link is due again

    __table_args__ = (
        UniqueConstraint("source_key", "url"),
        Index("ix_link_due", "source_key", "state", "next_try_at"),
        Index("ix_link_identity", "identity"),
        Index("ix_link_leased_run", "leased_run"),
    )


class AttemptRow(Base):
    """One try at one link and how it ended. Written with the link's change of state."""

    __tablename__ = "attempt"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    link_id: Mapped[int] = mapped_column(ForeignKey("link.id"))
    run_id: Mapped[int | None] = mapped_column(ForeignKey("run.id"))
    at: Mapped[datetime]
    state: Mapped[str]  # the state it ended in
    reason: Mapped[str | None]  # null: it succeeded
    reason_text: Mapped[str | None]

    __table_args__ = (Index("ix_attempt_link_id", "link_id"),)


class CategoryRow(Base):
    """A publisher's or section's slug and name; the first name that took a slug keeps it."""

    __tablename__ = "category"

    slug: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)


class ArticleRow(Base):
    """The identity of an article; its words are in its revisions. Written by storage/articles.py alone."""

    __tablename__ = "article"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    identity: Mapped[str] = mapped_column(unique=True)
    external_id: Mapped[str | None]  # null: the source numbers nothing
    url: Mapped[str]  # the address it was first found under
    canonical_url: Mapped[str]
    kind: Mapped[str]
    source_key: Mapped[str]  # the source that showed it first
    category_slug: Mapped[str] = mapped_column(ForeignKey("category.slug"))
    story_id: Mapped[int | None] = mapped_column(
        BigInteger
    )  # the article that told this text first; null only while inserting
    first_seen_at: Mapped[datetime]  # ours; never changes
    updated_at: Mapped[datetime]  # when the current revision was stored
    revision: Mapped[int]  # the current one, counted from 1

    __table_args__ = (
        Index("ix_article_source_key", "source_key"),
        Index("ix_article_external_id", "external_id"),
    )


class RevisionRow(Base):
    """One version of an article's title and text; none is ever overwritten."""

    __tablename__ = "revision"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    revision: Mapped[int]
    seen_at: Mapped[datetime]
    title: Mapped[str]
    title_from: Mapped[str]
    text: Mapped[str]
    html: Mapped[str]
    source_html: Mapped[str]
    authors: Mapped[str]  # JSON list
    publisher: Mapped[str]  # "": unknown
    publisher_as_printed: Mapped[str]
    publisher_from: Mapped[str]
    language: Mapped[str]  # "": unknown
    timezone: Mapped[str]  # IANA zone of the source; "": nothing tells it
    published_at: Mapped[datetime | None]  # null: unknown, never invented
    published_precision: Mapped[str | None]
    published_from: Mapped[str]
    published_as_printed: Mapped[str]
    modified_at: Mapped[datetime | None]  # null: the publisher says nothing of a later edition
    section: Mapped[str] = mapped_column(server_default="")  # "": unknown; as the publisher names it
    tags: Mapped[str] = mapped_column(server_default="[]")  # JSON list, as the publisher gives them
    provenance: Mapped[str] = mapped_column(server_default="{}")  # JSON object: field -> where its value came from
    partial: Mapped[bool]
    word_count: Mapped[int]
    content_hash: Mapped[str]
    capture_id: Mapped[int | None] = mapped_column(ForeignKey("capture.id"))  # null: imported

    __table_args__ = (
        UniqueConstraint("article_id", "revision"),
        Index("ix_revision_content_hash", "content_hash"),
        Index("ix_revision_published_at", "published_at", "article_id"),
    )


class AliasRow(Base):
    """An address under which an article was seen; one address belongs to one article."""

    __tablename__ = "alias"

    url: Mapped[str] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))

    __table_args__ = (Index("ix_alias_article_id", "article_id"),)


class MentionRow(Base):
    """A security that a revision names."""

    __tablename__ = "mention"

    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    symbol: Mapped[str]
    market: Mapped[str]  # "": nothing tells it
    name: Mapped[str]
    origin: Mapped[str]  # publisher, inferred

    __table_args__ = (Index("ix_mention_symbol", "symbol"),)


class MediaRow(Base):
    """An image of a revision, in the order of the text, counted from 1."""

    __tablename__ = "media"

    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str]
    alt: Mapped[str]
    width: Mapped[int | None]  # null: the source did not say
    height: Mapped[int | None]


class ChangeRow(Base):
    """The outbox that downstream programs read by cursor: `seq` only grows, in commit order."""

    __tablename__ = "change"

    seq: Mapped[int] = mapped_column(BigKey, primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"))
    kind: Mapped[str]
    at: Mapped[datetime]

    __table_args__ = ({"sqlite_autoincrement": True},)


class HostRow(Base):
    """A host that is not to be asked before a time: it said so, or it sends captchas. Written by storage/hosts.py."""

    __tablename__ = "host"

    host: Mapped[str] = mapped_column(primary_key=True)
    put_off_until: Mapped[datetime]
    times: Mapped[int]  # put off so often in a row: the next time is longer
    reason: Mapped[str]
    reason_text: Mapped[str]
    at: Mapped[datetime]


class TickRow(Base):
    """The last time a job of the schedule was due and claimed: whoever claims it first runs it, nobody else does."""

    __tablename__ = "tick"

    job: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[datetime]
    claimed_at: Mapped[datetime]
    claimed_by: Mapped[str]


class LockRow(Base):
    """Who does what only one process may do, and until when if it is not heard of again."""

    __tablename__ = "lock"

    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    until: Mapped[datetime]


class AlertRow(Base):
    """A warning of a monitor about a source, until a day after its end. Written by storage/alerts.py alone."""

    __tablename__ = "alert"

    source_key: Mapped[str] = mapped_column(primary_key=True)  # "": about the whole archive
    monitor: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    told_at: Mapped[datetime | None]  # null: no channel took it yet
    text: Mapped[str]  # "": it is over


class TemplateRow(Base):
    """What was learned of one host's pages; a new version supersedes, none is overwritten."""

    __tablename__ = "template"

    host: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str]  # active, superseded, drifted
    learned_at: Mapped[datetime]
    pages: Mapped[int]  # it was learned from so many
    rules: Mapped[str]  # JSON
    recent: Mapped[str] = mapped_column(server_default="[]")  # JSON list: hit or miss of the last pages, newest last
    note: Mapped[str] = mapped_column(server_default="")  # why it is in its state
