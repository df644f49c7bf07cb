"""Debian's WordPress with MariaDB on loopback, with one editor and comments open to all."""

import json
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
import requests

from loopback import free_port

_SITE = Path("/usr/share/wordpress")
_PROGRAMS = ("mariadbd", "mariadb-install-db", "mariadb", "php")
_START_SECONDS = 60.0

_CONFIGURATION = """<?php
define('DB_NAME', 'wp'); define('DB_USER', 'wp'); define('DB_PASSWORD', 'wp');
define('DB_HOST', 'localhost:%(socket)s'); define('DB_CHARSET', 'utf8mb4');
define('DB_COLLATE', '');
define('WP_HTTP_BLOCK_EXTERNAL', true); define('DISABLE_WP_CRON', true);
define('AUTOMATIC_UPDATER_DISABLED', true); define('WP_ENVIRONMENT_TYPE', 'local');
define('WP_HOME', '%(url)s'); define('WP_SITEURL', '%(url)s');
foreach (['AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE'] as $key) {
  define($key . '_KEY', "test $key"); define($key . '_SALT', "salt $key");
}
$table_prefix = 'wp_';
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
"""

_DATABASE = """create database wp; create user wp@localhost identified by 'wp';
grant all on wp.* to wp@localhost"""

_INSTALL = """<?php
define('WP_INSTALLING', true);
$_SERVER += ['HTTP_HOST' => '127.0.0.1', 'REQUEST_URI' => '/', 'SERVER_PROTOCOL' => 'HTTP/1.1',
  'REQUEST_METHOD' => 'GET'];
require $argv[1] . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
add_filter('pre_wp_mail', '__return_true');
wp_install('Noordlicht blog', 'editor', 'editor@mail.example', true, '', 'password');
foreach (['comment_moderation', 'comment_previously_approved', 'comments_notify',
  'moderation_notify'] as $option) update_option($option, 0);
$user = get_user_by('login', 'editor')->ID;
[$secret] = WP_Application_Passwords::create_new_application_password($user, ['name' => 'tests']);
echo json_encode($secret);
"""


@dataclass(frozen=True)
class WordPress:
    """A running blog and the editor's application password."""

    url: str
    password: str

    def comment(self, author: str, text: str, **fields: Any) -> dict[str, Any]:
        """Add a comment to the first post, as the given visitor."""
        answer = requests.post(
            f"{self.url}/?rest_route=/wp/v2/comments",
            json={"post": 1, "author_name": author, "content": text}
            | {"author_email": "visitor@mail.example", **fields},
            auth=("editor", self.password),
            timeout=30,
        )
        answer.raise_for_status()
        return dict(answer.json())


def _missing() -> list[str]:
    missing = [program for program in _PROGRAMS if shutil.which(program) is None]
    return missing if _SITE.is_dir() else [*missing, str(_SITE)]


def _wait(until: Callable[[], bool], process: subprocess.Popen[bytes], what: str) -> None:
    end = monotonic() + _START_SECONDS
    while monotonic() < end and process.poll() is None:
        if until():
            return
        sleep(0.1)
    message = f"{what} did not start"
    raise RuntimeError(message)


@contextmanager
def _running(command: list[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL
        )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=30)


@contextmanager
def _database(home: Path) -> Iterator[Path]:
    """A MariaDB that only listens on a socket; yields the socket. Root runs it as `mysql`."""
    user = pwd.getpwuid(os.getuid()).pw_name
    if user == "root":
        user = "mysql"
        shutil.chown(home, user)
    sock = home / "s.sock"
    options = ["--no-defaults", f"--user={user}", f"--datadir={home / 'data'}"]
    subprocess.run(
        ["mariadb-install-db", *options, "--auth-root-authentication-method=normal"],
        check=True,
        capture_output=True,
    )
    server = ["mariadbd", *options, f"--socket={sock}", "--skip-networking"]
    with _running([*server, f"--pid-file={home / 'pid'}"], home.parent / "db.log") as process:
        _wait(lambda: _sql(sock, "select 1").returncode == 0, process, "MariaDB")
        _sql(
            sock, "create database wp; create user wp@localhost identified by 'wp'"
        ).check_returncode()
        _sql(sock, "grant all on wp.* to wp@localhost").check_returncode()
        yield sock


def _sql(sock: Path, statement: str) -> subprocess.CompletedProcess[bytes]:
    command = ["mariadb", "--no-defaults", "-S", str(sock), "-uroot", "-e", statement]
    return subprocess.run(command, capture_output=True, check=False)


def _site(home: Path, sock: Path, url: str) -> tuple[Path, str]:
    """A copy of the site that uses the database; its folder and the editor's password."""
    site = home / "site"
    shutil.copytree(_SITE, site, ignore=shutil.ignore_patterns("wp-config.php"))
    (site / "wp-config.php").write_text(_CONFIGURATION % {"socket": sock, "url": url})
    install = home / "install.php"
    install.write_text(_INSTALL)
    done = subprocess.run(["php", str(install), str(site)], check=True, capture_output=True)
    return site, json.loads(done.stdout)


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=10).ok
    except requests.ConnectionError:
        return False


@pytest.fixture(scope="session")
def wordpress(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WordPress]:
    """The blog for the whole run; skips and says what is missing."""
    if missing := _missing():
        pytest.skip(f"needs Debian's wordpress, mariadb-server, php: no {', '.join(missing)}")
    home = tmp_path_factory.mktemp("wordpress")
    for folder in (home, *home.parents):
        if Path(tempfile.gettempdir()) in folder.parents:
            folder.chmod(0o755)
    database = home / "db"
    database.mkdir()
    url = f"http://127.0.0.1:{free_port(23_000)}"
    with ExitStack() as stack:
        site, password = _site(home, stack.enter_context(_database(database)), url)
        serve = ["php", "-S", url.removeprefix("http://"), "-t", str(site)]
        process = stack.enter_context(_running(serve, home / "php.log"))
        _wait(lambda: _answers(f"{url}/?feed=rss2"), process, "WordPress")
        yield WordPress(url, password)
