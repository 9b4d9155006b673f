"""A folder -> the workspace it holds, and what is wrong with its files and their shape."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, field
from pathlib import Path
from typing import Any

from cmops.findings import Finding
from cmops.values import dataclass
from cmops.workspace import files, mismatch, schema, source
from cmops.workspace.assemble import assemble
from cmops.workspace.cache import Cache, fingerprint
from cmops.workspace.files import File
from cmops.workspace.model import Post, Settings, Workspace
from cmops.workspace.settings import read_settings, spoken
from cmops.workspace.source import Document

SETTINGS = "cmops.yml"
SHELF = "documents"
_POSTS = ("post", "article")
_UNREADABLE = ("CM0", "CM1", "CM202")


@dataclass(frozen=True, slots=True)
class Record:
    """One file as it was read: its data if its shape is right, and what is wrong otherwise.

    ``data`` of a ``broken`` record is what could be read of it, or None.
    """

    path: str
    kind: str
    digest: str
    data: dict[str, Any] | None
    body: str
    findings: tuple[Finding, ...] = ()

    @property
    def broken(self) -> bool:
        """Whether the file cannot be used: no data, data of a wrong shape or a later version's."""
        if not self.findings:
            return self.data is None
        return self.data is None or any(each.code.startswith(_UNREADABLE) for each in self.findings)


@dataclass(frozen=True)
class Loaded:
    """The workspace with its records, and everything found wrong while reading it.

    ``usable`` is False when ``cmops.yml`` is missing or wrong: then nothing can be planned, and
    the rest has only been checked by itself.
    """

    root: Path
    workspace: Workspace
    records: Mapping[str, Record]
    findings: tuple[Finding, ...]
    usable: bool
    files: Mapping[str, File] = field(default_factory=dict, repr=False)

    @property
    def surroundings(self) -> str:
        """What changes when any document does that is no post."""
        others = (each for each in self.records.values() if each.kind not in _POSTS)
        return fingerprint(text for each in others for text in (each.path, each.digest))

    def document(self, path: str) -> Document | None:
        """The file read anew, for its marks; None when it cannot be read."""
        file = self.files.get(path)
        if file is None:
            return None
        raw = files.read_bytes(self.root, file)
        return None if isinstance(raw, Finding) else source.read(path, raw, file.kind)[0]


def load(root: Path, cache: Cache | None = None, earlier: Loaded | None = None) -> Loaded:
    """Reads every document below ``root``; never raises for what is in them.

    Of files that stand as they stood ``earlier``, what was made of them then is taken.
    """
    found, problems = files.walk(root)
    records = _records(root, found, cache, earlier)
    settings, usable, wrong = _settings(root, records)
    made = _made(earlier, settings, records) if earlier else {}
    workspace, times = assemble(str(root), settings, records.values(), made)
    findings = [*problems, *wrong, *times]
    findings += [finding for record in records.values() for finding in record.findings]
    by_path = {file.path: file for file in found}
    return Loaded(root, workspace, records, tuple(findings), usable, by_path)


def _settings(root: Path, records: Mapping[str, Record]) -> tuple[Settings, bool, list[Finding]]:
    record = records.get(SETTINGS)
    if record is not None and record.data is not None and not record.broken:
        return read_settings(record.data, record.digest), True, []
    # What is right in it still serves to check the rest.
    data = dict(record.data or {}) if record else {}
    for wrong in list(schema.mismatches("settings", data)) if data else ():
        if wrong.absolute_path:
            data.pop(str(wrong.absolute_path[0]), None)
    data.setdefault("language", spoken(root / SETTINGS))
    missing = [Finding("CM201", SETTINGS, place=(1, 1))] if record is None else []
    return read_settings(data, record.digest if record else ""), False, missing


def _made(earlier: Loaded, settings: Settings, records: Mapping[str, Record]) -> Mapping[str, Post]:
    """By path, the earlier posts of the same records, read in the same zone and without fault."""
    if earlier.workspace.settings.timezone != settings.timezone:
        return {}
    wrong = {each.path for each in earlier.findings}
    return {
        post.path: post
        for post in earlier.workspace.posts.values()
        if records.get(post.path) is earlier.records[post.path] and post.path not in wrong
    }


def _records(
    root: Path, found: tuple[File, ...], cache: Cache | None, earlier: Loaded | None
) -> dict[str, Record]:
    known = earlier.files if earlier else {}
    kept = cache.load(SHELF) if cache and earlier is None else {}
    records: dict[str, Record] = {}
    fresh: dict[str, tuple[str, str]] = {}
    for file in found:
        if earlier and known.get(file.path) == file and earlier.records[file.path].data is not None:
            records[file.path] = earlier.records[file.path]
            continue
        stamp = "{}:{}:{}:{}".format(*file.signature)
        stored = cache.get(SHELF, file.path) if cache and earlier else kept.get(file.path)
        if stored is not None and stored[0] == stamp:
            records[file.path] = _thaw(file, stored[1])
            continue
        record = _read(root, file, stored[1] if stored else "")
        records[file.path] = record
        if record.data is not None:
            fresh[file.path] = (stamp, _freeze(record))
    if cache:
        before = earlier.records if earlier else kept
        cache.save(SHELF, fresh, before.keys() - records.keys())
    return records


def _read(root: Path, file: File, kept: str) -> Record:
    raw = files.read_bytes(root, file)
    if isinstance(raw, Finding):
        return Record(file.path, file.kind, "", None, "", (raw,))
    if kept.startswith(f'["{source.digest(raw)}"'):
        return _thaw(file, kept)  # Written anew, and the same: so is all of a fresh checkout.
    document, problems = source.read(file.path, raw, file.kind)
    if document is None:
        return Record(file.path, file.kind, "", None, "", problems)
    wrong = tuple(_mismatches(document)) if not problems else ()
    return Record(
        file.path, file.kind, document.digest, document.data, document.body, (*problems, *wrong)
    )


def _mismatches(document: Document) -> Iterator[Finding]:
    if document.kind == "settings" and document.data.get("version", 1) != 1:
        version = document.data["version"]
        yield Finding("CM202", document.path, ("version",), {"version": version})
        return
    yield from mismatch.findings(document.path, schema.mismatches(document.kind, document.data))


def _freeze(record: Record) -> str:
    wrong = [asdict(finding) for finding in record.findings]
    kept = [record.digest, record.data, record.body, wrong]
    return _json(kept)


_json = json.JSONEncoder(ensure_ascii=False, default=list).encode


def _thaw(file: File, text: str) -> Record:
    digest, data, body, wrong = json.loads(text)
    found = tuple(map(thawed_finding, wrong)) if wrong else ()
    return Record(file.path, file.kind, digest, data, body, found)


def thawed_finding(data: Mapping[str, Any]) -> Finding:
    """A finding that went through JSON."""
    place = data["place"]
    return Finding(
        data["code"],
        data["path"],
        tuple(data["at"]),
        data["values"],
        data["channel"],
        data["on_key"],
        tuple(place) if place else None,
    )
