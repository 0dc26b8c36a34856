"""Learned templates: what the pages of one host have in common, so that body and fields are found without guessing.

`learn` makes one from pages that the slow path read, `apply` uses it; the archive keeps it (`storage/templates.py`).
"""
