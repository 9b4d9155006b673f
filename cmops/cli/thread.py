"""Where a command was given on GitHub: the workspace, the repository, and the comment."""

from __future__ import annotations

from functools import cached_property

from cmops.errors import UsageError
from cmops.git import Git
from cmops.github import pulls
from cmops.github.pulls import Pull
from cmops.github.session import Repository
from cmops.project import Project
from cmops.review.event import Said
from cmops.values import dataclass


@dataclass(frozen=True)
class Thread:
    """A comment, and what it is about."""

    project: Project
    repository: Repository
    heard: Said

    def say(self, phrase: str, **values: object) -> str:
        """A phrase of the conversation."""
        return self.project.wording.say(f"workflows.talk.{phrase}", **values)

    @cached_property
    def pull(self) -> Pull:
        """The pull request that is spoken of. Raises UsageError in an issue."""
        if not self.heard.on_pull:
            raise UsageError("workflows.talk.only-pull")
        return pulls.pull(self.repository, self.heard.number)

    @cached_property
    def git(self) -> Git:
        """The checkout."""
        return Git(self.project.root)

    @cached_property
    def remote(self) -> str:
        """The remote that it is a checkout of. Raises UsageError where there is none."""
        name = self.project.place.remote
        if name is None:
            raise UsageError("workflows.talk.no-remote")
        return name
