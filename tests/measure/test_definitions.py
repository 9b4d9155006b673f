"""A team's definitions: read, or refused at the line that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from cmops.findings import Finding
from cmops.measure.definitions import Kpi, built_in, definitions
from cmops.wording import Wording

GOOD = """\
-- id: commandes
-- title: {fr: Commandes, en: Orders}
-- meaning: Combien de commandes.
-- unit: commandes
-- better: higher
-- needs: [commandes]
-- adds: true

SELECT 1
"""


def own(root: Path, text: str | bytes, name: str = "commandes.sql") -> Kpi | list[Finding]:
    (root / "kpis").mkdir(exist_ok=True)
    content = text if isinstance(text, bytes) else text.encode()
    (root / "kpis" / name).write_bytes(content)
    found, findings = definitions(root)
    if findings:
        return list(findings)
    return next(each for each in found if each.own)


def test_a_definition_is_read_with_its_words(tmp_path: Path) -> None:
    kpi = own(tmp_path, GOOD)
    assert isinstance(kpi, Kpi)
    assert (kpi.id, kpi.path, kpi.better, kpi.adds) == (
        "commandes",
        "kpis/commandes.sql",
        "higher",
        True,
    )
    assert kpi.said("title", Wording("en")) == "Orders"
    assert kpi.said("meaning", Wording("en")) == "Combien de commandes."
    assert kpi.said("formula", Wording("fr")) == ""


UNITS = "-- unit: {fr: commandes, en: orders}\n"


@pytest.mark.parametrize(
    ("unit", "language", "value", "said"),
    [
        (f"{UNITS}-- one: {{fr: commande, en: order}}\n", "fr", 1, "commande"),
        (f"{UNITS}-- one: {{fr: commande, en: order}}\n", "fr", 0, "commande"),
        (f"{UNITS}-- one: {{fr: commande, en: order}}\n", "fr", 1.5, "commande"),
        (f"{UNITS}-- one: {{fr: commande, en: order}}\n", "fr", 2, "commandes"),
        (f"{UNITS}-- one: {{fr: commande, en: order}}\n", "en", 1, "order"),
        (f"{UNITS}-- one: {{fr: commande, en: order}}\n", "en", -1, "order"),
        (f"{UNITS}-- one: {{fr: commande, en: order}}\n", "en", 0, "orders"),
        (f"{UNITS}-- one: {{fr: commande, en: order}}\n", "en", 1.5, "orders"),
        (f"{UNITS}-- one: {{fr: commande}}\n", "en", 1, "orders"),
        ("-- unit: {fr: commandes}\n-- one: {fr: commande, en: order}\n", "en", 1, "commande"),
        ("-- unit: commandes\n-- one: commande\n", "en", 1, "commande"),
        ("-- unit: commandes\n-- one: {fr: commande}\n", "fr", 1, "commande"),
        ("-- unit: commandes\n", "fr", 1, "commandes"),
        (UNITS, "en", 1, "orders"),
    ],
)
def test_a_single_one_is_called_as_the_header_says(
    unit: str, language: str, value: float, said: str, tmp_path: Path
) -> None:
    kpi = own(tmp_path, GOOD.replace("-- unit: commandes\n", unit))
    assert isinstance(kpi, Kpi)
    assert kpi.counted(value, Wording(language)) == said


def test_every_figure_of_ours_that_counts_things_has_its_singular() -> None:
    for kpi in built_in():
        if kpi.unit.get("en", "%") not in ("%", "from -1 to 1") and "" not in kpi.unit:
            assert set(kpi.one) == {"fr", "en"}, kpi.id


def test_windows_line_ends_are_fine(tmp_path: Path) -> None:
    assert isinstance(own(tmp_path, GOOD.replace("\n", "\r\n")), Kpi)


def test_a_teams_definition_replaces_ours_of_the_same_name(tmp_path: Path) -> None:
    own(tmp_path, GOOD.replace("id: commandes", "id: followers"), "followers.sql")
    found = [each for each in definitions(tmp_path)[0] if each.id == "followers"]
    assert [each.own for each in found] == [True]
    assert len(definitions(tmp_path)[0]) == len(built_in())


@pytest.mark.parametrize(
    ("before", "after", "why", "place"),
    [
        ("-- better: higher\n", "", "missing", (1, 1)),
        ("better: higher", "better: more", "better", (5, 12)),
        ("unit: commandes", "unite: commandes", "missing", (1, 1)),
        ("adds: true", "adds: oui", "flag", (7, 10)),
        ("needs: [commandes]", "needs: commandes", "list", (6, 11)),
        ("id: commandes", "id: Commandes", "id", (1, 8)),
        ("unit: commandes", "unit: [a]", "text", (4, 10)),
        ("unit: commandes", "unit: a\n-- one: 1", "text", (5, 9)),
        ("adds: true", "adds: true\n-- titre: x", "unknown", (8, 4)),
    ],
)
def test_a_wrong_header_is_told_at_its_line(
    before: str, after: str, why: str, place: tuple[int, int], tmp_path: Path
) -> None:
    found = own(tmp_path, GOOD.replace(before, after))
    assert isinstance(found, list)
    assert {each.code for each in found} == {"CM950"}
    assert (why, place) in [(each.values["why"], each.place) for each in found]


def test_a_mistake_in_the_yaml_is_told_at_its_line(tmp_path: Path) -> None:
    found = own(tmp_path, GOOD.replace("-- unit: commandes", "-- id: autre"))
    assert isinstance(found, list)
    assert [each.place for each in found if each.place] == [(4, 4)]


def test_a_file_without_a_header_lacks_all_of_it(tmp_path: Path) -> None:
    found = own(tmp_path, "SELECT 1\n")
    assert isinstance(found, list)
    assert {each.values["field"] for each in found} == {
        "id",
        "title",
        "meaning",
        "unit",
        "better",
    }


@pytest.mark.parametrize("content", [b"\xff\xfe", b"x" * 70_000], ids=["bytes", "size"])
def test_what_is_no_text_is_said_and_not_read(content: bytes, tmp_path: Path) -> None:
    found = own(tmp_path, content)
    assert isinstance(found, list)
    assert [each.values["why"] for each in found] == ["unreadable"]


def test_no_link_is_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside.sql"
    outside.write_text(GOOD, "utf-8")
    (tmp_path / "kpis").mkdir()
    (tmp_path / "kpis/commandes.sql").symlink_to(outside)
    [finding] = definitions(tmp_path)[1]
    assert finding.values["why"] == "unreadable"
    elsewhere = tmp_path / "other"
    elsewhere.mkdir()
    (elsewhere / "kpis").symlink_to(tmp_path / "kpis")
    assert definitions(elsewhere)[1] == ()
