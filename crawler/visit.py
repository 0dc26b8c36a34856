"""One visit of one list: which page comes next, where a later visit goes on, whether a gap is left. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from crawler.listing import Listing
from crawler.sources import ListingPage, Sitemap, Source
from storage.ledger import Seen
from storage.visits import SourceState


@dataclass(frozen=True, slots=True)
class ListVisit:
    """A visit of one list, all its pages, before its next page is read.

    `state` is what was known before the visit, with the validators of this one; `page` is the page's number by
    the list's own count, `read` how many pages this visit has read, `links` how many links they showed.
    """

    list_url: str
    state: SourceState
    began: datetime
    page: int = 1
    depth: int = 0
    read: int = 0
    links: int = 0
    overlapped: bool = False
    is_resumed: bool = False
    """It goes on where an earlier visit stopped; a visit from the list's newest page follows."""

    @property
    def is_first(self) -> bool:
        return self.state.checked_at is None


@dataclass(frozen=True, slots=True)
class AfterPage:
    """What follows from one page: `following` is asked next, None ends the visit; `state` is kept."""

    following: str | None
    state: SourceState
    further: ListVisit
    has_gap: bool


def after_page(
    source: Source, visit: ListVisit, listing: Listing, seen: Seen, *, state: SourceState, is_too_long: bool
) -> AfterPage:
    """Decide what follows a page, from what the ledger knew of its links.

    A list in order is paged back until a page overlaps an earlier visit, one without order to its page cap.
    Without an overlap something may lie between: a gap, from where the next visit goes on.
    """
    further = replace(
        visit, page=visit.page + 1, read=visit.read + 1, links=visit.links + len(listing.found), state=state,
        overlapped=visit.overlapped or seen.overlaps,
    )  # fmt: skip
    has_more = listing.next_url is not None and not (source.paging.monotone and further.overlapped)
    goes_on = has_more and further.read < source.paging.max_pages and not is_too_long
    has_gap = not (
        goes_on or further.overlapped or visit.is_first or seen.is_first or not further.links
        or source.kind == "sitemap"  # it shows only what is newer than the last visit, so it never overlaps
    )  # fmt: skip
    if goes_on or (has_gap and has_more):
        kept = replace(state, resume_url=listing.next_url, resume_since=visit.began)
    else:
        kept = replace(state, resume_url=None, resume_since=None) if visit.is_resumed else state
    return AfterPage(listing.next_url if goes_on else None, kept, further, has_gap)


def may_go_deeper(source: Source, visit: ListVisit) -> bool:
    """Tell whether lists that this one names are read: sitemaps of an index, sections of a category page."""
    rules = source.sitemap or Sitemap() if source.kind == "sitemap" else source.listing or ListingPage()
    return visit.depth < rules.max_depth


def most_lists(source: Source) -> int:
    """Give how many lists below one are read in one visit."""
    return (source.sitemap or Sitemap()).max_lists
