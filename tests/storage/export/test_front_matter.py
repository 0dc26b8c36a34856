from __future__ import annotations

import pytest
import yaml
from hypothesis import example, given

from storage.export.front_matter import FrontMatterError, front_matter, name, quoted, scalar, split
from tests.storage.export.samples import HARD_TEXT, NAMES, TEXT


@given(TEXT | HARD_TEXT)
@example("\ufeff\u2028\u0085\x00\ufffe")
def test_a_quoted_value_reads_back_with_any_yaml_reader_and_is_one_line(text: str):
    block = f"title: {quoted(text)}\n"
    assert yaml.load(block, Loader=yaml.CSafeLoader) == {"title": text}
    assert yaml.load(block, Loader=yaml.SafeLoader) == {"title": text}
    assert len(block.splitlines()) == 1


@given(NAMES)
def test_a_scalar_is_a_string_also_for_readers_that_look_for_types(text: str):
    assert yaml.safe_load(f"tags: {scalar(text)}\n") == {"tags": text}


@pytest.mark.parametrize(
    "text", ["y", "No", "NULL", "1e5", "0x1F", "0o17", "12", "1_000", "2022-05-26", "1.5", "~", ""]
)
def test_words_that_ruby_reads_as_something_else_are_quoted(text: str):
    assert scalar(text) == f'"{text}"'


@pytest.mark.parametrize("text", ["澎湃新闻新闻", "emnews", "21世纪经济报道新闻", "36ke", "上海证券报·中国证券网新闻"])
def test_the_usual_names_stay_plain(text: str):
    assert scalar(text) == text


@given(NAMES)
def test_jekyll_does_not_split_a_name_at_its_spaces(text: str):
    read = yaml.safe_load(f"tags: {name(text)}\n")["tags"]
    names = read.split() if isinstance(read, str) else read
    assert names == ([text] if text else [])


@given(NAMES, NAMES)
def test_what_is_written_is_read(one: str, other: str):
    text = front_matter([("title", quoted(one)), ("tags", name(other))]) + "rest\n---\n"
    cut = split(text)
    assert cut.fields == {"title": (one,) if one else (), "tags": (other,) if other else ()}
    assert cut.rest == "rest\n---\n"


def test_a_title_with_bare_quotes_inside_quotes_is_read_as_it_stands():
    cut = split('---\nlayout: post\ntitle: "谁说"涨"了\\d"\ntags: *ST江畔\n---\nx')
    assert cut.fields == {"layout": ("post",), "title": ('谁说"涨"了\\d',), "tags": ("*ST江畔",)}


def test_values_are_text_whatever_their_type_would_be():
    cut = split("---\ntitle: 12\ndate: 2022-05-26 10:00:00\ntags: [on, 1.5]\nx: {a: b}\nempty:\n...\n")
    assert cut.fields == {
        "title": ("12",),
        "date": ("2022-05-26 10:00:00",),
        "tags": ("on", "1.5"),
        "x": (),
        "empty": (),
    }


@pytest.mark.parametrize(
    "text",
    [
        "no front matter",
        "",
        "---\ntitle: a\n",
        "---\n- a\n- b\n---\n",
        "---\na: &a [x, x]\nb: [*a, *a]\n---\n",
        "---\na: " + "[" * 50 + "]" * 50 + "\n---\n",
        '---\ntitle: "a\nno key here\n---\n',
        "---\n" + "x" * 300_000 + "\n---\n",
    ],
    ids=["none", "empty file", "no end", "a list", "anchors", "deep", "no key", "too long"],
)
def test_what_is_no_front_matter_is_refused_in_one_line(text: str):
    with pytest.raises(FrontMatterError) as refused:
        split(text)
    assert "\n" not in str(refused.value)
