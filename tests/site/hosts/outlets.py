"""English publishers as they print: addresses, article pages with JSON-LD and OpenGraph, home pages, robots.txt."""

# ruff: noqa: E501 - markup and sentences are read whole

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from html import escape

from tests.site.answers import Answer, Handler, Request, Route, html_answer, json_text, not_found, route, text_answer
from tests.site.markup import plain_body
from tests.site.state import SiteState
from tests.site.stories import Story

NEW_YORK_SUMMER = timezone(timedelta(hours=-4))
_SECTIONS = (
    "Markets",
    "Companies",
    "Economy",
    "Commodities",
    "Banks",
    "Technology",
    "Opinion",
    "Video",
    "Podcasts",
    "Newsletters",
)


@dataclass(frozen=True, slots=True)
class Outlet:
    """An invented publisher: the desk it prints, its host, its name, and the addresses of its feeds for readers."""

    desk: str
    host: str
    name: str
    feed: str = ""
    feed_type: str = ""

    @property
    def home(self) -> str:
        return f"https://{self.host}"

    def url(self, story: Story) -> str:
        return f"{self.home}{self.path(story)}"

    def path(self, story: Story) -> str:
        slug = re.sub(r"[^a-z0-9]+", "-", story.title.lower()).strip("-")
        return f"/{local(story):%Y/%m/%d}/{slug}-{story.key}"


def local(story: Story) -> datetime:
    return story.published_at.astimezone(NEW_YORK_SUMMER)


def changed_at(story: Story) -> datetime:
    return story.published_at + timedelta(hours=story.edits)


def summary(story: Story) -> str:
    return story.lead[:140].rpartition(" ")[0] + " ..."


def _home_of(outlet: Outlet) -> Handler:
    def home(_request: Request, state: SiteState) -> Answer:
        stories = state.stories(outlet.desk)
        cards = "".join(f'<h3><a href="{outlet.path(story)}">{escape(story.title)}</a></h3>' for story in stories)
        return html_answer(page(outlet, "Home", "", f"<main>{cards}</main>", ()))

    return home


def _article_of(outlet: Outlet) -> Handler:
    def article(request: Request, state: SiteState) -> Answer:
        story = state.find(outlet.desk, request.path.rpartition("-")[2])
        if story is None or outlet.path(story) != request.path:
            return not_found()
        return html_answer(
            page(outlet, story.title, _metadata(outlet, story), _article(story), state.stories(outlet.desk))
        )

    return article


def _metadata(outlet: Outlet, story: Story) -> str:
    linked = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": story.title,
        "datePublished": local(story).isoformat(),
        "dateModified": changed_at(story).astimezone(NEW_YORK_SUMMER).isoformat(),
        "author": [{"@type": "Person", "name": story.author}],
        "publisher": {
            "@type": "Organization",
            "name": outlet.name,
            "logo": {"@type": "ImageObject", "url": f"{outlet.home}/logo.png"},
        },
        "image": [picture.url for picture in story.pictures],
        "mainEntityOfPage": outlet.url(story),
    }
    properties = {
        "og:type": "article",
        "og:site_name": outlet.name,
        "og:title": story.title,
        "og:url": outlet.url(story),
        "og:description": summary(story),
        "og:image": story.pictures[0].url,
        "article:published_time": local(story).isoformat(),
        "article:section": "Companies",
    }
    meta = "".join(f'<meta property="{name}" content="{escape(value)}">' for name, value in properties.items())
    script = json_text(linked).replace("</", "<\\/")
    return (
        f'<link rel="canonical" href="{outlet.url(story)}">{meta}<script type="application/ld+json">{script}</script>'
    )


def _article(story: Story) -> str:
    return (
        f'<main><article class="story"><header><p class="kicker">Companies</p><h1>{escape(story.title)}</h1>'
        f'<p class="byline">By <a rel="author" href="/staff/1">{story.author}</a></p><time datetime="{local(story).isoformat()}">'
        f'{local(story):%B %-d, %Y %-I:%M %p} EDT</time></header><div class="story-body">{plain_body(story)}</div></article></main>'
    )


def page(outlet: Outlet, title: str, head: str, main: str, related: tuple[Story, ...]) -> str:
    feed = (
        f'<link rel="alternate" type="{outlet.feed_type}" title="{outlet.name}" href="{outlet.feed}">'
        if outlet.feed
        else ""
    )
    sections = "".join(f'<li><a href="/{name.lower()}/">{name}</a></li>' for name in _SECTIONS)
    links = "".join(f'<li><a href="{outlet.path(story)}">{escape(story.title)}</a></li>' for story in related[:6])
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)} | {outlet.name}</title>{feed}{head}'
        '<script>window.dataLayer=window.dataLayer||[];function gtag(){dataLayer.push(arguments)}gtag("js",0);</script></head><body>'
        f'<header class="site"><a href="/">{outlet.name}</a><nav><ul>{sections}</ul></nav><a href="/subscribe">Subscribe</a></header>{main}'
        f'<aside class="most-read"><h2>Most read</h2><ul>{links}</ul></aside><div class="cookie-banner"><p>We use cookies to run this site.</p>'
        f'</div><footer><ul><li><a href="/about">About</a></li><li><a href="/terms">Terms</a></li></ul><p>&copy; {outlet.name}</p></footer></body></html>'
    )


def _robots_of(*lines: str) -> Handler:
    """Give a robots.txt of these lines; without any, it allows all."""
    text = "".join(f"{line}\n" for line in ("User-agent: *", *(lines or ("Allow: /",))))
    return lambda _request, _state: text_answer(text)


def routes_of(outlet: Outlet, *robots_lines: str) -> list[Route]:
    """Give an outlet's home page, its articles and its robots.txt."""
    return [
        route(outlet.host, r"/", _home_of(outlet)),
        route(outlet.host, r"/robots\.txt", _robots_of(*robots_lines)),
        route(outlet.host, r"/\d{4}/\d\d/\d\d/[a-z0-9-]+", _article_of(outlet)),
    ]
