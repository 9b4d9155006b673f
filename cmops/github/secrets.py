"""Secrets that workflows are given: sealed here, so that only GitHub can open them.

Source: docs.github.com, "REST API endpoints for GitHub Actions Secrets" and "Encrypting secrets
for the REST API", read on 2026-11-22.
"""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import quote

from cmops.errors import CmopsError
from cmops.github.errors import Refused
from cmops.github.session import Repository
from cmops.http.secret import Secret, reveal


class NoSealing(CmopsError):
    """What seals secrets (PyNaCl) is not installed."""

    def __init__(self) -> None:
        super().__init__("github.no-sealing")


def put_secret(
    repository: Repository, name: str, value: Secret, environment: str | None = None
) -> None:
    """Makes a secret of the repository, or of one of its environments, have this value.

    The environment is made where there is none; one that is there keeps its rules. Raises
    GitHubError, and NoSealing where nothing can be sealed.
    """
    _public()
    place = "/actions/secrets"
    if environment is not None:
        where = f"/environments/{quote(environment, safe='')}"
        _ensure(repository, where)
        place = f"{where}/secrets"
    key = repository.get(f"{place}/public-key")
    sealed = _sealed(str(key["key"]), str(reveal(value)))
    repository.put(f"{place}/{name}", {"encrypted_value": sealed, "key_id": str(key["key_id"])})


def _ensure(repository: Repository, where: str) -> None:
    try:
        repository.get(where)
    except Refused as error:
        if error.status != 404:
            raise
        repository.put(where, {})


def _sealed(key: str, value: str) -> str:
    """Base64 of a sealed box that only the holder of the key's other half opens."""
    public = _public()
    box = public.SealedBox(public.PublicKey(base64.b64decode(key)))
    return base64.b64encode(box.encrypt(value.encode())).decode()


def _public() -> Any:
    try:
        from nacl import public
    except ImportError:
        raise NoSealing from None
    return public
