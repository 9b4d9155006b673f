"""What is wrong with what managers wrote about months."""

from __future__ import annotations

import pytest

from tests.check.checking import Finds

SHORT = "---\nmonth: {month}\n---\nTout va bien.\n"


@pytest.mark.parametrize(
    ("code", "name", "text"),
    [
        ("CM211", "2026-10.md", "---\nmonth: 2026-10\nbrand: ⟦boutik\n---\nX\n"),
        ("CM261", "2026-11.md", "---\nmonth: ⟦2026-10\n---\nX\n"),
        ("CM262", "2027-11.md", "---\nmonth: ⟦2027-11\n---\nX\n"),
        ("CM263", "2026-10.md", "⟦---\nmonth: 2026-10\n---\n" + "Une phrase. " * 250),
    ],
)
def test_a_report_that_cannot_be_shown_as_it_is_is_found(
    code: str, name: str, text: str, finds: Finds
) -> None:
    finds(code, {f"content/reports/{name}": text})


def test_two_reports_of_one_month_and_brand_point_at_each_other(finds: Finds) -> None:
    both = {
        "content/reports/2026-10.md": SHORT.format(month="⟦2026-10"),
        "content/reports/octobre.md": SHORT.format(month="⟦2026-10"),
    }
    finds("CM260", both)
