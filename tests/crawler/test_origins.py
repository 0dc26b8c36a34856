"""What a source's entry sends is heard by its own origins, and by nobody that a redirect or a list leads to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from crawler.origins import origin
from tests.journeys.conftest import Crawler
from tests.site.answers import Answer, Request
from tests.site.hostile import HostileServer
from tests.site.server import NewsSite

SECRETS = {"x-api-key": "k-4711", "authorization": "Bearer t-4711", "cookie": "session=s-4711"}
HEADERS = ", ".join(f'"{name.title()}" = "{value}"' for name, value in SECRETS.items())
hosts = st.sampled_from(("a.test", "A.test", "b.a.test", "a.test.", "127.0.0.1"))
Place = tuple[str, str, str]
places = st.tuples(st.sampled_from(("http", "https")), hosts, st.sampled_from(("", ":80", ":443", ":8080")))


@given(places, places)
def test_two_addresses_share_an_origin_only_by_scheme_host_and_port(one: Place, other: Place) -> None:
    def full(place: Place) -> Place:
        scheme, host, port = place
        return scheme, host.lower(), port or {"http": ":80", "https": ":443"}[scheme]

    same = origin("{}://{}{}/x".format(*one)) == origin("{}://{}{}/y?z".format(*other))
    assert same is (full(one) == full(other))


def told(headers: Callable[[str], str | None]) -> set[str]:
    return {name for name, value in SECRETS.items() if headers(name) == value}


def crawler_with(folder: Path, site: NewsSite, sources: str) -> Crawler:
    (folder / "sources.toml").write_text(sources, encoding="utf-8")
    return Crawler(
        folder,
        {
            "ARCHIVE_URL": f"sqlite:///{folder}/archive.db",
            "CAPTURES_DIR": str(folder / "captures"),
            "SOURCES_FILE": f"{folder}/sources.toml",
            "CONNECT_TO": site.connect_to,
            "ALLOWED_PRIVATE_NETWORKS": "127.0.0.1/32",
            "EXTRACT_WORKERS": "1",
        },
    )


def feed(*links: str) -> str:
    items = "".join(f"<item><title>t</title><link>{link}</link></item>" for link in links)
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>d</title>{items}</channel></rss>'


def test_a_redirect_takes_no_secret_to_another_origin(tmp_path: Path) -> None:
    def moved(to: str) -> Callable[[Request], Answer]:
        return lambda _request: Answer(302, (("Location", to), ("Set-Cookie", "given=g-4711; Path=/")))

    with NewsSite() as site:
        site.add("desk.test", "/feed", body=moved("https://desk.test/feed2"))
        site.add("desk.test", "/feed2", body=moved("https://thief.test/feed3"))
        site.add("thief.test", "/feed3", body=moved("https://desk.test/feed4"))
        site.add("desk.test", "/feed4", body=feed("https://thief.test/news/1.html", "file:///etc/passwd"))
        crawler = crawler_with(
            tmp_path, site,
            f'[[source]]\nkey = "desk"\nkind = "feed"\nurl = "https://desk.test/feed"\nheaders = {{ {HEADERS} }}\n',
        )  # fmt: skip
        crawler.crawl("feed", "-a", "source=desk")
        heard = {seen.path: told(seen.headers.get) for seen in site.requests if not seen.path.startswith("/robots")}
        thief = [seen for seen in site.requests if seen.host == "thief.test"]
    assert heard["/feed"] == set(SECRETS)
    assert heard["/feed2"] == set(SECRETS)
    assert heard["/feed3"] == set()
    assert heard["/feed4"] == set(), "a way back over another origin is a way that it chose"
    assert heard["/news/1.html"] == set()
    assert not [seen for seen in thief if "4711" in str(seen.headers) or "desk.test" in seen.headers.get("referer", "")]
    ends = {row["url"]: row["reason"] for row in crawler.rows("SELECT url, reason FROM link_status")}
    assert len(ends) == 2
    assert ends.pop("https://thief.test/news/1.html") == "gone"
    assert set(ends.values()) <= {"bad-address", "bad-item"}


def test_lists_of_another_host_that_a_list_names_hear_no_secret(tmp_path: Path) -> None:
    def index(*urls: str) -> str:
        return "<sitemapindex>" + "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in urls) + "</sitemapindex>"

    with NewsSite() as site:
        lists = ("https://desk.test/own.xml", "https://thief.test/foreign.xml", "http://desk.test/plain.xml")
        site.add("desk.test", "/sitemap.xml", body=index(*lists))
        for host in ("desk.test", "thief.test"):
            for path in ("/own.xml", "/foreign.xml", "/plain.xml"):
                site.add(host, path, body="<urlset></urlset>")
        crawler = crawler_with(
            tmp_path, site,
            '[[source]]\nkey = "desk"\nkind = "sitemap"\nurl = "https://desk.test/sitemap.xml"\n'
            f"headers = {{ {HEADERS} }}\n",
        )  # fmt: skip
        crawler.crawl("sitemap", "-a", "source=desk")
        heard = {seen.path: told(seen.headers.get) for seen in site.requests if seen.path.endswith(".xml")}
    assert heard == {
        "/sitemap.xml": set(SECRETS), "/own.xml": set(SECRETS), "/foreign.xml": set(), "/plain.xml": set(),
    }  # fmt: skip


def test_a_user_name_in_an_address_is_sent_to_nobody(tmp_path: Path) -> None:
    with HostileServer() as server:
        settings = {
            "ARCHIVE_URL": f"sqlite:///{tmp_path}/archive.db", "CAPTURES_DIR": str(tmp_path / "captures"),
            "CONNECT_TO": f"*=127.0.0.1:{server.port}", "ALLOWED_PRIVATE_NETWORKS": "127.0.0.1/32",
        }  # fmt: skip
        crawler = Crawler(tmp_path, settings)
        crawler.crawl("page", "-a", "url=http://first.test/redirect?to=http://user:s-4711@second.test/end")
        assert "4711" not in str([asked.fields for asked in server.requests if "redirect" not in asked.path])
    (link,) = crawler.rows("SELECT state, reason FROM link_status")
    assert (link["state"], link["reason"]) in {("stored", None), ("rejected", "bad-address")}
    aliases = {row["url"] for row in crawler.rows("SELECT url FROM article_alias") if "redirect" not in row["url"]}
    assert "4711" not in str(aliases)
