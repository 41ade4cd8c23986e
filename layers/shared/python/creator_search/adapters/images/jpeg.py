"""The structure of JPEG files, read without decoding them. Source: ITU-T T.81, annex B."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_START, _END = b"\xff\xd8", b"\xff\xd9"
_PROGRESSIVE, _SCAN, _COMMENT = 0xC2, 0xDA, 0xFE
_APPLICATIONS = range(0xE0, 0xF0)
_AFTER_SCAN = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
"""A marker that ends the coded data of a scan."""
_LUMINANCE_SAMPLES = frozenset({0x11, 0x12, 0x21, 0x22})
_CHROMINANCE_SAMPLES = frozenset({0x11})


class _Unusual(Exception):
    """The file is broken, or not plain."""


def whole_jpeg_size(body: bytes) -> tuple[int, int] | None:
    """Return the width and height of a complete, plain JPEG: one frame of 8 bits a sample, grey or of three colours,
    with valid tables before its scans, and nothing after its end. None if anything is missing or unusual, which only a
    decoder can judge. The coded pixels are not read."""
    if not body.startswith(_START):
        return None
    try:
        return _Reader(body).read()
    except (_Unusual, IndexError):
        return None


@dataclass(slots=True)
class _Reader:
    body: bytes
    frame: int | None = None
    size: tuple[int, int] | None = None
    components: dict[int, int] = field(default_factory=dict)
    """The number of the quantization table of each component of the frame, by its identifier."""
    tables: set[int] = field(default_factory=set)
    """The Huffman tables so far: 0x0n for the first coefficients, 0x1n for the others."""
    quantizations: set[int] = field(default_factory=set)

    def read(self) -> tuple[int, int] | None:
        position, has_scan = len(_START), False
        while self.body[position : position + 2] != _END:
            marker, content = self._segment(position)
            position += 4 + len(content)
            if marker == _SCAN:
                self._check_scan(content)
                after, has_scan = _AFTER_SCAN.search(self.body, position), True
                position = after.start() if after else len(self.body)
            else:
                self._read_segment(marker, content)
        _require(has_scan and position + len(_END) == len(self.body))
        return self.size

    def _segment(self, position: int) -> tuple[int, bytes]:
        head = self.body[position : position + 4]
        length = int.from_bytes(head[2:], "big")
        _require(len(head) == 4 and head[0] == 0xFF and 2 <= length <= len(self.body) - position - 2)
        return head[1], self.body[position + 4 : position + 2 + length]

    def _read_segment(self, marker: int, content: bytes) -> None:
        match marker:
            case 0xC0 | 0xC1 | 0xC2:  # baseline, extended, progressive; all others are rare
                self._read_frame(marker, content)
            case 0xC4:
                self.tables.update(_huffman_tables(content))
            case 0xDB:
                self.quantizations.update(_quantizations(content))
            case 0xDD:
                _require(len(content) == 2)
            case _:
                _require(marker == _COMMENT or marker in _APPLICATIONS)

    def _read_frame(self, marker: int, content: bytes) -> None:
        _require(self.frame is None and content[0] == 8 and content[5] in (1, 3))
        _require(len(content) == 6 + 3 * content[5])
        for start in range(6, len(content), 3):
            identifier, samples, quantization = content[start : start + 3]
            _require(samples in (_CHROMINANCE_SAMPLES if self.components else _LUMINANCE_SAMPLES))
            _require(identifier not in self.components)
            self.components[identifier] = quantization
        self.frame = marker
        self.size = int.from_bytes(content[3:5], "big"), int.from_bytes(content[1:3], "big")

    def _check_scan(self, content: bytes) -> None:
        number = content[0]
        _require(self.frame is not None and 1 <= number <= len(self.components) and len(content) == 4 + 2 * number)
        used = {content[start]: content[start + 1] for start in range(1, 1 + 2 * number, 2)}
        _require(len(used) == number and used.keys() <= self.components.keys())
        _require({self.components[identifier] for identifier in used} <= self.quantizations)
        first, last, (high, low) = content[-3], content[-2], divmod(content[-1], 16)
        if self.frame == _PROGRESSIVE:
            _require(last == 0 if first == 0 else number == 1 and first <= last <= 63)
            _require(low <= 13 and high in (0, low + 1))
        else:
            _require((first, last, high, low) == (0, 63, 0, 0))
        for selected in used.values():
            needs_first = first == 0 and high == 0
            _require(not needs_first or selected >> 4 in self.tables)
            _require(last == 0 or 0x10 | selected & 15 in self.tables)


def _huffman_tables(content: bytes) -> Iterator[int]:
    """Yield the class and number of each table: 16 counts of codes, by their length, and the values of the codes."""
    position = 0
    while position < len(content):
        table, counts = content[position], content[position + 1 : position + 17]
        values = content[position + 17 : position + 17 + sum(counts)]
        _require(not table & 0xEC and len(counts) == 16 and len(values) == sum(counts) <= 256)
        _require(table >= 0x10 or all(value <= 15 for value in values))
        free = 1
        for count in counts:
            free = 2 * free - count  # codes of this length that are left
            _require(free >= 0)
        yield table
        position += 17 + len(values)


def _quantizations(content: bytes) -> Iterator[int]:
    """Yield the number of each table: 64 values of one or two bytes."""
    position = 0
    while position < len(content):
        width, number = divmod(content[position], 16)
        position += 1 + 64 * (width + 1)
        _require(width <= 1 and number <= 3 and position <= len(content))
        yield number


def _require(is_plain: bool) -> None:
    if not is_plain:
        raise _Unusual
