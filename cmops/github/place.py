"""Which repository, of which GitHub: from what GitHub Actions says, or from a git remote."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from cmops.github.errors import NoRepository
from cmops.values import dataclass

GITHUB = "https://github.com"
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_SCP = re.compile(r"(?:[^@/\s]+@)?([^:/\s]+):(?!//)(.+)")


@dataclass(frozen=True, slots=True)
class Place:
    """A repository: the server that people open, its API, and ``owner/name``."""

    server: str
    api: str
    repository: str

    @property
    def owner(self) -> str:
        """The account that the repository belongs to."""
        return self.repository.partition("/")[0]

    @property
    def url(self) -> str:
        """The repository's page."""
        return f"{self.server}/{self.repository}"


def find(environ: Mapping[str, str], address: str | None = None) -> Place:
    """The repository that GITHUB_REPOSITORY names, else that of a git remote's address.

    GITHUB_SERVER_URL and GITHUB_API_URL say where GitHub Enterprise is. Raises NoRepository.
    """
    named = environ.get("GITHUB_REPOSITORY", "")
    if named:
        if not _is_repository(named):
            raise NoRepository(named)
        return Place(_server(environ), _api(environ, _server(environ)), named)
    place = of_address(environ, address) if address else None
    if place is None:
        raise NoRepository(_without_user(address or ""))
    return place


def of_address(environ: Mapping[str, str], address: str) -> Place | None:
    """The repository behind a remote's address; None where that is no GitHub that we know.

    Known are github.com, GitHub Enterprise Cloud (``*.ghe.com``) and GITHUB_SERVER_URL.
    """
    host, path = _split(address)
    repository = path.strip("/").removesuffix(".git")
    if not host or not _is_repository(repository):
        return None
    own = _server(environ)
    if host in (_host(own), urlsplit(own).hostname):
        return Place(own, _api(environ, own), repository)
    if host == "github.com" or host.endswith(".ghe.com"):
        server = f"https://{host}"
        return Place(server, _api({}, server), repository)
    return None


def _server(environ: Mapping[str, str]) -> str:
    return (environ.get("GITHUB_SERVER_URL") or GITHUB).rstrip("/")


def _api(environ: Mapping[str, str], server: str) -> str:
    said = environ.get("GITHUB_API_URL", "").rstrip("/")
    if said:
        return said
    host = _host(server)
    if host == "github.com" or host.endswith(".ghe.com"):
        return f"https://api.{host}"
    return f"{server}/api/v3"


def _split(address: str) -> tuple[str, str]:
    """Host (with its port over HTTP) and path of a remote's address."""
    if "://" in address:
        try:
            parts = urlsplit(address)
            web = parts.scheme in ("http", "https")
            return (_host(address) if web else parts.hostname or ""), parts.path
        except ValueError:
            return "", ""
    found = _SCP.fullmatch(address)
    return (found[1].lower(), found[2]) if found else ("", "")


def _host(url: str) -> str:
    return urlsplit(url).netloc.rpartition("@")[2].lower()


def _is_repository(name: str) -> bool:
    parts = name.split("/")
    return len(parts) == 2 and all(_NAME.fullmatch(each) and each.strip(".") for each in parts)


def _without_user(address: str) -> str:
    return re.sub(r"(\w+://)[^/@]*@", r"\1", address)
