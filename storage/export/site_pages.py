"""The pages of the Jekyll site around its posts, as text. Pure; Jekyll fills in the lists when it builds the site."""

from __future__ import annotations

from storage.export.front_matter import front_matter, quoted
from storage.export.post import TAG_SUFFIX, category_path

CONFIG = """\
# Written once by finews; yours to change.
title: 财经新闻
lang: zh-CN
timezone: Asia/Shanghai
future: true
markdown: kramdown
# The posts' bodies are HTML and stay as they are: no smart quotes, no ids, no formulas.
kramdown:
  input: GFM
  parse_block_html: false
  parse_span_html: false
  auto_ids: false
  smart_quotes: ["apos", "apos", "quot", "quot"]
  typographic_symbols:
    {hellip: "...", mdash: "---", ndash: "--", laquo: "<<", raquo: ">>", laquo_space: "<< ", raquo_space: " >>"}
  math_engine: null
  syntax_highlighter: null
# Signs of Liquid in an article's text are text (Jekyll 4).
defaults:
  - scope: {path: "", type: posts}
    values: {render_with_liquid: false}
exclude: [.finews-export.json, .finews-export.lock]
"""

DEFAULT_LAYOUT = """\
<!DOCTYPE html>
<html lang="{{ site.lang | default: 'zh-CN' }}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ page.title | default: site.title | escape }}</title>
</head>
<body>
{{ content }}
</body>
</html>
"""

POST_LAYOUT = """\
---
layout: default
---
<h1>{{ page.title | escape }}</h1>
<p><small>{{ page.date | date: "%Y-%m-%d %H:%M:%S %z" }}</small></p>
{{ content }}
"""

INDEX = """\
---
layout: default
permalink: /
---
<h1>{{ site.title | escape }}</h1>
<ul>
{% assign categories = site.pages | where: "list", "category" | sort: "title" %}{% for category in categories %}\
<li><a href="{{ category.url | relative_url }}">{{ category.title | escape }}</a></li>
{% endfor %}</ul>
<ul>
{% for post in site.posts limit: 100 %}\
<li>{{ post.date | date: "%Y-%m-%d %H:%M" }} <a href="{{ post.url | relative_url }}">{{ post.title | escape }}</a></li>
{% endfor %}</ul>
"""

_CATEGORY_LIST = """\
<h1>{{ page.title | escape }}</h1>
<ul>
{% for post in site.categories[page.slug] %}\
<li>{{ post.date | date: "%Y-%m-%d %H:%M" }} <a href="{{ post.url | relative_url }}">{{ post.title | escape }}</a></li>
{% endfor %}</ul>
<p><a href="{{ '/' | relative_url }}">返回首页</a></p>
"""


def category_page(slug: str, name: str) -> str:
    """Give a category's page: its posts, newest first, at the address that the posts' way back has."""
    title = name if name.endswith(TAG_SUFFIX) else name + TAG_SUFFIX
    lines = [
        ("layout", "default"),
        ("title", quoted(title)),
        ("list", "category"),
        ("slug", quoted(slug)),
        ("permalink", quoted(category_path(slug))),
    ]
    return front_matter(lines) + _CATEGORY_LIST
