"""What reviewers see of a change: what it sends, moves, corrects and cancels, exactly."""

from __future__ import annotations
