"""A JPEG that is accepted by its structure is one that the decoder accepts, and is not decoded."""

import io
import random
import subprocess
import sys
from collections.abc import Callable

import pytest
from creator_search.adapters.images.jpeg import whole_jpeg_size
from creator_search.adapters.images.source import as_jpeg
from creator_search.domain.errors import ImageRejected
from PIL import Image

from infra.local.sandbox.pictures import picture

CHANGED = 3000


def encoded(width: int, height: int, mode: str = "RGB", image_format: str = "JPEG", **options: object) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((width, height), 60).convert(mode).save(out, image_format, **options)
    return out.getvalue()


PLAIN = {
    "baseline": encoded(64, 48),
    "progressive": encoded(64, 48, progressive=True, optimize=True),
    "grey": encoded(64, 48, mode="L"),
    "colours in full": encoded(40, 40, subsampling=0, quality=30),
    "with restarts": encoded(64, 64, restart_marker_rows=1),
    "with a comment": encoded(24, 16, comment=b"\xff\xd9 text"),
}


@pytest.mark.parametrize("name", PLAIN)
def test_the_size_of_a_plain_jpeg_is_read_without_decoding(name: str) -> None:
    with Image.open(io.BytesIO(PLAIN[name])) as image:
        assert whole_jpeg_size(PLAIN[name]) == image.size


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xd8",
        b"\xff\xd8\xff\xd9",
        PLAIN["baseline"][:-1],
        PLAIN["baseline"][:300],
        PLAIN["baseline"] + b"<script>",
        encoded(20, 20, mode="CMYK"),
        encoded(20, 20, image_format="PNG"),
        encoded(20, 20, image_format="GIF"),
    ],
)
def test_what_is_cut_off_or_unusual_is_left_to_the_decoder(body: bytes) -> None:
    assert whole_jpeg_size(body) is None


def changed(body: bytes, chance: random.Random) -> bytes:
    """Return the file with bytes replaced, inserted, deleted or cut off, mostly in its headers."""
    found, place = bytearray(body), chance.randrange(chance.choice((len(body), 620)) % len(body) or 1)
    changes: tuple[Callable[[], object], ...] = (
        lambda: found.__setitem__(place, chance.randrange(256)),
        lambda: found.__setitem__(slice(place, place), chance.randbytes(chance.randrange(1, 9))),
        lambda: found.__delitem__(slice(place, place + chance.randrange(1, 9))),
        lambda: found.__delitem__(slice(place, None)),
    )
    chance.choices(changes, (6, 2, 2, 1))[0]()
    return bytes(found)


def is_decoded(body: bytes) -> bool:
    try:
        with Image.open(io.BytesIO(body), formats=["JPEG"]) as image:
            image.load()
            return image.format == "JPEG" and image.size == whole_jpeg_size(body)
    except Exception:  # what Pillow raises for broken files
        return False


def test_no_changed_file_is_accepted_that_the_decoder_refuses() -> None:
    chance, accepted = random.Random(5), 0
    for _ in range(CHANGED):
        body = changed(chance.choice([*PLAIN.values()]), chance)
        if whole_jpeg_size(body) is not None:
            accepted += 1
            assert is_decoded(body), body.hex()
    assert accepted > CHANGED / 10  # else the test would show nothing


def test_a_plain_jpeg_is_kept_without_a_decoder() -> None:
    code = (
        "import sys\n"
        "from creator_search.adapters.images.source import as_jpeg\n"
        "body = sys.stdin.buffer.read()\n"
        "assert as_jpeg(body) == body\n"
        "print('PIL' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], input=picture("a"), capture_output=True, check=False)
    assert done.stdout.strip() == b"False", done.stderr


def test_a_jpeg_that_the_structure_does_not_decide_is_decoded_and_kept() -> None:
    body = encoded(20, 20, mode="CMYK")
    assert as_jpeg(body) == body


@pytest.mark.parametrize("size", [(7, 64), (64, 4097)])
def test_the_size_of_a_plain_jpeg_is_limited(size: tuple[int, int]) -> None:
    assert whole_jpeg_size(encoded(*size)) == size
    with pytest.raises(ImageRejected, match="out of range"):
        as_jpeg(encoded(*size))
