"""What a remote lets happen to a branch: whether we may push, whether anybody may delete it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from cmops.git.names import full_ref, object_id, plain_name
from cmops.git.plumbing import Git
from cmops.git.process import GitError
from cmops.values import dataclass

_TRUE = frozenset({"true", "yes", "on", "1"})


@dataclass(frozen=True, slots=True)
class Guard:
    """Whether a branch is safe at its remote; None where git cannot tell.

    ``host`` is the server's name (empty for a folder of this machine), ``folder`` that folder.
    """

    deletion: bool | None = None
    rewinding: bool | None = None
    host: str = ""
    folder: str = ""

    @property
    def known(self) -> bool:
        """Whether anything could be found out."""
        return self.deletion is not None


def refusal(git: Git, remote: str, commit: str, ref: str) -> str | None:
    """Why the remote would not let us push this commit; None when it would, as far as it says.

    Nothing is changed: the remote is asked as for a push, which then does not happen.
    """
    spec = f"{object_id(commit)}:{full_ref(ref)}"
    try:
        git.text("push", "--dry-run", "--quiet", "--no-verify", "--", plain_name(remote), spec)
    except GitError as error:
        return error.reason
    return None


def guard(git: Git, remote: str) -> Guard:
    """What protects branches there. Only a repository in a folder of this machine can be asked."""
    try:
        address = git.text("remote", "get-url", "--push", "--", plain_name(remote)).strip()
    except GitError:
        return Guard()
    folder = _folder(address, git.root)
    if folder is None:
        return Guard(host=_host(address))
    there = Git(folder)
    deletion = _is_set(there, "receive.denyDeletes")
    return Guard(deletion, _is_set(there, "receive.denyNonFastForwards"), folder=str(folder))


def _is_set(git: Git, name: str) -> bool:
    try:
        return git.text("config", "--get", name).strip().lower() in _TRUE
    except GitError:  # it says nothing, which means no
        return False


def _folder(address: str, root: Path) -> Path | None:
    """The folder that an address names, if it names one of this machine."""
    if address.startswith("file://"):
        return Path(unquote(urlsplit(address).path))
    if "://" in address or (":" in address.partition("/")[0]):
        return None
    folder = (root / address).resolve()
    return folder if folder.is_dir() else None


def _host(address: str) -> str:
    """The server's name without user, password and port."""
    if "://" in address:
        try:
            return urlsplit(address).hostname or ""
        except ValueError:
            return ""
    return address.partition(":")[0].rpartition("@")[2]
