from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import click
import pytest

from cmops.cli import main, words
from cmops.wording import Wording
from tests.cli.conftest import NOW, ONE_MISTAKE, Cmops, post
from tests.conftest import MakeWorkspace

ROOT = Path(__file__).parents[2]
ENGLISH = """\
version: 1
name: Workshops
language: en
timezone: Europe/London
channels: {archive: {platform: outbox, path: outbox/archive}}
"""


def commands() -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command by its words, those of groups included."""
    group = main.cmops
    context = main.Context(group, info_name="cmops")
    waiting: list[tuple[tuple[str, ...], click.Command | None]] = [
        ((name,), group.get_command(context, name)) for name in group.list_commands(context)
    ]
    while waiting:
        words, command = waiting.pop(0)
        assert command is not None
        if isinstance(command, click.Group):
            waiting += [((*words, name), each) for name, each in command.commands.items()]
        else:
            yield words, command


NAMES = main.COMMANDS
LEAVES = [pytest.param(name, id=" ".join(name)) for name, _ in commands()]


def process(*arguments: str, at: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cmops", *arguments],
        cwd=at,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_no_arguments_show_what_there_is_and_are_wrong_usage(cmops: Cmops) -> None:
    said = cmops()
    assert said.code == 2
    for name in NAMES:
        assert f"\n  {name} " in said.out


def test_the_version_is_said_without_reading_any_workspace(cmops: Cmops, tmp_path: Path) -> None:
    (tmp_path / "cmops.yml").write_bytes(b"\xff\xfe: [")
    said = cmops("--version")
    assert (said.code, said.err) == (0, "")
    assert re.fullmatch(r"cmops \d+\.\d+\.\d+\n", said.out)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", LEAVES)
def test_every_command_and_option_has_help_in_both_languages_with_an_example(
    name: tuple[str, ...], language: str, cmops: Cmops, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CMOPS_LANGUAGE", language)
    said = cmops(*name, "--help")
    assert said.code == 0
    assert {"fr": "Utilisation", "en": "Usage"}[language] in said.out
    assert {"fr": "Exemple", "en": "Example"}[language] in said.out
    assert f"  cmops {' '.join(name)}" in said.out
    assert not re.search(r"\b(cli|publish)\.[a-z]+", said.out), "a phrase without words"
    assert "Show this message" not in said.out or language == "en"


def test_every_option_says_what_it_does() -> None:
    wordless = [
        f"{' '.join(name)} {option.opts[0]}"
        for name, command in commands()
        for option in command.params
        if isinstance(option, click.Option) and not option.help
    ]
    assert wordless == []


@pytest.mark.parametrize("name", NAMES)
def test_every_command_is_told_about_in_the_readme_or_the_handbook(name: str) -> None:
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    assert any(f"cmops {name}" in page.read_text("utf-8") for page in pages)


def test_a_command_that_does_not_exist_suggests_the_nearest(cmops: Cmops) -> None:
    said = cmops("validat")
    assert said.code == 2
    assert "validate" in said.err
    assert "Usage" in said.err


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["plan", "--stat", "due"], "--state"),
        (["plan", "--state", "duue"], "waiting, due, claimed"),
        (["plan", "--at"], "--at demande une valeur"),
        (["plan", "--all=yes"], "--all ne prend pas de valeur"),
        (["plan", "extra"], "de trop"),
        (["validate", "--format", "xml"], "text, json, github"),
        (["new"], "KIND"),
        (["new", "poste"], "post, article"),
        (["preview"], "POST"),
        (["explain", "a", "b"], "de trop"),
        (["-C", "nowhere", "plan"], "-C"),
        (["plan", "--at", "demain"], "« demain » n’est pas une heure"),
    ],
)
def test_wrong_usage_is_said_in_the_workspaces_language(
    arguments: list[str], word: str, cmops: Cmops, workspace: MakeWorkspace
) -> None:
    said = cmops(*arguments, at=workspace())
    assert said.code == 2
    assert word in said.err.replace("\u00a0", " ")
    assert not re.search(r"Usage|Error|Invalid|option requires|No such", said.err)


def test_minus_c_chooses_the_workspace_and_its_language_for_errors_too(
    cmops: Cmops, workspace: MakeWorkspace, tmp_path: Path
) -> None:
    english = tmp_path / "english"
    english.mkdir()
    (english / "cmops.yml").write_text(ENGLISH)
    said = cmops("-C", str(english), "plan", "--at", "x", at=workspace())
    assert "is not a time" in said.err
    said = cmops("-C", str(workspace()), "plan", "--at", "x", at=english)
    assert "n’est pas une heure" in said.err


def test_a_command_works_from_any_folder_of_the_workspace(
    cmops: Cmops, workspace: MakeWorkspace
) -> None:
    root = workspace(ONE_MISTAKE)
    said = cmops("validate", "--at", NOW, at=root / "content/posts")
    assert said.code == 1
    assert "content/posts/faux.md:4:15: error CM210" in said.out
    assert "n’est" in cmops("plan", "--at", "x").err


def test_the_readers_language_can_be_chosen(
    cmops: Cmops, workspace: MakeWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CMOPS_LANGUAGE", "en")
    assert "is not a time" in cmops("plan", "--at", "x", at=workspace()).err


def test_a_bug_gives_three_and_a_file_and_no_traceback_and_no_secret(
    cmops: Cmops, workspace: MakeWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MASTODON_TOKEN", "s3cr3t-of-a-server")

    def broken(*_: object) -> None:
        raise LookupError(f"https://x/?token={os.environ['MASTODON_TOKEN']} is missing")

    monkeypatch.setattr("cmops.known.load", broken)
    said = cmops("validate", at=workspace())
    assert said.code == 3
    assert "Traceback" not in said.out + said.err
    assert "s3cr3t" not in said.err
    (file,) = re.findall(r"\S+cmops-bug-\S+?\.txt", said.err)
    report = Path(file).read_text("utf-8")
    Path(file).unlink()
    assert "LookupError: https://x/?token=… is missing" in report
    assert 'File "' in report
    assert "s3cr3t" not in report
    assert "issues" in said.err


def test_a_disk_that_refuses_is_nobodys_bug(
    cmops: Cmops, workspace: MakeWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", "/somewhere")

    monkeypatch.setattr("cmops.workspace.drafts.write", full)
    said = cmops("new", "post", "--title", "x", at=workspace())
    assert said.code == 1
    assert said.err.startswith("cmops: /somewhere\u00a0: No space left on device (")


@pytest.mark.parametrize("stop", [KeyboardInterrupt, click.Abort])
def test_an_interruption_gives_130(
    stop: type[BaseException],
    cmops: Cmops,
    workspace: MakeWorkspace,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupted(*_: object) -> None:
        raise stop

    monkeypatch.setattr("cmops.known.load", interrupted)
    assert cmops("plan", at=workspace()).code == 130


def test_a_process_that_is_interrupted_ends_with_130(workspace: MakeWorkspace) -> None:
    watching = subprocess.Popen(
        [sys.executable, "-m", "cmops", "validate", "--watch"],
        cwd=workspace(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert watching.stdout is not None
    for line in watching.stdout:
        if line == "cmops validate]\n":
            break
    watching.send_signal(signal.SIGINT)
    _, error = watching.communicate(timeout=100)
    assert watching.returncode == 130
    assert "Traceback" not in error


def test_a_reader_that_goes_away_is_no_error(workspace: MakeWorkspace) -> None:
    many = {f"content/posts/p{n:03}.md": post(to="nulle-part") for n in range(400)}
    command = f"{sys.executable} -m cmops validate; echo $? >code"
    piped = subprocess.run(
        ["sh", "-c", f"({command}) | head -1"],
        cwd=(root := workspace(many)),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert piped.stdout.count("\n") == 1
    assert "Broken" not in piped.stderr
    assert "Traceback" not in piped.stderr
    assert (root / "code").read_text() in ("0\n", "1\n")


def test_a_process_speaks_utf_8_and_gives_the_exit_code(workspace: MakeWorkspace) -> None:
    root = workspace(ONE_MISTAKE)
    ended = process("validate", "--at", NOW, at=root)
    assert ended.returncode == 1
    assert "aucun compte ne s’appelle" in ended.stdout
    assert process("plan", "--at", "x", at=root).returncode == 2


def test_a_process_that_ran_sql_ends_in_silence(workspace: MakeWorkspace) -> None:
    ended = process("kpi", "--at", NOW, at=workspace({"content/posts/a.md": post()}))
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize(("no_color", "colours"), [(None, True), ("1", False), ("", True)])
def test_colours_are_for_people_who_want_them(
    no_color: str | None, colours: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cmops.cli import output

    monkeypatch.setattr(output, "sys", SimpleNamespace(stdout=SimpleNamespace(isatty=lambda: True)))
    monkeypatch.delenv("NO_COLOR", raising=False)
    if no_color is not None:
        monkeypatch.setenv("NO_COLOR", no_color)
    assert (output.style("x", fg="red") != "x") is colours


def test_what_could_steer_a_terminal_is_not_passed_on(
    cmops: Cmops, workspace: MakeWorkspace
) -> None:
    text = "un \u202etexte\u202c piégé \U000e0041"
    said = cmops("preview", "bon", at=workspace({"content/posts/bon.md": post(text)}))
    assert "un �texte� piégé �" in said.out


def test_help_is_worded_by_the_folder_one_stands_in(cmops: Cmops, workspace: MakeWorkspace) -> None:
    assert "Utilisation" in cmops("plan", "--help", at=workspace()).out
    assert "Commandes" in cmops("--help").out


def test_what_click_refuses_in_ways_nobody_thought_of_is_still_said() -> None:
    error = click.UsageError("Something new")
    assert words.wrong_usage(error, Wording("fr")) == "cmops: Something new"
