from __future__ import annotations

import json
import logging
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort

from tests.conftest import MakeWorkspace
from tests.pages.conftest import AT, FILES

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::PendingDeprecationWarning"),
]


def made(root: Path, theme: str = "mkdocs", **options: object) -> Path:
    (root / "docs").mkdir(exist_ok=True)
    settings = {
        "site_name": "Essai",
        "theme": {"name": theme, "font": False} if theme == "material" else {"name": theme},
        "plugins": ["search", {"cmops": {"at": AT, **options}}],
    }
    (root / "mkdocs.yml").write_text(yaml.safe_dump(settings))
    config = load_config(str(root / "mkdocs.yml"), strict=True)
    config.plugins.on_startup(command="build", dirty=False)
    build(config)
    return root / "site"


@pytest.fixture
def root(workspace: MakeWorkspace, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NO_MKDOCS_2_WARNING", "1")
    return workspace(FILES)


@pytest.mark.parametrize("theme", ["mkdocs", "readthedocs", "material"])
def test_the_site_builds_without_a_warning_in_every_theme(
    root: Path, theme: str, caplog: pytest.LogCaptureFixture
) -> None:
    site = made(root, theme)
    home = (site / "index.html").read_text()

    assert not [each for each in caplog.records if each.levelno >= logging.WARNING]
    assert "data-cmops-part" not in home
    assert "assets/cmops.css" in home
    assert (site / "assets/media/a.png").is_file()
    assert not (site / "assets/media/unused.png").exists()
    text = (site / "posts/2026-12/index.html").read_text()
    assert "<img src=x" not in text
    assert "Bonjour &lt;img src=x onerror=alert(1)&gt;\n\nUne ligne vide avant." in text


def test_generated_pages_stay_out_of_the_navigation_except_indexes(root: Path) -> None:
    home = (made(root) / "index.html").read_text()
    head = home[: home.index('role="main"')]
    assert 'href="calendar/"' in head
    assert 'href="posts/2026-12/"' not in head


def test_a_page_written_by_hand_wins_over_ours(root: Path) -> None:
    (root / "docs").mkdir()
    (root / "docs/index.md").write_text("# Écrit à la main\n\n[Calendrier](calendar/index.md)\n")
    site = made(root)
    home = (site / "index.html").read_text()
    assert "Écrit à la main" in home
    assert 'href="calendar/"' in home
    assert (site / "calendar/2026-12/index.html").is_file()


def test_the_ledger_is_the_sandbox_only_where_somebody_says_so(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "cmops-banner" not in (made(root) / "index.html").read_text()
    assert "cmops-banner" in (made(root, ledger="sandbox") / "index.html").read_text()
    monkeypatch.setenv("CMOPS_LEDGER", "sandbox")
    assert "cmops-banner" in (made(root) / "index.html").read_text()


def test_the_clock_of_the_environment_wins_over_that_of_the_settings(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CMOPS_AT", "2026-12-24 08:00")
    assert "24 décembre 2026" in (made(root) / "index.html").read_text()


def test_mkdocs_own_themes_ask_nothing_of_another_server(root: Path) -> None:
    assert "cdnjs" not in (made(root) / "index.html").read_text()


def test_a_page_that_is_only_linked_to_shows_the_section_it_belongs_to(root: Path) -> None:
    site = made(root, "material")
    for path in ("posts/index.html", "posts/2026-12/index.html", "calendar/2026-W49/index.html"):
        menu = (site / path).read_text().split("md-nav--primary")[1]
        active = menu.split("md-nav__item--active")[1].split("</label>")[0]
        assert "Programme" in active, path


def docs(root: Path, **pages: str) -> None:
    (root / "docs").mkdir(exist_ok=True)
    for name, text in pages.items():
        (root / f"docs/{name}.md").write_text(text)


def menu(site: Path) -> list[str]:
    """Pages written by hand, in the order of the navigation."""
    head = (site / "index.html").read_text().split('role="main"')[0]
    return re.findall(r'href="(\w)/"', head)


def test_pages_written_by_hand_come_in_the_order_that_they_ask_for(root: Path) -> None:
    docs(
        root,
        a="# A\n",
        b="---\norder: 2\n---\n# B\n",
        c="---\norder: 1.5\n---\n# C\n",
        d="# D\n",
        e="---\norder: -1\n---\n# E\n",
    )
    assert menu(made(root)) == ["e", "c", "b", "a", "d"]


@pytest.mark.parametrize(
    ("order", "said"), [("premier", "premier"), ("true", "oui"), (".nan", "nan")]
)
def test_an_order_that_is_no_number_is_pointed_out(
    order: str, said: str, root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    docs(root, a=f"---\norder: {order}\n---\n# A\n", b="---\norder: 1\n---\n# B\n")
    with pytest.raises(Abort):  # strict
        made(root)
    assert f"a.md : « order: {said} » n’est pas un nombre" in caplog.text


HAND = (
    "# Essai\n\nVraiment ? « Oui » : `a ? b : c`\n\n    x ? y : z\n\n<style>a :hover {}</style>\n"
)


def test_french_written_by_hand_has_spaces_that_hold_except_in_code(root: Path) -> None:
    docs(root, a=HAND)
    text = (made(root) / "a/index.html").read_text()
    assert "Vraiment\u202f? «\u00a0Oui\u00a0»\u00a0: <code>a ? b : c</code>" in text
    assert "x ? y : z" in text
    assert "a :hover {}" in text


def test_english_written_by_hand_stays_as_it_is(root: Path) -> None:
    settings = root / "cmops.yml"
    settings.write_text(settings.read_text().replace("language: fr", "language: en"))
    docs(root, a=HAND)
    assert "Vraiment ? « Oui » : <code>" in (made(root) / "a/index.html").read_text()


def places(site: Path) -> set[str]:
    """What a search can find."""
    docs = json.loads((site / "search/search_index.json").read_text("utf-8"))["docs"]
    assert len(docs) == len({each["location"] for each in docs})
    return {each["location"] for each in docs}


def test_a_dirty_preview_builds_what_has_changed_and_leaves_the_rest(root: Path) -> None:
    made(root)

    def again() -> None:
        config = load_config(str(root / "mkdocs.yml"))
        build(config, serve_url="http://127.0.0.1:8000/", dirty=True)

    again()
    site, post = root / "site", root / "content/posts/un.md"
    (root / "docs/seul.md").write_text("# Seul\n\nMot rare.\n", "utf-8")
    again()
    found = places(site)
    times = {path: path.stat().st_mtime_ns for path in site.rglob("index.html")}
    post.write_text(post.read_text("utf-8").replace("Bonjour", "Bonsoir"), "utf-8")
    again()
    built = {path for path, time in times.items() if path.stat().st_mtime_ns != time}
    assert site / "posts/2026-12/index.html" in built
    assert "Bonsoir" in (site / "posts/2026-12/index.html").read_text("utf-8")
    assert len(built) < len(times) / 5
    assert places(site) == found
    assert {"", "seul/", "calendar/2026-12/", "posts/2026-12/#d-2026-12-02"} <= found
    assert "Bonsoir" in (site / "search/search_index.json").read_text("utf-8")
    (root / "docs/seul.md").unlink()
    (site / "posts/2026-12/index.html").unlink()
    (site / "search/search_index.json").write_text('{"docs": [', "utf-8")
    again()
    assert "seul/" not in places(site)
    assert "Bonsoir" in (site / "posts/2026-12/index.html").read_text("utf-8")


def test_a_process_that_ends_with_its_build_ends_in_silence(root: Path) -> None:
    """DuckDB's bindings complain on stderr where something holds on to them to the very end."""
    made(root, ledger="sandbox")
    shutil.rmtree(root / ".cmops", ignore_errors=True)
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")
