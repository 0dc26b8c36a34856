"""Errors of crawling.

CrawlError
├── SourcesInvalid    sources.toml is missing or broken; all faults at once
├── UnknownSource     a source key that sources.toml does not have
├── BadArgument       a spider argument that means nothing (an infocode that is none, a file that is missing)
├── SettingInvalid    a setting whose value means nothing
├── ListRefused       a list that is not what its kind promises; carries the reason
├── ResponseRefused   a response that passes a limit, is cut, or comes from where it must not; carries the reason
└── BudgetSpent       a budget of the run or of a host is used up: the request was not sent
"""

from __future__ import annotations

from storage.reasons import Reason


class CrawlError(Exception):
    """Base of all errors of crawling; the message names the source, the address and what to do."""


class SourcesInvalid(CrawlError):
    """All faults of one sources.toml, one a line."""

    def __init__(self, path: str, faults: list[str]) -> None:
        self.path = path
        self.faults = faults
        super().__init__("\n".join(f"{path}: {fault}" for fault in faults))


class UnknownSource(CrawlError):
    pass


class BadArgument(CrawlError):
    pass


class SettingInvalid(CrawlError):
    pass


class ListRefused(CrawlError):
    """A list that cannot be read: the visit fails, the links known before stay."""

    def __init__(self, reason: Reason, text: str) -> None:
        self.reason = reason
        super().__init__(text)

    def __reduce__(self) -> tuple[type[ListRefused], tuple[Reason, str]]:
        """Let it cross from the worker process that read the list."""
        return ListRefused, (self.reason, str(self))


class ResponseRefused(CrawlError):
    """A response, or the address of one, that is refused: it costs its link alone."""

    def __init__(self, reason: Reason, text: str) -> None:
        self.reason = reason
        super().__init__(text)


class BudgetSpent(CrawlError):
    """A request that was not sent; its link is due again in the next run."""
