"""The hosts that the site plays, one module a publisher; each gives its routes."""

from __future__ import annotations

from tests.site import hostile_pages
from tests.site.answers import Route
from tests.site.hosts import (
    bulk,
    cls,
    cs,
    eastmoney,
    eastmoney_detail,
    english,
    jin10,
    others,
    sina,
    stcn,
    tonghuashun,
    wallstreetcn,
    wires,
    yicai,
)


def all_routes() -> tuple[Route, ...]:
    """Give the routes of every host; the first that fits a request answers it."""
    publishers = (
        eastmoney,
        eastmoney_detail,
        cls,
        wallstreetcn,
        sina,
        tonghuashun,
        stcn,
        cs,
        yicai,
        jin10,
        others,
        english,
        wires,
        bulk,
        hostile_pages,
    )
    return tuple(route for publisher in publishers for route in publisher.routes())
