"""No personal data in playbooks: a repository forgets nothing, and everybody has a copy."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from typing import Any

from cmops.check.rule import Scene
from cmops.findings import BODY, Finding, Pointer

_EMAIL = re.compile(r"(?<![\w.+@/-])([\w.+-]+)@[\w-]+(?:\.[\w-]+)+")
# What answers at these is a function and not a person.
_SHARED = re.compile(
    r"(?:abuse|accueil|admin|aide|alertes?|assistance|astreinte|billing|bonjour|boutique|comm?"
    r"|communication|community|conduct|contact|crises?|direction|dpo|equipe|hello|help|info|infos"
    r"|juridique|legal|moderation|moderateurs|newsletter|no-?reply|office|partenariats|ping|presse"
    r"|press|privacy|redaction|report|rgpd|gdpr|sales|sav|secretariat|security|securite|service"
    r"|signalement|social|sos|support|team|urgences?|vie-privee|webmaster)(?:[._+-].*)?",
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"(?<![\w./+-])(?:(?:\+33|0033)[ .-]?(?:\(0\)[ .-]?)?[1-79]|0[1-79])(?:[ .-]?\d{2}){4}(?![\d-])"
    r"|(?<![\w./+-])\+(?!33)[1-9]\d{0,2}(?:[ .-]?\(?\d{1,4}\)?){2,5}(?!\d)"
)
_LEAST_DIGITS = 8
_PLACES = ("path", "pointer")
_ROOMS = ("guidelines", "moderation", "crises", "incidents", "replies")


def privacy(scene: Scene) -> Iterator[Finding]:
    """E-mail addresses and telephone numbers of people in what is not for them."""
    workspace = scene.workspace
    documents = [each for room in _ROOMS for each in getattr(workspace, room).values()]
    if workspace.editorial is not None:
        documents.append(workspace.editorial)
    for document in documents:
        base = getattr(document, "pointer", ())
        for at, text in _texts(document, base):
            yield from _personal(text, document.path, at)


def _personal(text: str, path: str, at: Pointer) -> Iterator[Finding]:
    for match in _EMAIL.finditer(text) if "@" in text else ():
        if not _SHARED.fullmatch(match[1]):
            yield Finding("CM830", path, _place(at, match.start()), {"text": _hidden(match[0])})
    for match in _PHONE.finditer(text):
        if sum(map(str.isdigit, match[0])) >= _LEAST_DIGITS:
            yield Finding("CM831", path, _place(at, match.start()), {"text": _hidden(match[0])})


def _place(at: Pointer, position: int) -> Pointer:
    return (BODY, position) if at == (BODY,) else at


def _hidden(text: str) -> str:
    """Enough to find it by; the message ends in logs and must not spread it further."""
    return text[:3] + "…"


def _texts(value: Any, at: Pointer) -> Iterator[tuple[Pointer, str]]:
    """Every text in a document with its place; fields are called as in the file."""
    if isinstance(value, str):
        yield at, value
    else:
        for key, each in _inside(value):
            yield from _texts(each, (*at, key))


def _inside(value: Any) -> Iterator[tuple[str | int, Any]]:
    if isinstance(value, tuple):
        yield from enumerate(value)
    elif isinstance(value, Mapping):
        yield from value.items()
    elif dataclasses.is_dataclass(value):
        names = (field.name for field in dataclasses.fields(value))
        yield from ((name, getattr(value, name)) for name in names if name not in _PLACES)
