"""A workspace that has one of everything, and everything in it is hostile."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest

from cmops.project import Project
from tests.conftest import MakeWorkspace

XSS = "<img src=x onerror=alert(1)>"
AT = "2026-12-01 12:30"


def _png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"\0\0")
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


FILES: dict[str, str | bytes] = {
    "content/media/a.png": _png(),
    "content/media/a.png.yml": (
        f"alt: {{fr: '\"{XSS}'}}\ncredit: '{XSS}'\nlicence: CC0-1.0\n"
        "consent: {state: not-needed}\n"
    ),
    "content/media/unused.png": _png(),
    "content/posts/un.md": f"""---
title: '{XSS} un'
status: ready
publish_at: 2026-12-02 12:15
to: [mastodon, bluesky, archive]
campaign: hiver
event: fete
link: https://example.org/?a=1&b=<2>
media: [media/a.png]
---
Bonjour {XSS}

Une ligne vide avant.
""",
    "content/posts/fil.md": """---
title: Un fil
status: ready
publish_at: 2026-12-01 09:00
to: [mastodon]
---
Premier

---

Second : https://example.org/a)
""",
    "content/posts/idee.md": "---\ntitle: Une idée\nstatus: idea\nto: [mastodon]\n---\nÀ voir\n",
    "content/posts/brouillon.md": (
        "---\ntitle: Un brouillon\nstatus: draft\npublish_at: 2027-01-05 10:00\n"
        "to: [mastodon]\n---\nX\n"
    ),
    "content/posts/casse.md": "---\ntitle: [\n---\n",
    "content/replies/merci.md": f"---\ntitle: '{XSS}'\nwhen: '{XSS}'\n---\n{XSS}\n",
    "calendar/objectives.yml": "objectives:\n"
    + "".join(
        f"  - {{id: {id}, name: N, why: W, kpi: {kpi}, target: 4,"
        " start: 2026-10-01, end: 2026-12-31}\n"
        for id, kpi in (("but", "published"), ("clics", "clicks"))
    ),
    "calendar/campaigns/hiver.md": f"""---
name: '{XSS} hiver'
objective: but
start: 2026-11-20
end: 2026-12-20
audiences: [tous]
channels: [mastodon]
---
## Un titre

{XSS} [piège](javascript:alert(1)) ![image](https://example.org/pixel.png)
""",
    "calendar/events/fete.md": f"""---
name: Fête
type: meetup
start: 2026-12-05 14:00
end: 2026-12-05 18:00
url: https://example.org/fete
place: '{XSS}'
---
""",
}


@pytest.fixture
def hostile(workspace: MakeWorkspace) -> Path:
    """The folder of that workspace."""
    return workspace(FILES)


@pytest.fixture
def project(hostile: Path) -> Project:
    """It, on the first of December at half past twelve."""
    return Project(hostile, at=AT, sandbox=True)
