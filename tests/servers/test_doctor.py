"""``cmops doctor`` before real servers, and before servers that fail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from cmops.adapters.registry import adapter
from cmops.doctor import Level
from cmops.doctor.channels import Examined, clock, examine
from cmops.wording import Wording
from cmops.workspace.model import Channel
from tests.cli.conftest import Said
from tests.servers.bluesky import Pds
from tests.servers.mastodon import Mastodon
from tests.servers.proxy import Fault, Proxy, proxy


@pytest.fixture
def near(mastodon: Mastodon) -> Iterator[Proxy]:
    with proxy(mastodon.url) as made:
        yield made


def mastodon_channel(server: Mastodon, name: str, url: str, **limits: int) -> Channel:
    account = f"{name}@{server.domain}"
    return Channel(
        "m", "mastodon", account, "b", "N", "fr", {"token": "TOKEN"}, limits, settings={"url": url}
    )


def look(channel: Channel, **environ: str) -> Examined:
    [found] = examine([channel], Path(), environ)
    for each in found.checks:
        for secret in environ.values():
            assert secret not in repr(each)
            assert secret not in "".join(each.said(Wording("fr")))
    return found


def said(found: Examined) -> dict[str, str]:
    return {each.phrase.removeprefix("doctor."): str(each.level) for each in found.checks}


def test_a_mastodon_account_is_the_one_that_is_named_and_its_server_says_its_limits(
    mastodon: Mastodon,
) -> None:
    person = mastodon.person()
    found = look(mastodon_channel(mastodon, person.name, mastodon.url), TOKEN=person.token)
    assert said(found)["opens"] == "fine"
    assert said(found)["token-lasting"] == "fine"
    declared = adapter("mastodon").platform.limits
    for each in found.differences:
        assert each.ours == declared[each.name].most != each.said


def test_a_limit_that_cmops_yml_sets_too_high_is_wrong_and_one_too_low_is_only_said(
    mastodon: Mastodon,
) -> None:
    person = mastodon.person()
    given = {"text": 100_000, "images": 1}
    channel = mastodon_channel(mastodon, person.name, mastodon.url, **given)
    found = look(channel, TOKEN=person.token)
    levels = {
        str(each.values["name"]): each.level for each in found.checks if "said" in each.values
    }
    assert levels["text"] is Level.WRONG
    assert levels["images"] is Level.NOTE
    assert {each.name: each.ours for each in found.differences}.items() >= given.items()


def test_another_account_is_wrong(mastodon: Mastodon) -> None:
    person, other = mastodon.person(), mastodon.person()
    channel = mastodon_channel(mastodon, other.name, mastodon.url)
    assert said(look(channel, TOKEN=person.token))["CM521"] == "wrong"


@pytest.mark.parametrize(
    ("fault", "phrase"),
    [
        (Fault.UNAUTHORISED, "failed-unauthorised"),
        (Fault.THROTTLED, "failed-throttled-until"),
        (Fault.ELSEWHERE, "failed-redirected"),
        (Fault.RUBBISH, "failed-rubbish"),
        (Fault.KEPT, "failed-no-answer"),
        (Fault.BROKEN_BEFORE, "failed"),
    ],
)
def test_what_a_server_does_wrong_is_said_with_what_to_do(
    mastodon: Mastodon, near: Proxy, fault: Fault, phrase: str
) -> None:
    person = mastodon.person()
    near.order(fault, times=99)
    found = look(mastodon_channel(mastodon, person.name, near.url), TOKEN=person.token)
    assert said(found) == {"secrets": "fine", phrase: "wrong"}
    for language in ("fr", "en"):
        assert all(found.checks[-1].said(Wording(language)))
    assert not near.strangers


def test_limits_that_cannot_be_asked_are_no_reason_to_stop(mastodon: Mastodon, near: Proxy) -> None:
    person = mastodon.person()
    # Its name is known without asking the instance, its limits are not.
    near.order(Fault.BROKEN_BEFORE, "/api/v2/instance", times=99)
    channel = mastodon_channel(mastodon, person.name, near.url)
    host = near.url.removeprefix("http://")
    local = Channel(
        "m", "mastodon", f"{person.name}@{host}", "b", "N", "fr", channel.secrets,
        settings=channel.settings,
    )  # fmt: skip
    found = said(look(local, TOKEN=person.token))
    assert found["limits-unsaid"] == "note"
    assert "opens" in found


def test_nothing_is_published_by_asking(mastodon: Mastodon, near: Proxy) -> None:
    person = mastodon.person()
    look(mastodon_channel(mastodon, person.name, near.url), TOKEN=person.token)
    assert {each.method for each in near.seen} == {"GET"}
    assert mastodon.statuses(person) == []


def bluesky_channel(account: str, url: str) -> Channel:
    secrets = {"password": "PASSWORD"}
    return Channel("b", "bluesky", account, "b", "N", "fr", secrets, settings={"url": url})


def test_a_bluesky_account_is_let_in_or_not(pds: Pds) -> None:
    person, other = pds.person(), pds.person()
    right = look(bluesky_channel(person.handle, pds.url), PASSWORD=person.password)
    assert said(right) == {"secrets": "fine", "opens": "fine", "token-lasting": "fine"}
    wrong = look(bluesky_channel(person.handle, pds.url), PASSWORD="wrong-password-1")
    assert said(wrong)["failed-unauthorised"] == "wrong"
    strange = look(bluesky_channel(other.did, pds.url), PASSWORD=pds.app_password(person))
    assert said(strange)["failed-unauthorised"] == "wrong"


def test_the_clock_is_compared_with_the_servers(pds: Pds) -> None:
    person = pds.person()
    channel = bluesky_channel(person.handle, pds.url)
    right = look(channel, PASSWORD=person.password)
    [check] = clock([right])
    assert check.level is Level.FINE
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=10), tick=True):
        wrong = look(channel, PASSWORD=person.password)
    [check] = clock([wrong])
    assert check.level is Level.WRONG
    assert wrong.skew is not None
    assert timedelta(minutes=9) < wrong.skew < timedelta(minutes=11)


SETTINGS = """\
# Nos comptes
version: 1
name: Les Ateliers
language: {language}
timezone: Europe/Paris
channels:
  mastodon:
    platform: mastodon          # le nôtre
    url: {url}
    account: {account}
    secrets: {{token: MASTODON_TOKEN}}
    limits: {{text: 1}}         # à revoir
