"""git's plumbing as a library: no work tree is touched, no shell, no prompt, no hook.

Only what cmops needs, each call one process with a time-out. Whatever git says of a remote is
cleaned of credentials before anybody sees it. Needs git 2.31 or later.
"""

from __future__ import annotations

from cmops.git.plumbing import Git
from cmops.git.process import GitError, GitMissing, GitTimeout, NotARepository, redact
from cmops.git.pushing import Push, PushAnswer

__all__ = [
    "Git",
    "GitError",
    "GitMissing",
    "GitTimeout",
    "NotARepository",
    "Push",
    "PushAnswer",
    "redact",
]
