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


def test_a_dirty_server_builds_what_has_changed_and_leaves_the_rest(root: Path) -> None:
    docs(root, a="# Un\n", b="# Deux\n")
    shutil.rmtree(made(root))
    server = Server(root, dirty=True)
    server.build()
    found = places(server.site)
    _rewritten(root / "content/posts/un.md", "Bonjour", "Bonsoir")
    built = server.build()
    assert "posts/2026-12" in built
    assert not {"a", "b"} & built
    assert len(built) < len(found) / 10
    assert places(server.site) == found
    assert {"", "a/", "calendar/2026-12/", "posts/2026-12/#d-2026-12-02"} <= found
    (root / "docs/b.md").unlink()
    (server.site / "posts/2026-12/index.html").unlink()
    server.build()
    assert places(server.site) == found - {each for each in found if each.startswith("b/")}
    assert "Bonsoir" in (server.site / "posts/2026-12/index.html").read_text("utf-8")


def test_a_process_that_ends_with_its_build_ends_in_silence(root: Path) -> None:
    """DuckDB's bindings complain on stderr where something holds on to them to the very end."""
    made(root, ledger="sandbox")
    shutil.rmtree(root / ".cmops", ignore_errors=True)
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")


class Server:
    """What ``mkdocs serve`` does: builds of one process, into a folder that each empties."""

    def __init__(self, root: Path, *, dirty: bool = False, **settings: object) -> None:
        self.root, self.site, self.builds, self.dirty = root, root / "site", 0, dirty
        said = yaml.safe_load((root / "mkdocs.yml").read_text("utf-8"))
        (root / "mkdocs.yml").write_text(yaml.safe_dump({**said, **settings}), "utf-8")

    def build(self) -> set[str]:
        """Builds again; the pages that are files of their own time and not of an earlier one."""
        times = {path: path.stat().st_mtime_ns for path in self.site.rglob("*.html")}
        config = load_config(str(self.root / "mkdocs.yml"), site_dir=str(self.site))
        if not self.builds:
            config.plugins.on_startup(command="serve", dirty=self.dirty)
        self.builds += 1
        config.site_url = SERVED
        build(config, serve_url=SERVED, dirty=self.dirty)
        return {
            path.parent.relative_to(self.site).as_posix()
            for path in self.site.rglob("*.html")
            if times.get(path) != path.stat().st_mtime_ns
        }

    def expect_all_new(self, *, in_order: bool = True) -> None:
        """Asserts that the site is, to the last byte, what a server that begins now makes."""
        fresh = self.root / "fresh"
        ran = [sys.executable, "-W", "ignore", "-c", _BEGINS, str(self.root), str(fresh), SERVED]
        subprocess.run(ran, check=True)
        here, there = files_of(self.site), files_of(fresh)
        if not in_order:
            assert entries_of(here) == entries_of(there)
        assert here == there
        shutil.rmtree(fresh)


SERVED = "http://127.0.0.1:8000/"
_BEGINS = """
import sys
from mkdocs.commands.build import build
from mkdocs.config import load_config
config = load_config(sys.argv[1] + "/mkdocs.yml", site_dir=sys.argv[2])
config.plugins.on_startup(command="serve", dirty=False)
config.site_url = sys.argv[3]
build(config, serve_url=sys.argv[3])
"""


def files_of(site: Path) -> dict[str, bytes]:
    """All of a site but for the time of its build, which the home page and a zipped map tell."""
    found = {}
    for path in site.rglob("*"):
        if path.is_file() and path.suffix != ".gz":
            text = re.sub(rb"Build Date UTC : .*", b"", path.read_bytes())
            found[path.relative_to(site).as_posix()] = text
    return found


def entries_of(files: dict[str, bytes]) -> list[str]:
    """Takes what a search reads from the files of a site: its entries in a certain order."""
    return sorted(map(repr, json.loads(files.pop("search/search_index.json"))["docs"]))


