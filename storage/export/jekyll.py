"""The archive as a Jekyll site: posts, category pages, index and `_config.yml`.

An export remembers in the folder how far it came, so the next one writes only what is new or revised. Of the
site's frame (`_config.yml`, layouts) only what is missing is written: the owner may change it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select

from storage import changes, lookup
from storage.errors import ExportError
from storage.export.files import locked_folder, remove, sweep, sync_folder, write_whole
from storage.export.post import SiteOptions, category_file, post_name, post_text
from storage.export.site_pages import CONFIG, DEFAULT_LAYOUT, INDEX, POST_LAYOUT, category_page
from storage.lookup import Article
from storage.models import ArticleRow, CategoryRow, ChangeRow, RevisionRow
from storage.types import iso_utc

STATE_FILE = ".finews-export.json"
LOCK_FILE = ".finews-export.lock"
_FORMAT = 2
"""Counts up when posts are written in another way: the next export then writes all anew."""
_MAX_STATE_BYTES = 64 * 1024
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class SiteReport:
    """What an export did with posts: `removed` are those that moved to another day's name."""

    written: int
    unchanged: int
    removed: int


def write_site(connection: Connection, folder: Path, options: SiteOptions) -> SiteReport:
    """Bring the site in `folder` up to what the archive holds; nothing is written to the archive.

    Everything is looked at again where the folder has no state, or one of other options or of another archive. Each
    file is written whole; the state comes last, so a killed export is completed by the next one.

    Raises:
        ExportError: the folder or a file in it cannot be written, or another export is at work there.
    """
    with locked_folder(folder, LOCK_FILE):
        posts = folder / "_posts"
        begin = _resume(connection, folder / STATE_FILE, options) if posts.is_dir() else 0
        for name in ("", "_posts", "_layouts", "category"):
            sweep(folder / name)
        # Asked before the articles are: what is stored meanwhile comes again with the next export.
        end = _last_change(connection)
        articles = _articles(connection, begin) if end is not None else iter(())
        report = _write_posts(connection, articles, posts, options)
        _write_frame(connection, folder)
        for written in (posts, folder / "category", folder):
            sync_folder(written)
        write_whole(folder / STATE_FILE, _state_text(end, options))
        return report


def _articles(connection: Connection, begin: int) -> Iterator[Article]:
    """Give the articles that changed after a cursor, all of them after 0."""
    if begin == 0:
        yield from lookup.stream(connection)
        return
    while found := changes.after(connection, begin, limit=_CHUNK):
        yield from lookup.stream(connection, ids=[change.article_id for change in found])
        begin = found[-1].seq


def _write_posts(connection: Connection, articles: Iterator[Article], posts: Path, options: SiteOptions) -> SiteReport:
    written = unchanged = removed = 0
    for chunk in _chunks(articles):
        former = _former_names(connection, [article for article in chunk if article.revision > 1])
        for article in chunk:
            name = post_name(article, article.published_at, article.timezone)
            is_written = write_whole(posts / name, post_text(article, options))
            written, unchanged = written + is_written, unchanged + (not is_written)
            removed += sum(remove(posts / old) for old in former.get(article.id, set()) - {name})
    return SiteReport(written, unchanged, removed)


def _chunks(articles: Iterator[Article]) -> Iterator[list[Article]]:
    chunk: list[Article] = []
    for article in articles:
        chunk.append(article)
        if len(chunk) == _CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _former_names(connection: Connection, articles: Iterable[Article]) -> dict[int, set[str]]:
    """Give the names that the articles' posts had by any of their revisions."""
    by_id = {article.id: article for article in articles}
    query = select(RevisionRow.article_id, RevisionRow.published_at, RevisionRow.timezone)
    names: dict[int, set[str]] = {}
    for article_id, published_at, zone in connection.execute(query.where(RevisionRow.article_id.in_(list(by_id)))):
        names.setdefault(article_id, set()).add(post_name(by_id[article_id], published_at, zone))
    return names


def _write_frame(connection: Connection, folder: Path) -> None:
    once = {"_config.yml": CONFIG, "_layouts/default.html": DEFAULT_LAYOUT, "_layouts/post.html": POST_LAYOUT}
    for name, content in once.items():
        if not (folder / name).exists():
            write_whole(folder / name, content)
    write_whole(folder / "index.html", INDEX)
    used = select(ArticleRow.category_slug).where(ArticleRow.category_slug == CategoryRow.slug).exists()
    for slug, name in connection.execute(select(CategoryRow.slug, CategoryRow.name).where(used)):
        write_whole(folder / "category" / category_file(slug), category_page(slug, name))


def _last_change(connection: Connection) -> dict[str, Any] | None:
    """Give the newest change with all that tells it from a change of the same number in another archive."""
    newest = connection.scalar(select(func.max(ChangeRow.seq)))
    return _change(connection, newest) if newest is not None else None


def _change(connection: Connection, seq: int) -> dict[str, Any] | None:
    found = changes.after(connection, seq - 1, limit=1)
    if not found or found[0].seq != seq:
        return None
    identity = connection.scalar(select(ArticleRow.identity).where(ArticleRow.id == found[0].article_id))
    return {"seq": seq, "article": identity, "at": iso_utc(found[0].at)}


def _state_text(change: dict[str, Any] | None, options: SiteOptions) -> str:
    state = {"format": _FORMAT, "options": asdict(options), "change": change}
    return json.dumps(state, ensure_ascii=False, indent=1) + "\n"


def _resume(connection: Connection, path: Path, options: SiteOptions) -> int:
    """Give the cursor to go on from; 0 where the folder's state is none of this archive and these options."""
    state = _read_state(path)
    change = state.get("change")
    seq = change.get("seq") if isinstance(change, dict) else None
    same_way = state.get("format") == _FORMAT and state.get("options") == asdict(options)
    if not same_way or not isinstance(seq, int) or _change(connection, seq) != change:
        return 0
    return seq


def _read_state(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            read = json.loads(file.read(_MAX_STATE_BYTES))
    except FileNotFoundError:
        return {}
    except (ValueError, RecursionError):  # not ours, or damaged: all is looked at again
        return {}
    except OSError as error:
        raise ExportError(f"{path} cannot be read ({error.strerror}); make it readable or remove it") from error
    return read if isinstance(read, dict) else {}
