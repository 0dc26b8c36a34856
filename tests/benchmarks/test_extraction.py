from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from benchmarks.extraction import main
from benchmarks.extractors import Read, timed
from benchmarks.gold import GoldPage, read_gold
from benchmarks.scores import score_page, score_set

LINES = [
    "晨港集团今日公告，新码头投入运行，首批集装箱已经靠泊。",
    "公司说，全年吞吐量将会因此增加三成，明年还会再建一座。",
] * 3
PAGE = (
    "<html lang=zh><head><meta charset=utf-8><title>晨港集团新码头投入运行</title></head><body>"
    "<h1>晨港集团新码头投入运行</h1><div class=info>2026年11月20日 10:05 来源：某某日报</div>"
    f"<div class=content>{''.join(f'<p>{line}</p>' for line in LINES)}</div></body></html>"
)
GOLD = {
    "text": "\n".join(LINES), "title": "晨港集团新码头投入运行", "date": "2026-11-20", "time": "10:05",
    "publisher": "某某日报", "authors": [],
}  # fmt: skip


def gold(metric: str, **told: object) -> GoldPage:
    return GoldPage("a", "", Path(), metric, told)


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    (tmp_path / "plain.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "packed.html.gz").write_bytes(gzip.compress(PAGE.encode()))
    rows = [{"id": name, "path": name, "lang": "zh", "gold": GOLD} for name in ("plain.html", "packed.html.gz")]
    rows.append({"id": "unjudged", "path": "plain.html"})
    path = tmp_path / "gold.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_numbers_of_every_extractor_come_from_one_command(manifest: Path, capsys: pytest.CaptureFixture[str]):
    main([str(manifest), "--extractors", "finews,trafilatura", "--json"])
    told = json.loads(capsys.readouterr().out)[str(manifest)]["extractors"]
    assert told["finews"]["pages"] == 2
    assert told["finews"]["exact"] == told["finews"]["f1"] == 1
    assert told["finews"]["fields"] == {
        "title": [2, 2], "day": [2, 2], "time": [2, 2], "publisher": [2, 2], "authors": [0, 0], "invented": [0, 2],
    }  # fmt: skip
    assert told["trafilatura"]["pages_per_cpu_second"] > 0


def test_the_two_halves_are_the_set(manifest: Path):
    pages = read_gold(manifest)
    assert [page.id for page in pages] == ["plain.html", "packed.html.gz"]
    assert {page.half for page in pages} <= {"A", "B"}
    assert [page.body() for page in pages] == [PAGE.encode()] * 2


def test_the_public_benchmarks_form_is_read(tmp_path: Path):
    (tmp_path / "ground-truth.json").write_text('{"k": {"articleBody": "One two.", "url": "http://a.test/"}}')
    (page,) = read_gold(tmp_path / "ground-truth.json")
    assert (page.id, page.metric, page.gold["text"]) == ("k", "words", "One two.")
    assert page.path == tmp_path / "html" / "k.html.gz"


@pytest.mark.parametrize(
    ("metric", "told", "shown", "precision", "recall"),
    [
        ("words", "a b c d e", "a b c d e", 1, 1),
        ("words", "a b c d e", "a b c d", 1, 0.5),
        ("words", "a b c d", "x a b c d", 0.5, 1),
        ("bag", "A b c", "c B a d", 0.75, 1),
        ("characters", "股价，上涨", "股 价上涨。", 1, 1),
        ("words", "", "", 1, 1),
        ("words", "a", "", 0, 0),
    ],
)
def test_text_is_compared_by_the_sets_metric(metric: str, told: str, shown: str, precision: float, recall: float):
    score = score_page(gold(metric, text=told), Read(text=shown))
    assert (score.precision, score.recall) == (precision, recall)


def test_only_what_the_gold_tells_is_scored():
    known = score_page(gold("bag", text="a", authors=None), Read(text="a", authors=("X",)))
    assert known.fields == {}
    right = score_page(gold("bag", text="a", authors=["Ann Lee"]), Read(text="a", authors=("ANN LEE",)))
    invented = score_page(gold("bag", text="a", authors=["Ann Lee"], byline=False), Read(text="a", authors=("Ann",)))
    assert (right.fields, invented.fields) == ({"authors": True}, {"invented": True})
    assert score_set([right, invented], by_page=True).fields["authors"] == (1, 1)


def test_an_extractor_that_fails_reads_nothing():
    read = timed("trafilatura", b"", "")
    assert (read.text, bool(read.error or read.cpu_seconds >= 0)) == ("", True)
