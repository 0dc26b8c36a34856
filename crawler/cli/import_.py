"""`finews import`: articles from elsewhere into the archive."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from crawler.cli.archive import closing_archive
from crawler.cli.group import command_app, examples
from crawler.cli.output import JsonOption, print_json, progress, say
from crawler.cli.settings import SettingsOption, location
from crawler.terminal import print_error
from pipelines.identify import decide
from pipelines.import_post import draft_of_post
from storage.articles import VerdictKind
from storage.drafts import Draft, Rejected
from storage.export.post import Post
from storage.export.posts_on_disk import BadPost, read_posts
from storage.importing import import_drafts

app = command_app()

DEGRADED = 1
_NAMES = {
    VerdictKind.NEW: "stored",
    VerdictKind.COPY: "stored",
    VerdictKind.REVISION: "revised",
    VerdictKind.SAME: "duplicate",
}
_SHOWN_EVERY = 50  # a terminal needs no more


@app.callback(epilog=examples("finews import jekyll site/"))
def import_articles() -> None:
    """Read articles from elsewhere into the archive."""


@app.command(
    epilog=examples(
        "finews import jekyll site/",
        "finews import jekyll _posts/2022-03-15-NW202203152309565655.md --json",
    )
)
def jekyll(
    path: Annotated[Path, typer.Argument(metavar="DIR|FILE", help="A site's folder, its _posts, or one post.")],
    as_json: JsonOption = False,
    assignments: SettingsOption = None,
) -> None:
    """Read a Jekyll site's posts into the archive; what is there already is stored once.

    Exit code 1 where posts could not be read: each is named with its reason on standard error.
    """
    counts: Counter[str] = Counter(stored=0, revised=0, duplicate=0, bad=0)
    posts = read_posts(path)
    with closing_archive(location(assignments)) as archive, progress(total_known=False) as shown:
        task = shown.add_task("import", total=None, counts="")
        for imported in import_drafts(archive, _drafts(posts, counts), decide):
            if imported.verdict is None:
                _bad(counts, imported.url, imported.problem)
            else:
                counts[_NAMES[imported.verdict]] += 1
            if counts.total() % _SHOWN_EVERY == 0:
                shown.update(task, counts=_line(counts))
    if as_json:
        print_json(dict(counts))
    else:
        say(_line(counts))
    raise typer.Exit(DEGRADED if counts["bad"] else 0)


def _drafts(posts: Iterator[Post | BadPost], counts: Counter[str]) -> Iterator[Draft]:
    for post in posts:
        if isinstance(post, BadPost):
            _bad(counts, post.file, post.reason)
            continue
        draft = draft_of_post(post)
        if isinstance(draft, Rejected):
            _bad(counts, draft.url, draft.text)
        else:
            yield draft


def _bad(counts: Counter[str], where: str, why: str) -> None:
    counts["bad"] += 1
    print_error(f"{where}: {why}")


def _line(counts: Counter[str]) -> str:
    return ", ".join(f"{counts[name]} {name}" for name in ("stored", "revised", "duplicate", "bad"))
