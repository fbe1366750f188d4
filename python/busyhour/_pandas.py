"""Frames of pandas from a stream of Arrow, without pyarrow."""

import contextlib
import ctypes
from typing import Any, Optional

import numpy
import pandas

from . import _arrow

_NUMBERS = {b"i": numpy.int32, b"l": numpy.int64, b"g": numpy.float64,
            b"C": numpy.uint8, b"I": numpy.uint32, b"tsm:UTC": numpy.int64}


def _buffer(array: _arrow.Array, number: int, count: int, kind: Any) -> Any:
    """A view of a buffer with that many values."""
    size = count * numpy.dtype(kind).itemsize
    if size == 0:
        return numpy.zeros(0, kind)
    content = (ctypes.c_char * size).from_address(array.buffers[number])
    return numpy.frombuffer(content, kind)


def _bits(array: _arrow.Array, number: int) -> Any:
    packed = _buffer(array, number, (array.length + 7) // 8, numpy.uint8)
    return numpy.unpackbits(packed, bitorder="little")[:array.length].astype(
        bool)


def _missing(array: _arrow.Array) -> Any:
    if array.null_count == 0:
        return numpy.zeros(array.length, bool)
    return ~_bits(array, 0)


def _texts(array: _arrow.Array) -> Any:
    offsets = _buffer(array, 1, array.length + 1, numpy.int32)
    content = _buffer(array, 2, int(offsets[-1]), numpy.uint8).tobytes()
    texts = numpy.empty(array.length, object)
    texts[:] = [content[begin:end].decode() for begin, end
                in zip(offsets[:-1].tolist(), offsets[1:].tolist())]
    return texts


def _uuids(array: _arrow.Array) -> Any:
    digits = _buffer(array, 1, 16 * array.length, numpy.uint8).tobytes().hex()
    texts = numpy.empty(array.length, object)
    texts[:] = [f"{each[:8]}-{each[8:12]}-{each[12:16]}-{each[16:20]}-"
                f"{each[20:]}" for each in
                (digits[i:i + 32] for i in range(0, len(digits), 32))]
    return texts


class _Column:
    """Collects the values of a column."""

    def __init__(self, schema: _arrow.Schema) -> None:
        self._format: bytes = schema.format
        self._is_dictionary = bool(schema.dictionary)
        self._is_text = self._is_dictionary or self._format in (b"u", b"w:16")
        self._may_be_missing = bool(schema.flags & 2)
        self._values: "list[Any]" = []
        self._missing: "list[Any]" = []

    def add(self, array: _arrow.Array) -> None:
        """Copies the values of a batch."""
        missing = _missing(array)
        self._missing.append(missing)
        if self._is_text:
            values = self._texts(array, missing)
            values[missing] = None
        elif self._format == b"b":
            values = _bits(array, 1)
        else:
            values = _buffer(array, 1, array.length,
                             _NUMBERS[self._format]).copy()
        self._values.append(values)

    def _texts(self, array: _arrow.Array, missing: Any) -> Any:
        if not self._is_dictionary:
            return _texts(array) if self._format == b"u" else _uuids(array)
        texts = _texts(array.dictionary.contents)
        index = _buffer(array, 1, array.length, _NUMBERS[self._format])
        values = numpy.full(array.length, None, object)
        # Where a value is missing, any index is there.
        values[~missing] = texts[index[~missing]]
        return values

    def series(self) -> Any:
        """All values, as pandas has them."""
        if not self._values:
            self._values = [numpy.zeros(0, self._kind() or object)]
            self._missing = [numpy.zeros(0, bool)]
        values = numpy.concatenate(self._values)
        missing = numpy.concatenate(self._missing)
        if self._is_text:
            return values
        if self._format == b"tsm:UTC":
            times = values.astype("datetime64[ms]").astype("datetime64[ns]")
            times[missing] = numpy.datetime64("NaT")
            return pandas.Series(times).dt.tz_localize("UTC")
        if self._format == b"g":
            values[missing] = numpy.nan
            return values
        if not self._may_be_missing:
            return values
        if self._format == b"b":
            return pandas.arrays.BooleanArray(values, missing)
        return pandas.arrays.IntegerArray(values, missing)

    def _kind(self) -> Optional[Any]:
        if self._is_text:
            return None
        return bool if self._format == b"b" else _NUMBERS[self._format]


def frame_of(stream: _arrow.Stream,
             most: Optional[int] = None) -> pandas.DataFrame:
    """The records of the stream: all, or at most that many, for which only the
    first batches are read."""
    schema = _arrow.schema_of(stream)
    try:
        columns = [(name, _Column(of), place)
                   for name, of, place in _arrow.columns_of(schema)]
    finally:
        schema.release(ctypes.byref(schema))
    count = 0
    with contextlib.closing(_arrow.batches_of(stream)) as batches:
        while most is None or count < most:
            batch = next(batches, None)
            if batch is None:
                break
            count += batch.length
            for _, column, place in columns:
                column.add(_arrow.array_at(batch, place))
    frame = pandas.DataFrame({name: column.series()
                              for name, column, _ in columns})
    return frame if most is None else frame.head(most)
