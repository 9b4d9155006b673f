"""The site by other generators than MkDocs: nothing of it depends on one of them.

properdocs is the maintained fork and takes our plugin; zensical knows no plugins, and is given what
``cmops pages`` writes. Both drop what they do not understand without a word: every page is looked
for.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from cmops.pages import Built, build
from cmops.pages.links import as_folders
from cmops.project import Project
from tests.conftest import MakeWorkspace
from tests.pages.conftest import AT, FILES
from tests.servers.installed import ROOT, python
from tests.site.test_browser import PLAYBOOK

FULL = os.environ.get("CMOPS_PROOF") == "full"
MKDOCS_YML = f"""\
site_name: Essai
use_directory_urls: true
theme: {{name: mkdocs}}
plugins: [search, {{cmops: {{at: "{AT}"}}}}]
"""
ZENSICAL_YML = """\
site_name: Essai
docs_dir: pages
use_directory_urls: true
theme: {name: material, font: false}
markdown_extensions: [attr_list, tables]
extra_css: [assets/cmops.css]
"""


@pytest.fixture
def project(workspace: MakeWorkspace) -> Project:
    return Project(workspace({**FILES, "playbooks/crisis/panne.md": PLAYBOOK}), at=AT)


def test_properdocs_builds_every_page_with_the_plugin(project: Project) -> None:
    (project.root / "docs").mkdir()
    (project.root / "docs/mode.md").write_text("# Mode d’emploi\n\n[Posts](posts/index.md)\n")
    (project.root / "mkdocs.yml").write_text(MKDOCS_YML)
    ours = os.pathsep.join((str(ROOT), sysconfig.get_path("purelib")))
    run(python("properdocs"), "-m", "properdocs", "build", "--strict", at=project, PYTHONPATH=ours)

    complete(build(project), project.root / "site")
    assert "Mode d’emploi" in (project.root / "site/mode/index.html").read_text("utf-8")


@pytest.mark.skipif(not FULL, reason="CMOPS_PROOF=full builds with zensical too")
def test_zensical_builds_every_page_from_what_cmops_pages_writes(project: Project) -> None:
    written = project.root / "pages"
    run(Path(sys.executable), "-m", "cmops", "pages", str(written), "--at", AT, at=project)
    (project.root / "mkdocs.yml").write_text(ZENSICAL_YML)
    run(python("zensical"), "-m", "zensical", "build", "--clean", at=project)

    complete(build(project), project.root / "site")


def run(interpreter: Path, *arguments: str, at: Project, **environment: str) -> None:
    done = subprocess.run(
        [str(interpreter), *arguments],
        cwd=at.root,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


def complete(built: Built, site: Path) -> None:
    """Every page is there, with its title and all of its blocks, and every file that it needs."""
    for page in built.pages:
        file = site / as_folders(page.path) / "index.html"
        assert file.is_file(), page.path
        text = file.read_text("utf-8")
        blocks = sum(type(part).__name__ == "Html" for part in page.parts)
        assert text.count('<div class="cmops') >= blocks, page.path
        assert "onerror=alert(1)>" not in text.replace("onerror=alert(1)&gt;", ""), page.path
    for path, _ in built.assets:
        assert (site / path).is_file(), path
    assert all((site / "assets" / path).is_file() for path in built.media)
