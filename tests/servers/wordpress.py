"""A WordPress of its own as the tests use it: users, posts, and what readers see."""

from __future__ import annotations

import getpass
import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from tests.servers.installed import ENVIRONMENT, needs, unavailable
from tests.servers.process import free_ports, running, tied

SOURCE = Path("/usr/share/wordpress")
MAKE = Path(__file__).with_suffix(".php")

_CONFIG = """<?php
define('DB_NAME', 'wordpress');
define('DB_USER', 'root');
define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:%(socket)s');
define('DB_CHARSET', 'utf8mb4');
define('DB_COLLATE', '');
define('WP_HOME', 'http://%(host)s');
define('WP_SITEURL', 'http://%(host)s');
define('WP_ENVIRONMENT_TYPE', 'local');
define('DISABLE_WP_CRON', true);
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('AUTOMATIC_UPDATER_DISABLED', true);
define('WP_DEFAULT_THEME', 'plain');
foreach (['AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE'] as $name) {
    define($name . '_KEY', 'tests');
    define($name . '_SALT', 'tests');
}
$table_prefix = 'wp_';
define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
"""
_ROUTER = """<?php
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
if ($path !== '/' && is_file(__DIR__ . $path)) {
    return false;
}
$_SERVER['SCRIPT_NAME'] = '/index.php';
require __DIR__ . '/index.php';
"""
_THEME = """<?php
while (have_posts()) {
    the_post();
    echo '<h1>', get_the_title(), '</h1>', has_post_thumbnail() ? get_the_post_thumbnail() : '';
    the_content();
}
"""
_NO_MAIL = "<?php function wp_mail() { return true; }\n"


@contextmanager
def wordpress(folder: Path) -> Iterator[Blog]:
    """A new blog on 127.0.0.1, its database behind a socket in ``folder``."""
    needs("php", "mariadbd", "mariadb-install-db")
    if not (SOURCE / "wp-load.php").exists():
        unavailable(f"{SOURCE} is missing (Debian's wordpress)")
    [port] = free_ports(1)
    host, socket = f"127.0.0.1:{port}", folder / "db.sock"
    with _database(folder, socket):
        site = _site(folder, host, socket)
        made = _run(folder, "php", str(site / MAKE.name), host)
        passwords = json.loads(made.splitlines()[-1])
        command = ["php", "-S", host, "-t", str(site), str(site / "router.php")]
        place = folder / "php"
        place.mkdir()
        with running(tied(command), place, port, ENVIRONMENT):
            yield Blog(f"http://{host}", passwords)


@contextmanager
def _database(folder: Path, socket: Path) -> Iterator[None]:
    data, user = folder / "data", f"--user={getpass.getuser()}"
    install = ["--auth-root-authentication-method=normal", "--skip-test-db", f"--datadir={data}"]
    _run(folder, "mariadb-install-db", "--no-defaults", user, *install)
    options = ["--skip-networking", f"--socket={socket}", f"--pid-file={folder / 'db.pid'}"]
    # Nothing here has to survive this machine.
    quick = ["--innodb-flush-log-at-trx-commit=0", "--skip-log-bin"]
    command = ["mariadbd", "--no-defaults", user, f"--datadir={data}", *options, *quick]
    place = folder / "database"
    place.mkdir()
    with running(tied(command), place, socket, ENVIRONMENT):
        create = "CREATE DATABASE wordpress CHARACTER SET utf8mb4"
        _run(folder, "mariadb", "--no-defaults", f"--socket={socket}", "-u", "root", "-e", create)
        yield


def _site(folder: Path, host: str, socket: Path) -> Path:
    site = folder / "site"
    shutil.copytree(SOURCE, site)
    plugins = site / "wp-content" / "mu-plugins"
    (site / "wp-content" / "uploads").mkdir(exist_ok=True)
    plugins.mkdir(exist_ok=True)
    (site / "wp-config.php").unlink()
    (site / "wp-config.php").write_text(_CONFIG % {"host": host, "socket": socket})
    (site / "router.php").write_text(_ROUTER)
    (plugins / "no-mail.php").write_text(_NO_MAIL)
    theme = site / "wp-content" / "themes" / "plain"
    theme.mkdir(parents=True, exist_ok=True)
    (theme / "style.css").write_text("/* Theme Name: Plain */")
    (theme / "index.php").write_text(_THEME)
    (theme / "functions.php").write_text("<?php add_theme_support('post-thumbnails');\n")
    shutil.copy(MAKE, site)
    return site


def _run(folder: Path, *command: str) -> str:
    done = subprocess.run(
        command, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, (command[:2], done.stdout[-2000:], done.stderr[-2000:])
    return done.stdout


class Blog:
    """The blog's own API as its administrator, spoken without any of cmops."""

    def __init__(self, url: str, passwords: dict[str, str]) -> None:
        self.url = url
        self.passwords = passwords

    def posts(self, status: str = "publish,future,draft,pending,private,trash") -> list[Any]:
        """Every post, the newest first."""
        asked = {"status": status, "per_page": 100, "context": "edit"}
        found: list[Any] = self.call("GET", "posts", params=asked)
        return found

    def item(self, kind: str, id: int | str) -> dict[str, Any]:
        """One post, file or term with everything that the blog knows of it."""
        found: dict[str, Any] = self.call("GET", f"{kind}/{id}", params={"context": "edit"})
        return found

    def items(self, kind: str, **asked: Any) -> list[dict[str, Any]]:
        """Files or terms."""
        found: list[dict[str, Any]] = self.call("GET", kind, params={"per_page": 100, **asked})
        return found

    def clear(self) -> None:
        """Takes all posts and files away."""
        for kind, found in (("posts", self.posts()), ("media", self.items("media"))):
            for each in found:
                self.call("DELETE", f"{kind}/{each['id']}", params={"force": "true"})

    def seen(self, url: str) -> requests.Response:
        """What a reader gets."""
        return requests.get(url, timeout=30)

    def call(self, method: str, path: str, **request: Any) -> Any:
        """The blog's answer; fails for anything but a yes."""
        sent = {"auth": ("admin", self.passwords["admin"]), "timeout": 30, **request}
        answer = requests.request(method, f"{self.url}/wp-json/wp/v2/{path}", **sent)
        assert answer.ok, (path, answer.status_code, answer.text[:300])
        return answer.json()
