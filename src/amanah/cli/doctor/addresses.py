"""Checks on addresses, and on the reverse proxies of this machine: whether they write down who came."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from amanah.cli.doctor.files import is_local
from amanah.web.config import PROCESSES, Config

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1", "[::1]"})
NGINX_FILES = (
    "etc/nginx/nginx.conf",
    "etc/nginx/conf.d/*.conf",
    "etc/nginx/sites-enabled/*",
    "etc/nginx/snippets/*",
)
CADDY_FILES = ("etc/caddy/Caddyfile", "etc/caddy/*.caddyfile", "etc/caddy/conf.d/*")
APACHE_FILES = (
    "etc/apache2/apache2.conf",
    "etc/apache2/sites-enabled/*",
    "etc/apache2/conf-enabled/*",
    "etc/httpd/conf/*",
)
_CADDY_LOG = re.compile(r"^\s*log(\s+\w+)?\s*(\{|$)", re.MULTILINE)


def check_addresses(config: Config) -> Iterator[str]:
    """Find addresses that let doors be matched, or headers be made up."""
    if not is_local(config):
        hosts: dict[str, str] = {}
        for process in ("programme", "card", "request"):
            host = urlsplit(config.urls[process]).hostname or ""
            if host in hosts:
                yield (
                    f"The {hosts[host]} and {process} doors share the hostname {host}; a browser may join both. "
                    f"Give AMANAH_{process.upper()}_URL a hostname and a certificate of its own."
                )
            hosts[host] = process
        if config.pace == "demo":
            yield "The pace is demo at a public address: waits of seconds hide nobody. Set AMANAH_PACE to calm."
    for process in PROCESSES:
        host, port = config.binds[process]
        if config.behind_proxy and host not in _LOOPBACK:
            yield (
                f"{process} listens on {host}:{port} for everybody but believes the proxy's headers; "
                f"set AMANAH_{process.upper()}_BIND to 127.0.0.1:{port}."
            )
        elif not config.behind_proxy and config.urls[process].startswith("https://"):
            yield f"{process} has an https address but AMANAH_BEHIND_PROXY is no; TLS needs the proxy: set it to yes."


def check_proxies(_config: Config, root: Path = Path("/")) -> Iterator[str]:
    """Read the configuration of nginx, Caddy and Apache where this user may."""
    yield from _check_nginx(_read_all(root, NGINX_FILES))
    for path, text in _read_all(root, CADDY_FILES).items():
        if _CADDY_LOG.search(_without_global_options(text)):
            yield f"{path} makes Caddy keep an access log; remove every log block of a site."
    for path, text in _read_all(root, APACHE_FILES).items():
        if re.search(r"^\s*(CustomLog|TransferLog)\s", text, re.MULTILINE | re.IGNORECASE):
            yield f"{path} makes Apache keep an access log; remove CustomLog and TransferLog."


def _without_global_options(text: str) -> str:
    """Leave out Caddy's first, nameless block: a log there is of Caddy itself and writes down no visitor."""
    start = text.lstrip()
    if not start.startswith("{"):
        return text
    depth = 0
    for place, character in enumerate(start):
        depth += {"{": 1, "}": -1}.get(character, 0)
        if depth == 0:
            return start[place + 1 :]
    return text


def _check_nginx(texts: dict[Path, str]) -> Iterator[str]:
    if not texts:
        return
    for path, text in texts.items():
        if re.search(r"^\s*access_log\s+(?!off\s*;)", text, re.MULTILINE):
            yield f"{path} makes nginx keep an access log; write access_log off; in its place."
    if not any(re.search(r"^\s*access_log\s+off\s*;", text, re.MULTILINE) for text in texts.values()):
        yield "nginx keeps an access log unless told otherwise; write access_log off; in its http block."
    if not any(
        re.search(r"^\s*error_log\s+\S+\s+(crit|alert|emerg)\s*;", text, re.MULTILINE)
        for text in texts.values()
    ):
        yield "nginx writes addresses into its error log; write error_log /var/log/nginx/error.log crit; in nginx.conf."


def _read_all(root: Path, patterns: tuple[str, ...]) -> dict[Path, str]:
    texts = {}
    for pattern in patterns:
        for path in sorted(root.glob(pattern)):
            try:
                lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
            except OSError:
                continue
            texts[path] = "\n".join(line.split("#", 1)[0] for line in lines)
    return texts
