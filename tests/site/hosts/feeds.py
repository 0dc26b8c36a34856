"""Lists of English publishers for programs: RSS 2.0, RSS 1.0, Atom, JSON Feed, news sitemaps; made from stories."""

# ruff: noqa: E501 - markup and sentences are read whole

from __future__ import annotations

from collections.abc import Callable, Sequence
from email.utils import format_datetime
from html import escape

from tests.site.answers import Answer, Handler, Request, conditional, json_text, text_answer
from tests.site.hosts.outlets import NEW_YORK_SUMMER, Outlet, changed_at, local, summary
from tests.site.state import SiteState
from tests.site.stories import Story

Writer = Callable[[Outlet, Sequence[Story]], str]


def feed_of(outlet: Outlet, write: Writer, media_type: str) -> Handler:
    """Give a feed of all that an outlet shows, with ETag and Last-Modified."""

    def feed(request: Request, state: SiteState) -> Answer:
        stories = state.stories(outlet.desk)
        return stamped(request, write(outlet, stories), media_type, stories)

    return feed


def stamped(request: Request, text: str, media_type: str, stories: Sequence[Story]) -> Answer:
    newest = max(changed_at(story) for story in stories)
    return conditional(request, text_answer(text, media_type), newest)


def rss(outlet: Outlet, stories: Sequence[Story]) -> str:
    """Give an RSS 2.0 feed."""
    items = "".join(
        f"<item><title>{escape(story.title)}</title><link>{outlet.url(story)}?utm_source=rss&amp;utm_medium=feed</link>"
        f'<guid isPermaLink="false">{outlet.host}:{story.key}</guid><pubDate>{format_datetime(local(story))}</pubDate>'
        f"<dc:creator>{story.author}</dc:creator><category>Companies</category><description>{escape(f'<p>{summary(story)}</p>')}</description>"
        f'<media:content url="{story.pictures[0].url}" medium="image" width="{story.pictures[0].width}" height="{story.pictures[0].height}"/></item>'
        for story in stories
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:media="http://search.yahoo.com/mrss/" xmlns:atom="http://www.w3.org/2005/Atom"><channel>'
        f"<title>{outlet.name}</title><link>{outlet.home}/</link><description>Companies and markets</description><language>en-us</language>"
        f'<ttl>15</ttl><atom:link href="{outlet.home}/rss.xml" rel="self" type="application/rss+xml"/>{items}</channel></rss>'
    )


def atom(outlet: Outlet, stories: Sequence[Story]) -> str:
    """Give an Atom feed."""
    entries = "".join(
        f'<entry><title type="html">{escape(escape(story.title))}</title><link rel="alternate" type="text/html" href="{outlet.url(story)}"/>'
        f"<id>tag:{outlet.host},2025:{story.key}</id><published>{local(story).isoformat()}</published>"
        f"<updated>{changed_at(story).astimezone(NEW_YORK_SUMMER).isoformat()}</updated><author><name>{story.author}</name></author>"
        f'<category term="companies"/><summary>{escape(summary(story))}</summary></entry>'
        for story in stories
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>{outlet.name}</title>'
        f'<id>{outlet.home}/</id><link rel="self" href="{outlet.home}/atom.xml"/><link href="{outlet.home}/"/>'
        f"<updated>{max(changed_at(story) for story in stories).isoformat()}</updated>{entries}</feed>"
    )


def json_feed(outlet: Outlet, stories: Sequence[Story]) -> str:
    """Give a JSON Feed 1.1."""
    items = [
        {
            "id": f"{outlet.host}/{story.key}",
            "url": outlet.url(story),
            "title": story.title,
            "summary": summary(story),
            "date_published": local(story).isoformat(),
            "authors": [{"name": story.author}],
            "tags": ["companies"],
        }
        for story in stories
    ]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.name,
        "home_page_url": f"{outlet.home}/",
        "language": "en",
        "items": items,
    }
    return json_text(feed)


def news_sitemap(outlet: Outlet, stories: Sequence[Story]) -> str:
    """Give a news sitemap, with titles and times."""
    urls = "".join(
        f"<url><loc>{outlet.url(story)}</loc><news:news><news:publication><news:name>{outlet.name}</news:name><news:language>en</news:language>"
        f"</news:publication><news:publication_date>{local(story).isoformat()}</news:publication_date><news:title>{escape(story.title)}</news:title>"
        "</news:news></url>"
        for story in stories
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{urls}</urlset>'
    )


def rdf(outlet: Outlet, stories: Sequence[Story]) -> str:
    """Give an RSS 1.0 feed: its items stand beside the channel."""
    items = "".join(
        f'<item rdf:about="{outlet.url(story)}"><title>{escape(story.title)}</title><link>{outlet.url(story)}</link>'
        f"<description>{escape(summary(story))}</description><dc:creator>{story.author}</dc:creator><dc:date>{local(story).isoformat()}</dc:date></item>"
        for story in stories
    )
    order = "".join(f'<rdf:li rdf:resource="{outlet.url(story)}"/>' for story in stories)
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="{outlet.home}/"><title>{outlet.name}</title><link>{outlet.home}/</link>'
        f"<description>News</description><items><rdf:Seq>{order}</rdf:Seq></items></channel>{items}</rdf:RDF>"
    )