def _rewritten(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


@pytest.fixture(params=["mkdocs", "material"])
def server(root: Path, request: pytest.FixtureRequest) -> Server:
    docs(root, a="# Un\n\nMot.\n", b="# Deux\n")
    made(root, request.param)
    return Server(root)


def test_a_server_builds_again_what_has_changed_and_the_site_is_as_new(server: Server) -> None:
    root = server.root
    everything = server.build()
    assert len(everything) > 100
    assert server.build() <= {".", "a", "b"}  # what is written by hand, and "not found"

    _rewritten(root / "content/posts/un.md", "Bonjour", "Bonsoir")
    built = server.build()
    assert "posts/2026-12" in built
    assert len(built) < len(everything) / 5
    assert "Bonsoir" in (server.site / "posts/2026-12/index.html").read_text("utf-8")
    assert "Bonsoir" in (server.site / "search/search_index.json").read_text("utf-8")
    server.expect_all_new()

    (root / "docs/b.md").unlink()
    assert server.build() >= {"posts/2026-12", "a"}
    assert not (server.site / "b").exists()
    server.expect_all_new()


def test_a_post_that_comes_and_one_that_goes(server: Server) -> None:
    root = server.root
    server.build()
    text = (root / "content/posts/un.md").read_text("utf-8")
    (root / "content/posts/deux.md").write_text(text, "utf-8")
    server.build()
    server.expect_all_new()
    (root / "content/posts/un.md").unlink()
    (root / "content/posts/deux.md").unlink()
    server.build()
    server.expect_all_new()


@pytest.mark.parametrize("server", ["mkdocs"], indirect=True)
@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("docs/a.md", "# Un", "# Autre"),
        ("mkdocs.yml", "site_name: Essai", "site_name: Tout autre"),
        ("theme/main.html", "ajout", "changement"),
        ("cmops.yml", "language: fr", "language: en"),
    ],
)
def test_what_stands_around_every_page_has_every_page_built_again(
    server: Server, file: str, old: str, new: str
) -> None:
    root = server.root
    (root / "theme").mkdir()
    (root / "theme/main.html").write_text(
        '{% extends "base.html" %}{% block extrahead %}<meta name="ajout">{% endblock %}', "utf-8"
    )
    said = yaml.safe_load((root / "mkdocs.yml").read_text("utf-8"))
    said["theme"]["custom_dir"] = "theme"
    (root / "mkdocs.yml").write_text(yaml.safe_dump(said), "utf-8")
    everything = server.build()
    _rewritten(root / file, old, new)
    assert len(server.build()) > len(everything) / 2
    server.expect_all_new()


@pytest.mark.parametrize("name", ["hooks.py", "cmops.py"])
def test_another_plugin_of_pages_sees_all_of_them_in_every_build(root: Path, name: str) -> None:
    made(root)
    (root / name).write_text(
        "from mkdocs import config\n"
        "def on_post_page(output, **_):\n    return output + '<!-- mine -->'\n",
        "utf-8",
    )
    server = Server(root, hooks=[name])
    assert server.build() == server.build()
    assert "<!-- mine -->" in (server.site / "posts/2026-12/index.html").read_text("utf-8")


def test_what_another_plugin_does_to_the_menu_is_on_every_page(root: Path) -> None:
    made(root)
    (root / "hooks.py").write_text(
        "from pathlib import Path\nfrom mkdocs import config as other\n"
        "from mkdocs.structure.nav import Link, Navigation\nconfig = other\n"
        "def on_nav(nav, **_):\n"
        "    said = Path(__file__).with_name('said').read_text()\n"
        "    return Navigation([*nav.items, Link(said, '/x/')], nav.pages)\n",
        "utf-8",
    )
    (root / "said").write_text("Lien un")
    server = Server(root, hooks=["hooks.py"])
    server.build()
    (root / "said").write_text("Lien deux")
    server.build()
    assert "Lien deux" in (server.site / "calendar/index.html").read_text("utf-8")
    assert len(server.build()) < 10


@pytest.mark.parametrize("server", ["mkdocs"], indirect=True)
def test_a_page_by_hand_in_the_place_of_a_generated_one_is_as_in_a_whole_build(
    server: Server,
) -> None:
    (server.root / "docs/calendar.md").write_text("# Mon calendrier\n", "utf-8")
    for _ in range(3):
        server.build()
        server.expect_all_new(in_order=False)


@pytest.mark.parametrize("server", ["mkdocs"], indirect=True)
def test_a_link_to_nowhere_beside_the_theme_is_no_matter(server: Server) -> None:
    (server.root / "theme").mkdir()
    (server.root / "theme/.#main.html").symlink_to("nowhere")
    said = yaml.safe_load((server.root / "mkdocs.yml").read_text("utf-8"))
    said["theme"]["custom_dir"] = "theme"
    (server.root / "mkdocs.yml").write_text(yaml.safe_dump(said), "utf-8")
    server.build()
    assert len(server.build()) < 10


@pytest.mark.parametrize("server", ["mkdocs"], indirect=True)
def test_a_server_goes_on_after_a_build_that_failed(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    settings = server.root / "cmops.yml"
    everything = server.build()
    whole = settings.read_text("utf-8")
    settings.write_text("version: [", "utf-8")
    with pytest.raises(Abort):
        server.build()
    assert not (server.site / ".cmops").exists()
    settings.write_text(whole, "utf-8")
    assert server.build() == everything
    server.expect_all_new()
