"""Valid images generated from a name: the same name always gives the same bytes."""

import hashlib
import io
import zlib
from functools import lru_cache

from PIL import Image, ImageDraw

SIDE = 160


@lru_cache(maxsize=5_000)
def picture(name: str, image_format: str = "JPEG") -> bytes:
    seed = hashlib.sha256(name.encode()).digest()
    top, bottom = seed[0:3], seed[3:6]
    column = Image.new("RGB", (1, SIDE))
    for y in range(SIDE):
        share = y / SIDE
        column.putpixel((0, y), tuple(int(a * (1 - share) + b * share) for a, b in zip(top, bottom, strict=True)))
    image = column.resize((SIDE, SIDE))
    draw = ImageDraw.Draw(image)
    x, y = 30 + seed[6] % 60, 30 + seed[7] % 60
    draw.ellipse((x, y, x + 50, y + 50), fill=tuple(seed[8:11]))
    draw.text((12, SIDE - 22), name[:20], fill="white")
    out = io.BytesIO()
    image.save(out, image_format, quality=85)
    return out.getvalue()


@lru_cache(maxsize=1)
def bomb() -> bytes:
    """Return a PNG of a few kilobytes that decodes to 1.2 GB."""
    side = 20_000

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    header = side.to_bytes(4, "big") * 2 + bytes([8, 2, 0, 0, 0])
    # One row of zeros is sufficient: a decoder without limits allocates the size stated in the header.
    pixels = zlib.compress(bytes(1 + 3 * side) * 50, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
