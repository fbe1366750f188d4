"""DuckDB's shared library, which npm's package has, by its C interface."""

import csv
import ctypes
import pathlib


class DuckDb:
    """A database in memory. `scratch` is a directory for results."""

    def __init__(self, library: pathlib.Path, scratch: pathlib.Path) -> None:
        self._library = ctypes.CDLL(str(library))
        self._library.duckdb_result_error.restype = ctypes.c_char_p
        self._library.duckdb_arrow_scan.argtypes = [
            ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
        self._database = ctypes.c_void_p()
        self._connection = ctypes.c_void_p()
        self._answer = scratch / "answer.csv"
        assert self._library.duckdb_open(
            None, ctypes.byref(self._database)) == 0
        assert self._library.duckdb_connect(
            self._database, ctypes.byref(self._connection)) == 0

    def load(self, table: str, stream: int) -> None:
        """Makes a table of a stream, by its address."""
        assert self._library.duckdb_arrow_scan(
            self._connection, b"stream", stream) == 0
        # It can read all columns only, and once.
        self._run(f"CREATE TABLE {table} AS SELECT * FROM stream")

    def query(self, sql: str) -> "list[list[str]]":
        """The rows, as texts."""
        self._run(f"COPY ({sql}) TO '{self._answer}' (HEADER false)")
        with self._answer.open(newline="", encoding="utf-8") as rows:
            return list(csv.reader(rows))

    def _run(self, sql: str) -> None:
        result = ctypes.create_string_buffer(256)  # duckdb_result
        status = self._library.duckdb_query(self._connection, sql.encode(),
                                            result)
        error = self._library.duckdb_result_error(result)
        assert status == 0, error.decode()
        self._library.duckdb_destroy_result(result)

    def close(self) -> None:
        self._library.duckdb_disconnect(ctypes.byref(self._connection))
        self._library.duckdb_close(ctypes.byref(self._database))
