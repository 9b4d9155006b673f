"""Records -> the workspace: every document in its place, by its id."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from cmops.findings import Finding
from cmops.workspace import model, time
from cmops.workspace.build import Reader
from cmops.workspace.model import Broken, Report, Settings, Sidecar, Windows, Workspace

if TYPE_CHECKING:
    from cmops.workspace.load import Record
    from cmops.workspace.model import Editorial, Post

_ID = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*")
# What has no accent to take off.
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d"})
# Classes by their names: what no document is made of need not be imported.
_SINGLE: Mapping[str, tuple[str, str]] = {
    "post": ("posts", "Post"),
    "article": ("posts", "Post"),
    "reply": ("replies", "Reply"),
    "campaign": ("campaigns", "Campaign"),
    "event": ("events", "Event"),
    "guidelines": ("guidelines", "Guidelines"),
    "crisis": ("crises", "CrisisPlaybook"),
    "incident": ("incidents", "Incident"),
}
_SEVERAL: Mapping[str, tuple[str, str, str]] = {
    "key-dates": ("key_dates", "dates", "KeyDate"),
    "objectives": ("objectives", "objectives", "Objective"),
    "moderation": ("moderation", "rules", "ModerationRule"),
}

_NOTHING: Mapping[str, Post] = {}


def assemble(
    root: str, settings: Settings, records: Iterable[Record], made: Mapping[str, Post] = _NOTHING
) -> tuple[Workspace, list[Finding]]:
    """The workspace that these records make, and what only shows when they come together.

    ``made`` are posts by their path of which it is known already that they come of it.
    """
    building = _Building(settings, made)
    for record in records:
        building.add(record)
    workspace = Workspace(
        root=root,
        settings=settings,
        sidecars=building.sidecars,
        reports=building.reports,
        key_dates=tuple(building.placed["key_dates"].values()),
        windows=building.windows,
        editorial=building.editorial,
        broken=tuple(building.broken),
        **{name: building.placed[name] for name in building.placed if name != "key_dates"},
    )
    return workspace, building.findings


class _Building:
    def __init__(self, settings: Settings, made: Mapping[str, Post]) -> None:
        self._made = made
        self._zone = time.zone(settings.timezone)
        names = [name for name, _ in _SINGLE.values()] + [name for name, *_ in _SEVERAL.values()]
        self.placed: dict[str, dict[str, Any]] = {name: {} for name in names}
        self.sidecars: dict[str, Sidecar] = {}
        self.reports: dict[str, Report] = {}
        self.windows = Windows()
        self.editorial: Editorial | None = None
        self.broken: list[Broken] = []
        self.findings: list[Finding] = []

    def add(self, record: Record) -> None:
        """Puts one record where it belongs."""
        if record.kind == "settings":
            return
        if record.broken or record.data is None:
            if record.kind in ("post", "article"):
                self.broken.append(_broken(record, self._zone))
            return
        reader = Reader(record.path, self._zone)
        self._build(record, record.data, reader)
        self.findings += reader.findings

    def _build(self, record: Record, data: Mapping[str, Any], reader: Reader) -> None:
        path, kind = record.path, record.kind
        if kind in _SINGLE:
            self._single(record, data, reader)
        elif kind in _SEVERAL:
            self._several(record, data, reader)
        elif kind == "media":
            media = path.removeprefix("content/").removesuffix(".yml")
            self.sidecars[media] = reader.build(Sidecar, data, path=path, media=media)
        elif kind == "report":
            self.reports[path] = reader.build(Report, data, path=path, body=record.body)
        elif kind == "windows":
            self.windows = reader.build(Windows, data, path=path)
        elif kind == "editorial":
            self.editorial = reader.build(model.Editorial, data, path=path, body=record.body)

    def _single(self, record: Record, data: Mapping[str, Any], reader: Reader) -> None:
        name, cls = _SINGLE[record.kind]
        id = data.get("id") or _stem(record.path)
        if not is_id(id):
            self.findings.append(
                Finding("CM203", record.path, (), {"name": id, "id": ascii_id(id)})
            )
            if name == "posts":
                self.broken.append(_broken(record, self._zone))
            return
        known: dict[str, Any] = {"id": id, "path": record.path, "body": record.body}
        if name == "posts":
            known["kind"] = record.kind
        document = self._made.get(record.path)
        if document is None:
            document = reader.build(getattr(model, cls), data, **known)
        self._place(name, id, document, ("id",) if "id" in data else ())

    def _several(self, record: Record, data: Mapping[str, Any], reader: Reader) -> None:
        name, key, cls = _SEVERAL[record.kind]
        for index, entry in enumerate(data.get(key, ())):
            at = (key, index)
            known = {"id": entry["id"], "path": record.path, "pointer": at}
            document = reader.build(getattr(model, cls), entry, at, **known)
            self._place(name, entry["id"], document, (*at, "id"))

    def _place(self, name: str, id: str, document: Any, at: tuple[str | int, ...]) -> None:
        first = self.placed[name].setdefault(id, document)
        if first is document:
            return
        for one, other in ((document, first), (first, document)):
            where = at if one is document else ()
            self.findings.append(Finding("CM204", one.path, where, {"id": id, "other": other.path}))


def _broken(record: Record, zone: Any) -> Broken:
    """What can still be said of a post that cannot be used."""
    data = record.data or {}
    to, at = data.get("to"), data.get("publish_at")
    channels = tuple(each for each in to if isinstance(each, str)) if isinstance(to, list) else ()
    id = data.get("id")
    return Broken(
        record.path,
        id if isinstance(id, str) and is_id(id) else ascii_id(_stem(record.path)),
        channels,
        _or_none(lambda: time.moment(at, zone)) if isinstance(at, str) else None,
    )


def _stem(path: str) -> str:
    name = path.rpartition("/")[2]
    return name.rpartition(".")[0]


def _or_none(read: Callable[[], Any]) -> Any:
    try:
        return read()
    except ValueError:
        return None


def is_id(name: str) -> bool:
    """Whether a name can be an identifier as it is."""
    return _ID.fullmatch(name) is not None


def ascii_id(name: str, otherwise: str = "sans-nom") -> str:
    """An identifier made of a name: ``Atelier d’été`` becomes ``atelier-d-ete``.

    ``otherwise`` is for a name that has no letter or digit of ASCII, not even below an accent.
    """
    import unicodedata

    parted = re.sub(r"[^\w]+", "-", name.lower().translate(_LIGATURES))
    plain = unicodedata.normalize("NFKD", parted).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or otherwise
