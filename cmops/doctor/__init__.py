"""What keeps a workspace from publishing, found before it does: its channels, ledger and clock.

Nothing is published, and nothing but a question goes to any server.
"""

from __future__ import annotations

from cmops.doctor.check import Check, Level

__all__ = ["Check", "Level"]
