"""The report is one file that runs nothing and fetches nothing, whatever the pages say."""

from __future__ import annotations

from pathlib import Path

from lxml.html import document_fromstring

from reader.extraction_report import ReportRow, write_report

HOSTILE = "</style></script><script>alert(1)</script><img src=//evil.example.com onerror=x> \x00\ud800 \" ' &amp;"


def report(tmp_path: Path, *rows: ReportRow) -> str:
    write_report(rows, tmp_path)
    return (tmp_path / "index.html").read_text(encoding="utf-8")


def test_what_pages_say_is_text(tmp_path: Path) -> None:
    row = ReportRow(
        id=HOSTILE, url=HOSTILE, title=HOSTILE, text=HOSTILE, fields=((HOSTILE, HOSTILE),), gold="gold " + HOSTILE,
        gold_title="t", f1=0.5,
    )  # fmt: skip
    tree = document_fromstring(report(tmp_path, row, ReportRow(id="b", url="data:x", error=HOSTILE)))
    assert not list(tree.iter("script", "img", "iframe", "link", "object"))
    assert all(str(one.get("href")).startswith(("#", "http://", "https://")) for one in tree.iter("a"))
    assert not [name for one in tree.iter() for name in one.attrib if str(name).startswith("on")]
    policy = next(one.get("content") for one in tree.iter("meta") if one.get("http-equiv"))
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"


def test_the_summary_counts_and_names_the_worst(tmp_path: Path) -> None:
    rows = [ReportRow(id=f"p{n}", url="", text="x", gold="x", f1=n / 10) for n in range(1, 11)]
    summary = write_report([*rows, ReportRow(id="r", url="", error="soft-404: gone")], tmp_path)
    assert (summary.pages, summary.refused, summary.scored) == (11, 1, 10)
    assert summary.mean_f1 is not None
    assert abs(summary.mean_f1 - 0.55) < 1e-9
    text = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert text.index("p1 <b") < text.index("p2 <b")
    assert "11 pages · 1 refused · mean word F1 of 10 with gold: 0.550" in text


def test_a_report_replaces_the_one_before_whole(tmp_path: Path) -> None:
    report(tmp_path, ReportRow(id="before", url="", text="x"))
    assert "before" not in report(tmp_path, ReportRow(id="after", url="", text="x"))
    assert [file.name for file in tmp_path.iterdir()] == ["index.html"]
