"""Ending early, and channels side by side: one thread each, which a stop does not wait for long."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

from cmops.ledger.clock import Clock

GRACE = 3.0
"""Seconds that the send in hand gets after a stop: GitHub ends a job 7.5 s after asking."""


class Stop:
    """Somebody asked this run to end."""

    step = 0.25
    """Seconds that a sleep may outlast it by."""

    def __init__(self) -> None:
        self._asked = Event()

    def ask(self) -> None:
        """No new send from now on. Safe in a signal handler and from any thread."""
        self._asked.set()

    @property
    def asked(self) -> bool:
        """Whether it was asked for."""
        return self._asked.is_set()

    def sleep(self, clock: Clock, seconds: float) -> None:
        """Waits, but not on after a stop."""
        end = clock.monotonic() + seconds
        while not self.asked and (left := end - clock.monotonic()) > 0:
            clock.sleep(min(left, self.step))


@contextmanager
def stopped_by_signals(stop: Stop) -> Iterator[None]:
    """Ctrl-C and the system's request to end ask ``stop``; a second one ends at once.

    Only in the main thread, as Python has it.
    """
    watched = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.getsignal(number) for number in watched}

    def ask(*_: object) -> None:
        stop.ask()
        _restore(before)

    for number in watched:
        signal.signal(number, ask)
    try:
        yield
    finally:
        _restore(before)


def _restore(before: Mapping[signal.Signals, Any]) -> None:
    for number, handler in before.items():
        signal.signal(number, handler)


def run_all(tasks: Sequence[Callable[[], None]], stop: Stop) -> None:
    """Runs every task; raises the first bug among them once all have ended."""
    failures: list[BaseException] = []
    # Daemons: a send that hangs must not keep a process alive that was told to end.
    threads = [Thread(target=_kept, args=(task, failures), daemon=True) for task in tasks]
    for thread in threads:
        thread.start()
    deadline: float | None = None
    while any(thread.is_alive() for thread in threads):
        if stop.asked and deadline is None:
            deadline = time.monotonic() + GRACE
        if deadline is not None and time.monotonic() >= deadline:
            break
        # Short joins, since a signal is only handled between them.
        next(thread for thread in threads if thread.is_alive()).join(0.05)
    if failures:
        raise failures[0]


def _kept(task: Callable[[], None], failures: list[BaseException]) -> None:
    try:
        task()
    except BaseException as failure:  # noqa: BLE001 - raised again by the thread that waits
        failures.append(failure)
