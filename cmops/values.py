"""Dataclasses that never change, to which the type checker sees and not every assignment.

A frozen dataclass sets each of its fields by a call that gets round its own guard: it takes four
times as long to make as one without, and ten thousand posts are a million fields. So ``dataclass``
is the standard library's to mypy, which refuses every assignment to a frozen field; at run time
the guard is left out, and the hash of a frozen class stays. The same for attrs, measured:
threeofwands.com, "attrs iv: Zero-overhead Frozen attrs Classes".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["dataclass"]

if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    import dataclasses

    def dataclass(kind=None, /, *, frozen=False, eq=True, **others):
        """``dataclasses.dataclass``, frozen for the type checker alone."""
        return dataclasses.dataclass(kind, eq=eq, unsafe_hash=frozen and eq, **others)
