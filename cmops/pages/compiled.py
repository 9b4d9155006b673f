"""Templates that this process has compiled: ``mkdocs serve`` builds the site again and again.

They are kept in memory alone. A file of code in a workspace could have been put there by anybody.
"""

from __future__ import annotations

from types import CodeType
from typing import ClassVar

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket


class Compiled(BytecodeCache):
    """What was compiled of each template, by its name and text."""

    _known: ClassVar[dict[tuple[str, str], CodeType]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Gives what is known."""
        bucket.code = self._known.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Remembers it."""
        if bucket.code is not None:
            self._known[bucket.key, bucket.checksum] = bucket.code
