"""Saved pages by the command: in order, each with its result or its reason."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from crawler.cli import app
from crawler.cli.extract import in_order
from pipelines.saved import BadRow, SavedPage

SENTENCE = "The central bank of Northaven kept its rate where it was and said that prices would ease next year. "
URL = "https://news.example.com/2022/03/15/rates.html"


def page(number: int) -> bytes:
    paragraphs = "".join(f"<p>{SENTENCE}({number}.{line})</p>" for line in range(8))
    return (
        f"<html><head><title>Rates {number}</title></head><body><article><h1>Rates {number}</h1>{paragraphs}</article>"
        "</body></html>"
    ).encode()


def extract(*words: str, stdin: bytes | None = None) -> tuple[Result, list[dict[str, object]]]:
    result = CliRunner().invoke(app, ["extract", *words, "-s", "EXTRACT_WORKERS=1"], input=stdin)
    return result, [json.loads(line) for line in result.stdout.splitlines()]


def test_a_manifest_is_answered_row_by_row_in_order(tmp_path: Path) -> None:
    rows = []
    for number in range(6):
        name = f"{number}.html" + ".gz" * (number % 2)
        (tmp_path / name).write_bytes(gzip.compress(page(number)) if number % 2 else page(number))
        rows.append(json.dumps({"id": f"p{number}", "path": name, "url": f"{URL}?n={number}"}))
    rows[2] = "no JSON"
    rows[4] = json.dumps({"id": "p4", "path": "nowhere.html", "url": URL})
    manifest = tmp_path / "m.jsonl"
    manifest.write_text("\n".join(rows), encoding="utf-8")
    result, found = extract("--manifest", str(manifest), "--workers", "2")
    assert result.exit_code == 0, result.stderr
    assert [row["id"] for row in found] == ["p0", "p1", "3", "p3", "p4", "p5"]
    assert [sorted(row) for row in found if "error" in row] == [["error", "id"], ["error", "id", "url"]]
    assert [row["title"] for row in found if "error" not in row] == [f"Rates {number}" for number in (0, 1, 3, 5)]
    assert all(str(row["text"]).count(SENTENCE.strip()) == 8 for row in found if "error" not in row)


def test_a_page_on_standard_input_is_read(tmp_path: Path) -> None:
    result, (row,) = extract("-", "--url", URL, stdin=page(7))
    assert (result.exit_code, row["id"], row["url"], row["title"]) == (0, "-", URL, "Rates 7")
    assert row["authors"] == []
    assert list(tmp_path.iterdir()) == []


def test_where_no_page_could_be_read_the_exit_code_says_so(tmp_path: Path) -> None:
    empty = tmp_path / "empty.html"
    empty.write_bytes(b"")
    result, found = extract(str(empty), str(tmp_path / "nowhere.html"))
    assert result.exit_code == 1
    assert [row["id"] for row in found] == [str(empty), str(tmp_path / "nowhere.html")]
    assert all(row["error"] for row in found)


@pytest.mark.parametrize(
    "words", [[], ["-", "a.html"], ["a.html", "--manifest", "m.jsonl"], ["--manifest", "nowhere.jsonl"]], ids=str
)
def test_what_means_nothing_is_one_line(words: list[str]) -> None:
    result, found = extract(*words)
    assert (result.exit_code, found) == (2, [])
    assert len(result.stderr.splitlines()) == 1


def test_errors_and_bad_rows_stand_where_their_rows_stood() -> None:
    def work(pages: Iterator[SavedPage]) -> Iterator[dict[str, object] | Exception]:
        taken = list(pages)
        yield from [{"id": taken[0].id}, TimeoutError("too long"), {"id": taken[2].id}]

    one, two, three = (SavedPage(name, Path(name), "") for name in "abc")
    rows = [BadRow("1", "bad"), one, two, BadRow("4", "bad"), BadRow("5", "bad"), three, BadRow("7", "bad")]
    found = [result for _, result in in_order(work, rows)]
    assert [row["id"] for row in found] == ["1", "a", "b", "4", "5", "c", "7"]
    assert found[2]["error"] == "too-heavy: TimeoutError: too long"


def test_explain_tells_scores_candidates_origins_and_what_was_cut(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    cut = "<p>（责任编辑：李大同）</p>"
    file.write_bytes(page(3).replace(b"</article>", f"{cut}</article><nav>Home</nav>".encode()))
    result, (row,) = extract("--explain", str(file), "--url", URL, "--json")
    assert result.exit_code == 0, result.stderr
    assert row["refused"] is None
    assert {screen["reason"] for screen in row["screens"]} >= {"captcha", "soft-404", "index-page", "live-blog"}
    assert all(0 <= screen["score"] < 0.6 and not screen["sure"] for screen in row["screens"])
    assert [one["name"] for one in row["candidates"] if one["chosen"]]
    origins = {field["name"]: (field["value"], field["origin"]) for field in row["fields"]}
    assert origins["title"] == ("Rates 3", "h1")
    assert row["cut"] == ["Rates 3", "（责任编辑：李大同）"]
    table = CliRunner().invoke(app, ["extract", "--explain", str(file), "--url", URL, "-s", "EXTRACT_WORKERS=1"])
    assert table.exit_code == 0
    assert all(words in table.stdout for words in ("candidate", "screen", "Rates 3", "责任编辑"))


def test_explain_tells_why_a_page_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "wall.html"
    file.write_text("<title>访问验证</title><p>请按住滑块，拖动到最右边</p>", encoding="utf-8")
    result, (wall, missing) = extract("--explain", str(file), str(tmp_path / "nowhere.html"), "--json")
    assert result.exit_code == 0
    assert str(wall["refused"]).startswith("captcha: ")
    assert "nowhere.html" in str(missing["error"])


def test_a_report_shows_every_page_of_a_manifest_against_its_gold(tmp_path: Path) -> None:
    (tmp_path / "1.html").write_bytes(page(1))
    (tmp_path / "2.html").write_bytes(b"<title>404 Not Found</title>")
    gold = {"text": f"A lead that we lost. {SENTENCE}", "title": "Rates 1"}
    rows = [
        {"id": "p1", "path": "1.html", "url": URL, "gold": gold},
        {"id": "p<2>", "path": "2.html", "url": "javascript:x"},
    ]
    manifest = tmp_path / "m.jsonl"
    manifest.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    result, printed = extract("--manifest", str(manifest), "--html-report", str(tmp_path / "report"))
    assert (result.exit_code, printed) == (0, []), result.stderr
    assert "2 pages, 1 refused, mean word F1" in result.stderr
    report = (tmp_path / "report" / "index.html").read_text(encoding="utf-8")
    assert "<del>A lead that we lost. " in report
    assert "p&lt;2&gt;" in report
    assert 'href="javascript' not in report
    assert "soft-404" in report


@pytest.mark.parametrize(
    "words", [["--explain"], ["--explain", "-"], ["--explain", "a.html", "--html-report", "r"]], ids=str
)
def test_explain_needs_a_file(words: list[str]) -> None:
    result, found = extract(*words)
    assert (result.exit_code, found) == (2, [])
    assert len(result.stderr.splitlines()) == 1
