"""Runs of the library that an exception ends, also Ctrl-C."""

import concurrent.futures
import queue
import threading
from collections.abc import Callable
from typing import Any, Optional

from ._library import hidden

__tracebackhide__ = hidden

_ENDED = object()


class Run:
    """A run of the library in a thread of its own, which calls the callbacks.

    Python raises `KeyboardInterrupt` in the main thread, between any two steps
    of its code. In a callback, it would be lost: C cannot pass it on.
    """

    def __init__(self) -> None:
        self._told: "queue.SimpleQueue[Any]" = queue.SimpleQueue()
        self._is_stopped = threading.Event()
        self._error: Optional[BaseException] = None

    def callback(self, act: "Callable[[], Any]") -> int:
        """Does what a callback does, and returns what it returns: 0 ends the
        run. An exception ends it, too, and `result` raises it."""
        try:
            act()
        except BaseException as error:
            self._error = error
            return 0
        return 0 if self._is_stopped.is_set() else 1

    def tell(self, value: Any) -> None:
        """Passes a value to the caller's thread, unless that is still busy with
        the last one."""
        if self._told.empty():
            self._told.put(value)

    def result(self, act: "Callable[[], Any]",
               hear: "Optional[Callable[[Any], Any]]" = None) -> Any:
        """What `act()` returns in a new thread. Meanwhile, `hear` gets the
        values that are told, in this thread. An exception here ends the run."""
        future: "concurrent.futures.Future[Any]" = concurrent.futures.Future()

        def work() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(act())
            except BaseException as error:  # result() raises it
                future.set_exception(error)
            self._told.put(_ENDED)

        thread = threading.Thread(target=work, name="busyhour")
        try:
            thread.start()
            while (value := self._told.get()) is not _ENDED:
                if hear is not None:
                    hear(value)
        finally:
            self._is_stopped.set()
            # An exception in `start` does not say whether there is a thread: one
            # that has not begun with `act` yet never does.
            if not future.cancel():
                thread.join()
        result = future.result()
        if self._error is not None:
            raise self._error
        return result
