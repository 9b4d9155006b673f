"""Dataclasses that never change, to which the type checker sees and not every assignment.

A frozen dataclass sets each of its fields by a call that gets round its own guard: it takes four
times as long to make as one without, and ten thousand posts are a million fields. So ``dataclass``
is the standard library's to mypy, which refuses every assignment to a frozen field; at run time
the guard is left out, and the hash of a frozen class stays. The same for attrs, measured:
threeofwands.com, "attrs iv: Zero-overhead Frozen attrs Classes".

The standard library also writes and compiles the source of four methods for each class, which
every command would wait for. Here it does so for ``__init__`` alone; whether values are equal,
their hash and how they are shown ask the fields.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["dataclass"]

if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    import dataclasses
    from operator import attrgetter
    from reprlib import recursive_repr

    def dataclass(kind=None, /, *, frozen=False, eq=True, order=False, **others):
        """``dataclasses.dataclass``, frozen for the type checker alone."""
        if kind is None:
            return lambda kind: dataclass(kind, frozen=frozen, eq=eq, order=order, **others)
        if order:
            return dataclasses.dataclass(kind, order=True, unsafe_hash=frozen, **others)
        own = frozenset(vars(kind))
        made = dataclasses.dataclass(kind, eq=False, repr=False, **others)
        fields = dataclasses.fields(made)
        methods = {"__repr__": _repr(fields)}
        if eq:
            methods["__eq__"] = _eq([each.name for each in fields if each.compare])
            methods["__hash__"] = _hash(fields) if frozen else None
        for name, method in methods.items():
            if name not in own:
                setattr(made, name, method)
        return made

    def _repr(fields):
        shown = [each.name for each in fields if each.repr]

        @recursive_repr()
        def told(self):
            values = ", ".join(f"{name}={getattr(self, name)!r}" for name in shown)
            return f"{type(self).__qualname__}({values})"

        return told

    def _eq(names):
        values = _values(names)

        def equal(self, other):
            if other.__class__ is not self.__class__:
                return NotImplemented
            return self is other or values(self) == values(other)

        return equal

    def _hash(fields):
        values = _values(
            [each.name for each in fields if (each.compare if each.hash is None else each.hash)]
        )
        return lambda self: hash(values(self))

    def _values(names):
        """What gives the values of these fields together."""
        if len(names) > 1:
            return attrgetter(*names)
        return lambda self: tuple(getattr(self, name) for name in names)
