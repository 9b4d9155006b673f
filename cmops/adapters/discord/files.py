"""Files of a message as Discord takes them: parts of a form, exactly those that were reviewed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from cmops.adapters.contract import Message
from cmops.adapters.discord.content import attachments
from cmops.adapters.files import reviewed
from cmops.http.server import Request


def request(root: Path, message: Message, body: Mapping[str, Any]) -> Request:
    """The body with the message's files; JSON alone when there are none.

    Raises NotSent for a file that is not what was composed.
    """
    if not message.media:
        return {"json": dict(body)}
    names = [PurePosixPath(each.path).name for each in message.media]
    described = list(zip(names, (each.alt for each in message.media), strict=True))
    whole = {**body, "attachments": attachments(described)}
    return {
        "form": {"payload_json": json.dumps(whole, ensure_ascii=False, separators=(",", ":"))},
        "files": {
            f"files[{number}]": (name, reviewed(root, media.path, media.sha256), media.type)
            for number, (name, media) in enumerate(zip(names, message.media, strict=True))
        },
    }
