"""What is wrong with a workspace: found once, and worded as far as somebody reads it."""

from __future__ import annotations

from functools import cached_property

from cmops.check.run import errors, worded
from cmops.findings import Diagnostic, Finding
from cmops.wording import Wording
from cmops.workspace.load import Loaded


class Diagnosis:
    """The findings of a workspace in words; a run that publishes has no use for the warnings."""

    def __init__(self, loaded: Loaded, findings: list[Finding]) -> None:
        self._loaded = loaded
        self._findings = findings

    @cached_property
    def all(self) -> tuple[Diagnostic, ...]:
        """Everything."""
        return self._worded(self._findings)

    @cached_property
    def errors(self) -> tuple[Diagnostic, ...]:
        """What holds something."""
        raised = self._loaded.workspace.settings.severities
        return self._worded(errors(self._findings, raised))

    def _worded(self, findings: list[Finding]) -> tuple[Diagnostic, ...]:
        settings = self._loaded.workspace.settings
        return worded(self._loaded, findings, Wording(settings.language), settings.severities)
