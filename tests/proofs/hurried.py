"""``cmops`` as it is, with shorter times: run as a program by the proofs, and by nobody else.

A lease of five minutes would make a proof of a hundred rounds last a day. The product has no
setting for that, and gets none: this sets its constants before anything else is imported. The
proportions stay: a send takes less than its patience, and patience and skew fit into the lease.
``PROOF_TIMES`` holds them, in seconds; ``ahead`` makes the machine's clock wrong by that much, and
``files`` is the most bytes that a file may have: a full disk, for those who may not mount one.
"""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta


def main() -> None:
    """Runs the command that the arguments name."""
    times = json.loads(os.environ.get("PROOF_TIMES") or "{}")
    if "lease" in times:
        _shorten(**{name: timedelta(seconds=times[name]) for name in ("lease", "skew", "patience")})
    if "files" in times:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (times["files"], times["files"]))
    if "ahead" in times:
        import time_machine

        wrong = datetime.now(UTC) + timedelta(seconds=times["ahead"])
        time_machine.travel(wrong, tick=True).start()
    from cmops.cli.main import main as cmops

    cmops()


def _shorten(lease: timedelta, skew: timedelta, patience: timedelta) -> None:
    from cmops.ledger import clock

    # The others take these two by name, when they are imported, which is later.
    clock.MAX_LEASE, clock.MAX_SKEW = lease, skew
    from cmops.http import wire
    from cmops.publish import outlets, send

    wire.CONNECT = wire.READ = wire.WHOLE = patience.total_seconds()
    send.RETRY = timedelta(seconds=1)
    made = outlets.outlet
    outlets.outlet = lambda channel, sender: replace(
        made(channel, sender), patience=patience, delay=skew
    )


if __name__ == "__main__":
    main()
