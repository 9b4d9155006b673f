"""Every rule there is. A rule that is not named here does not run."""

from __future__ import annotations

from cmops.check.agenda import agenda
from cmops.check.approvals import approvals
from cmops.check.brands import brands
from cmops.check.budget import budget
from cmops.check.commercial import commercial
from cmops.check.contests import contests, unnamed_contest
from cmops.check.duplicates import duplicates
from cmops.check.incidents import incidents
from cmops.check.line import editorial_line
from cmops.check.links import links
from cmops.check.media import media, sidecars
from cmops.check.moderation import moderation
from cmops.check.playbooks import playbooks
from cmops.check.privacy import privacy
from cmops.check.programme import programme
from cmops.check.published import published
from cmops.check.references import references
from cmops.check.reports import reports
from cmops.check.rule import DocumentRule, SettingsRule, WorkspaceRule
from cmops.check.settings import avatars, options, settings
from cmops.check.spacing import spacing
from cmops.check.style import style
from cmops.check.texts import texts
from cmops.check.times import overdue, times

DOCUMENT_RULES: tuple[DocumentRule, ...] = (
    brands,
    options,
    texts,
    times,
    links,
    media,
    editorial_line,
    style,
    commercial,
    unnamed_contest,
)
"""Rules that see one post, its settings and its compositions; what they find is cached."""

SETTINGS_RULES: tuple[SettingsRule, ...] = (settings,)
"""Rules that see ``cmops.yml`` alone; what they find is cached too."""

WORKSPACE_RULES: tuple[WorkspaceRule, ...] = (
    avatars,
    budget,
    approvals,
    references,
    programme,
    overdue,
    agenda,
    spacing,
    sidecars,
    duplicates,
    contests,
    moderation,
    playbooks,
    incidents,
    privacy,
    reports,
    published,
)
"""Rules that see everything, the history and the time; they always run."""
