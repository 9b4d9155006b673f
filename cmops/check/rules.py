"""Every rule there is. A rule that is not named here does not run."""

from __future__ import annotations

from cmops.check import references
from cmops.check.rule import DocumentRule, WorkspaceRule

DOCUMENT_RULES: tuple[DocumentRule, ...] = ()
"""Rules that see one post, its settings and its compositions; what they find is cached."""

WORKSPACE_RULES: tuple[WorkspaceRule, ...] = (references.references,)
"""Rules that see everything, the history and the time; they always run."""