"""


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_limits_are_written_for_a_person_to_review_and_then_all_is_well(
    mastodon: Mastodon,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    language: str,
    ends: str,
) -> None:
    from cmops.cli.main import run

    person = mastodon.person()
    account = f"{person.name}@{mastodon.domain}"
    text = SETTINGS.format(url=mastodon.url, account=account, language=language)
    file = tmp_path / "cmops.yml"
    file.write_bytes(text.replace("\n", ends).encode())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MASTODON_TOKEN", person.token)

    def call(*arguments: str) -> Said:
        code = run(arguments)
        found = Said(code, *capsys.readouterr())
        assert person.token not in found.out + found.err
        return found

    found = call("doctor", "mastodon", "--format", "json").json
    differing = found["limits"]["mastodon"]
    assert differing["text"]["here"] == 1
    assert file.read_bytes().decode() == text.replace("\n", ends)

    written = call("doctor", "mastodon", "--write-limits")
    assert "limits: {" in written.err
    after = file.read_bytes().decode()
    assert after.count("\r\n") == (after.count("\n") if ends == "\r\n" else 0)
    lines = after.replace("\r\n", "\n").split("\n")
    [index] = [number for number, line in enumerate(lines) if "limits:" in line]
    before = text.split("\n")
    assert lines[:index] + lines[index + 1 :] == before[:index] + before[index + 1 :]
    assert lines[index].endswith("# à revoir")
    for name, limit in differing.items():
        assert f"{name}: {limit['server']}" in lines[index]

    again = call("doctor", "mastodon", "--format", "json").json
    assert again["limits"] == {}
    assert [each["code"] for each in again["checks"] if each["level"] == "wrong"] == []
    assert "limits" in {each["code"] for each in again["checks"]}
