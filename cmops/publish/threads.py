"""Channels side by side: one thread each, which a stop does not wait for long."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cmops.publish.ports import Stop

GRACE = 3.0
"""Seconds that the send in hand gets after a stop: GitHub ends a job 7.5 s after asking."""


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
