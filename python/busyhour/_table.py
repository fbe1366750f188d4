"""The records of a log as columns."""

import ctypes
from typing import TYPE_CHECKING, Any, Optional

from . import _arrow, _library
from ._arguments import Mistakes

if TYPE_CHECKING:
    import pandas

__tracebackhide__ = _library.hidden
_NAME = b"arrow_array_stream"
_new_capsule = ctypes.pythonapi.PyCapsule_New
_new_capsule.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
_new_capsule.restype = ctypes.py_object
# What the capsule's destructor frees.
_allocate = ctypes.CDLL(None).calloc
_allocate.argtypes = [ctypes.c_size_t, ctypes.c_size_t]
_allocate.restype = ctypes.c_void_p
_free = ctypes.CDLL(None).free
_free.argtypes = [ctypes.c_void_p]
_free.restype = None


class Table:
    """The records of a log as columns: typed, and without text between.

    It has the Arrow PyCapsule interface, which pandas (from 2.2 on, with
    pyarrow), Polars, DuckDB and pyarrow take, and may be read any number of
    times:

        polars.DataFrame(table)
        pyarrow.table(table)
        duckdb.sql("SELECT count(*) FROM table")

    Texts with few values are dictionaries, ids are `arrow.uuid`, times are
    timestamps in milliseconds, UTC.
    """

    def __init__(self, job: _library.Handle, log: str, labels: bool,
                 threads: int) -> None:
        self._job = job
        self._log = log
        self._labels = labels
        self._threads = threads
        # Wrong arguments are told at once.
        stream = self._stream()
        try:
            schema = _arrow.schema_of(stream)
            self._columns = [name for name, _, _ in _arrow.columns_of(schema)]
            schema.release(ctypes.byref(schema))
        finally:
            stream.release(ctypes.byref(stream))

    def __repr__(self) -> str:
        facts = _library.json_of("job_facts", self._job)
        return (f"<busyhour.Table of {self._log}, {len(self._columns)} columns, "
                f"from {facts['profile']}, seed {facts['seed']}>")

    def _export(self, to: Any) -> None:
        _library.call("export_arrow", self._job, self._log.encode(),
                      self._labels, self._threads, to)

    def _stream(self) -> _arrow.Stream:
        stream = _arrow.Stream()
        self._export(ctypes.byref(stream))
        return stream

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        """A capsule with a new stream of all records. Other types of columns
        than the table's cannot be requested."""
        address = _allocate(1, ctypes.sizeof(_arrow.Stream))
        if not address:
            raise MemoryError
        try:
            self._export(address)
        except BaseException:
            _free(address)
            raise
        return _new_capsule(address, _NAME, _library.CAPSULE_DESTRUCTOR)

    @property
    def columns(self) -> "list[str]":
        """The names of the columns. Those of a nested object have a dot.

        >>> busyhour.table(log="usage").columns[:3]
        ['TimeGenerated', 'OperationName', 'OperationVersion']
        """
        return list(self._columns)

    def head(self, n: int = 5) -> "pandas.DataFrame":
        """A frame with the first records, as `to_pandas` has them, without
        simulating the others: only some thousand ahead. The labels of a table
        need the simulation of all calls.

        >>> table = busyhour.table(log="usage", duration="7d")
        >>> table
        <busyhour.Table of usage, 21 columns, from quickstart, seed 1>
        >>> table.head(3)["UsageType"].tolist()
        ['PSTN', 'Audio', 'PSTN']
        """
        Mistakes(n=n).check()
        return self._frame(max(n, 0))

    def to_pandas(self) -> "pandas.DataFrame":
        """A frame with a copy of all records. Needs pandas, of any version, and
        not pyarrow.

        Texts and ids are `str`, or `None` if they are missing; times are
        `datetime64[ns, UTC]`; whole numbers and booleans that may be missing
        are `Int32`, `Int64` and `boolean`.

        >>> frame = busyhour.table("voice-bot", calls=100).to_pandas()
        >>> frame.groupby("OperationName")["DurationMs"].mean().idxmax()
        'AnswerCall'
        """
        return self._frame(None)

    def _frame(self, most: Optional[int]) -> "pandas.DataFrame":
        """A frame with that many records at most."""
        try:
            from ._pandas import frame_of
        except ModuleNotFoundError as error:
            if error.name not in ("numpy", "pandas"):
                raise
            raise ModuleNotFoundError(
                "frames need pandas, which is not installed: pip install "
                "pandas", name="pandas") from None
        stream = self._stream()
        try:
            return frame_of(stream, most)
        finally:
            stream.release(ctypes.byref(stream))
