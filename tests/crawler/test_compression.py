"""What was packed comes back whole, or is refused: never half of it."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from contextlib import suppress

import brotli
import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from crawler.compression import decompress
from crawler.errors import ResponseRefused
from storage.reasons import Reason

PLENTY = 10_000_000
Pack = Callable[[bytes], bytes]


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


PACKERS: dict[str, tuple[str, Pack]] = {
    "gzip": ("gzip", gzip.compress),
    "x-gzip": ("x-gzip", gzip.compress),
    "zlib": ("deflate", zlib.compress),
    "raw deflate": ("deflate", raw_deflate),
    "br": ("br", brotli.compress),
    "zstd": ("zstd", zstd.compress),
}
packers = st.sampled_from(sorted(PACKERS)).map(PACKERS.__getitem__)
bodies = st.binary(max_size=3000) | st.text(alphabet="<p>an aticle</p>", max_size=3000).map(str.encode)


@given(bodies, st.lists(packers, max_size=3))
def test_what_was_packed_comes_back(body: bytes, layers: list[tuple[str, Pack]]) -> None:
    packed = body
    for _, pack in layers:
        packed = pack(packed)
    names = [name for name, _ in layers]
    assert decompress(packed, names, most_bytes=PLENTY) == body
    assert decompress(packed, [" , ".join(names).upper(), "identity"], most_bytes=PLENTY) == body


@given(st.binary(min_size=1, max_size=3000), packers, st.data())
def test_a_stream_without_its_end_is_refused(body: bytes, packer: tuple[str, Pack], data: st.DataObject) -> None:
    name, pack = packer
    packed = pack(body)
    cut = packed[: data.draw(st.integers(1, len(packed) - 1))]
    with pytest.raises(ResponseRefused) as raised:
        decompress(cut, [name], most_bytes=PLENTY)
    assert raised.value.reason is Reason.TRUNCATED


@given(st.integers(0, 5000), packers)
def test_no_layer_may_be_larger_than_the_limit(size: int, packer: tuple[str, Pack]) -> None:
    name, pack = packer
    for names, packed in (([name], pack(b"a" * size)), ([name, "gzip"], gzip.compress(pack(b"a" * size)))):
        if size <= 1000:
            assert decompress(packed, names, most_bytes=1000) == b"a" * size
        else:
            with pytest.raises(ResponseRefused) as raised:
                decompress(packed, names, most_bytes=1000)
            assert raised.value.reason is Reason.TOO_LARGE


@given(st.binary(max_size=300), st.sampled_from(["gzip", "deflate", "br", "zstd", "snappy"]))
def test_anything_else_is_refused_or_plain(noise: bytes, name: str) -> None:
    with suppress(ResponseRefused):
        assert len(decompress(noise, [name], most_bytes=PLENTY)) <= PLENTY


@pytest.mark.parametrize("pack", [gzip.compress, zstd.compress])
def test_streams_one_behind_the_other_are_one_body_and_padding_is_none(pack: Pack) -> None:
    name = "gzip" if pack is gzip.compress else "zstd"
    assert decompress(pack(b"one ") + pack(b"two") + b"\0" * 20, [name], most_bytes=PLENTY) == b"one two"


def test_a_window_larger_than_servers_may_use_is_refused() -> None:
    packer = zstd.ZstdCompressor(options={zstd.CompressionParameter.window_log: 27})
    packed = packer.compress(bytes(20_000_000)) + packer.flush()
    with pytest.raises(ResponseRefused, match="damaged"):
        decompress(packed, ["zstd"], most_bytes=100_000_000)
