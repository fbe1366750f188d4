"""The structures of Apache Arrow's C interfaces, and reading them."""

import ctypes
import errno
from collections.abc import Generator, Iterator

from ._library import InputError, hidden

__tracebackhide__ = hidden


class Schema(ctypes.Structure):
    """ArrowSchema."""


class Array(ctypes.Structure):
    """ArrowArray."""


class Stream(ctypes.Structure):
    """ArrowArrayStream."""


Schema._fields_ = [
    ("format", ctypes.c_char_p), ("name", ctypes.c_char_p),
    ("metadata", ctypes.c_void_p), ("flags", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("children", ctypes.POINTER(ctypes.POINTER(Schema))),
    ("dictionary", ctypes.POINTER(Schema)),
    ("release", ctypes.CFUNCTYPE(None, ctypes.POINTER(Schema))),
    ("private_data", ctypes.c_void_p)]
Array._fields_ = [
    ("length", ctypes.c_int64), ("null_count", ctypes.c_int64),
    ("offset", ctypes.c_int64), ("n_buffers", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("buffers", ctypes.POINTER(ctypes.c_void_p)),
    ("children", ctypes.POINTER(ctypes.POINTER(Array))),
    ("dictionary", ctypes.POINTER(Array)),
    ("release", ctypes.CFUNCTYPE(None, ctypes.POINTER(Array))),
    ("private_data", ctypes.c_void_p)]
Stream._fields_ = [
    ("get_schema", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(Stream),
                                    ctypes.POINTER(Schema))),
    ("get_next", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(Stream),
                                  ctypes.POINTER(Array))),
    ("get_last_error", ctypes.CFUNCTYPE(ctypes.c_char_p,
                                        ctypes.POINTER(Stream))),
    ("release", ctypes.CFUNCTYPE(None, ctypes.POINTER(Stream))),
    ("private_data", ctypes.c_void_p)]


def _check(stream: Stream, status: int) -> None:
    if status == 0:
        return
    error = stream.get_last_error(ctypes.byref(stream))
    if error is None:
        raise MemoryError
    text = error.decode()
    if status != errno.EINVAL:
        raise RuntimeError(text)
    source, _, message = text.partition(": ")
    raise InputError(text, [{"source": source, "line": 0, "column": 0,
                             "pointer": "", "message": message}])


def schema_of(stream: Stream) -> Schema:
    """The caller releases it."""
    schema = Schema()
    _check(stream, stream.get_schema(ctypes.byref(stream),
                                     ctypes.byref(schema)))
    return schema


def batches_of(stream: Stream) -> Generator[Array, None, None]:
    """Each batch is released when the next one is asked for."""
    while True:
        batch = Array()
        _check(stream, stream.get_next(ctypes.byref(stream),
                                       ctypes.byref(batch)))
        if not batch.release:
            return
        try:
            yield batch
        finally:
            batch.release(ctypes.byref(batch))


def columns_of(schema: Schema, prefix: str = ""
               ) -> "Iterator[tuple[str, Schema, tuple[int, ...]]]":
    """The columns of a struct: name, schema, and place. Those of a struct in
    it have names with a dot."""
    for i in range(schema.n_children):
        child = schema.children[i].contents
        name = prefix + child.name.decode()
        if child.format == b"+s":
            for inner, of, place in columns_of(child, name + "."):
                yield inner, of, (i, *place)
        else:
            yield name, child, (i,)


def array_at(batch: Array, place: "tuple[int, ...]") -> Array:
    """The array of a column."""
    array = batch
    for i in place:
        array = array.children[i].contents
    return array
