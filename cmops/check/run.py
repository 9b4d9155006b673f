"""Findings of every rule: allowed or not, raised or not, located, worded and sorted."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime

from cmops.check.rule import Case, Scene
from cmops.check.rules import DOCUMENT_RULES, SETTINGS_RULES, WORKSPACE_RULES
from cmops.composed import Compositions, Version
from cmops.findings import Diagnostic, Finding, Severity
from cmops.ledger.history import History
from cmops.media import Gallery
from cmops.wording import Wording, codes
from cmops.workspace.cache import Cache
from cmops.workspace.load import SETTINGS, Loaded, thawed_finding
from cmops.workspace.model import Post

SHELF = "checked"
Kept = dict[str, tuple[str, str]]
"""By path, what must be unchanged for it to hold, and what was found."""

UNUSED = "CM901"
UNKNOWN = "CM902"
NOT_ALLOWED = "CM903"
_READING = ("CM0", "CM1")
_NO_MOMENT = ("CM301", "CM302", "CM303")


def examine(
    loaded: Loaded, compositions: Compositions, gallery: Gallery, cache: Cache | None = None
) -> tuple[Finding, ...]:
    """What the rules find that see one document; they run where their last result does not hold."""
    kept = cache.load(SHELF) if cache else {}
    editorial = loaded.workspace.editorial
    line = loaded.records[editorial.path].digest if editorial else ""
    fresh: Kept = {}
    found = _of_settings(loaded, kept, fresh)
    for post in loaded.workspace.posts.values():
        stamp = f"{compositions.stamp(post)}:{line}"
        stored = kept.get(post.path)
        if stored is not None and stored[0] == stamp:
            found += _thaw(stored[1])
        else:
            wrong = _examine(post, loaded, compositions, gallery)
            fresh[post.path] = (stamp, _freeze(wrong))
            found += wrong
    if cache:
        cache.save(SHELF, fresh, kept.keys() - loaded.records.keys())
    return tuple(found)


def check(
    loaded: Loaded,
    examined: Iterable[Finding],
    history: History,
    now: datetime,
    is_new: Callable[[str], bool] = lambda path: True,
    compositions: Compositions | None = None,
) -> tuple[Diagnostic, ...]:
    """Everything there is to say about a workspace, by path, line and column."""
    kept = found(loaded, examined, history, now, is_new, compositions)
    settings = loaded.workspace.settings
    return worded(loaded, kept, Wording(settings.language), settings.severities)


def found(
    loaded: Loaded,
    examined: Iterable[Finding],
    history: History,
    now: datetime,
    is_new: Callable[[str], bool] = lambda path: True,
    compositions: Compositions | None = None,
) -> list[Finding]:
    """Every finding of a workspace that is not allowed, in no certain order."""
    findings = [*loaded.findings, *_without_echo(examined, loaded.findings)]
    if loaded.usable:
        scene = Scene(loaded.workspace, history, now, is_new, compositions)
        findings += [each for rule in WORKSPACE_RULES for each in rule(scene)]
    return _allowed(loaded, findings)


def errors(findings: Iterable[Finding], raised: Mapping[str, str]) -> list[Finding]:
    """Those that are errors, some because the settings have ``raised`` them."""
    return [each for each in findings if _severity(each.code, raised) is Severity.ERROR]


def _severity(code: str, raised: Mapping[str, str]) -> Severity:
    return Severity(raised.get(code) or codes.code(code).severity)


def _of_settings(loaded: Loaded, kept: Kept, fresh: Kept) -> list[Finding]:
    """What is wrong with settings that can be used."""
    if not loaded.usable:
        return []
    stored, stamp = kept.get(SETTINGS), loaded.workspace.settings.digest
    if stored is not None and stored[0] == stamp:
        return _thaw(stored[1])
    wrong = [each for rule in SETTINGS_RULES for each in rule(loaded.workspace)]
    fresh[SETTINGS] = (stamp, _freeze(wrong))
    return wrong


def _examine(
    post: Post, loaded: Loaded, compositions: Compositions, gallery: Gallery
) -> list[Finding]:
    versions = compositions.versions(post)
    case = Case(post, loaded.workspace, versions, gallery)
    found = [each for rule in DOCUMENT_RULES for each in rule(case)]
    found += _problems(post, versions)
    return found


def _problems(post: Post, versions: Iterable[Version]) -> Iterator[Finding]:
    for version in versions:
        for problem in version.composition.problems:
            values = {"channel": version.channel.id, **problem.values}
            yield Finding(problem.code, post.path, problem.at, values, version.channel.id)


def _without_echo(found: Iterable[Finding], reading: Iterable[Finding]) -> Iterator[Finding]:
    """No "there is no time" about a time that is there and names no moment."""
    unread = {each.path for each in reading if each.code in _NO_MOMENT}
    return (each for each in found if not (each.code == "CM307" and each.path in unread))


def _allowed(loaded: Loaded, findings: list[Finding]) -> list[Finding]:
    """The findings that no ``cmops: {allow: …}`` silences, and the allows that silence nothing.

    What keeps a file from being read, or an error about it, cannot be allowed away.
    """
    allows = {
        path: record.data["cmops"]["allow"]
        for path, record in loaded.records.items()
        if record.data and "cmops" in record.data
        if not record.broken and record.data["cmops"].get("allow")
    }
    if not allows:
        return findings
    used: set[tuple[str, str]] = set()
    kept: list[Finding] = []
    for finding in findings:
        if finding.code in allows.get(finding.path, ()) and not finding.code.startswith(_READING):
            used.add((finding.path, finding.code))
        else:
            kept.append(finding)
    return [*kept, *_unused(allows, used)]


def _unused(
    allows: Mapping[str, Mapping[str, str]], used: set[tuple[str, str]]
) -> Iterator[Finding]:
    known = set(codes.names())
    for path, allow in allows.items():
        for code in allow:
            if (path, code) in used:
                continue
            kind = UNUSED if code in known else UNKNOWN
            kind = NOT_ALLOWED if code.startswith(_READING) else kind
            yield Finding(kind, path, ("cmops", "allow", code), {"allowed": code}, on_key=True)


def worded(
    loaded: Loaded,
    findings: Iterable[Finding],
    wording: Wording,
    raised: Mapping[str, str] | None = None,
) -> tuple[Diagnostic, ...]:
    """The findings as diagnostics: with line, column and words, sorted, each once."""
    by_path: dict[str, list[Finding]] = {}
    for finding in findings:
        by_path.setdefault(finding.path, []).append(finding)
    return tuple(
        sorted(
            {
                each: None
                for path, found in by_path.items()
                for each in _worded(loaded, path, found, wording, raised or {})
            },
            key=_order,
        )
    )


def _order(each: Diagnostic) -> tuple[str, int, int, str, str, str]:
    return (each.path, each.line, each.column, each.code, each.channel or "", each.message)


def _worded(
    loaded: Loaded,
    path: str,
    findings: list[Finding],
    wording: Wording,
    raised: Mapping[str, str],
) -> Iterator[Diagnostic]:
    document = None if all(each.place for each in findings) else loaded.document(path)
    for finding in findings:
        known = codes.code(finding.code)
        message, hint = known.said(finding.values, wording)
        severity = _severity(finding.code, raised)
        place = finding.place or (1, 1)
        if finding.place is None and document is not None:
            place = document.locate(finding.at, on_key=finding.on_key)
        yield Diagnostic(path, *place, severity, finding.code, message, hint, finding.channel)


_NOTHING = "[]"
"""What is kept of most posts."""


def _freeze(found: list[Finding]) -> str:
    return _json([asdict(each) for each in found]) if found else _NOTHING


def _plain(value: object) -> object:
    return list(value) if isinstance(value, (tuple, set, frozenset)) else str(value)


_json = json.JSONEncoder(ensure_ascii=False, default=_plain).encode


def _thaw(text: str) -> list[Finding]:
    return [] if text == _NOTHING else [thawed_finding(each) for each in json.loads(text)]
