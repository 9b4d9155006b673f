from __future__ import annotations

import pytest

from cmops.github.errors import NoRepository
from cmops.github.place import find, of_address

ENTERPRISE = {"GITHUB_SERVER_URL": "https://git.example:8443"}


@pytest.mark.parametrize(
    "address",
    [
        "https://github.com/ateliers/com",
        "https://github.com/ateliers/com.git",
        "https://someone:ghp_secret@github.com/ateliers/com.git/",
        "git@github.com:ateliers/com.git",
        "ssh://git@github.com/ateliers/com.git",
        "ssh://git@github.com:22/ateliers/com",
        "git://github.com/ateliers/com.git",
    ],
)
def test_a_remote_on_github_names_its_repository(address: str) -> None:
    place = find({}, address)
    assert (place.api, place.repository) == ("https://api.github.com", "ateliers/com")
    assert place.url == "https://github.com/ateliers/com"


@pytest.mark.parametrize(
    ("address", "api"),
    [
        ("https://git.example:8443/a/b.git", "https://git.example:8443/api/v3"),
        ("git@git.example:a/b.git", "https://git.example:8443/api/v3"),
        ("https://acme.ghe.com/a/b", "https://api.acme.ghe.com"),
        ("git@github.com:a/b", "https://api.github.com"),
    ],
)
def test_enterprise_servers_have_their_own_api(address: str, api: str) -> None:
    found = of_address(ENTERPRISE, address)
    assert found is not None
    assert (found.api, found.repository) == (api, "a/b")


def test_the_environment_says_more_than_the_remote() -> None:
    said = {"GITHUB_REPOSITORY": "a/b", "GITHUB_API_URL": "https://ghe.example/api/v3/"}
    place = find({**said, "GITHUB_SERVER_URL": "https://ghe.example"}, "git@github.com:c/d")
    assert (place.server, place.api, place.repository) == (
        "https://ghe.example",
        "https://ghe.example/api/v3",
        "a/b",
    )
    assert place.owner == "a"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "/srv/git/a/b.git",
        "file:///srv/a/b.git",
        "../b.git",
        "https://gitlab.com/a/b.git",
        "https://github.com.evil.example/a/b",
        "https://evil.example/github.com/a/b",
        "https://github.com/a",
        "https://github.com/a/b/c",
        "https://github.com/a/..",
        "https://github.com/a/b%2Fc",
        "https://[/a/b",
        "C:/git/b",
    ],
)
def test_another_remote_is_no_github(address: str) -> None:
    assert of_address({}, address) is None
    with pytest.raises(NoRepository):
        find({}, address)


@pytest.mark.parametrize("name", ["a", "a/b/c", "a/../b", "../..", "a/b?x", "a/b#x", "a b/c"])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(NoRepository):
        find({"GITHUB_REPOSITORY": name})


def test_an_address_is_said_without_its_password() -> None:
    with pytest.raises(NoRepository) as caught:
        find({}, "https://someone:ghp_secret@gitlab.com/a/b")
    assert "ghp_secret" not in repr(caught.value)
