"""Translation of the machine's pip settings (a mirror, a certificate, a folder of wheels) to uv's.

Standard library only: it runs before anything is installed.
"""

import configparser
import os
from collections.abc import Mapping
from pathlib import Path

# pip's option -> uv's variable. Settings made for uv directly take precedence.
_OPTIONS = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
    "client-cert": "SSL_CLIENT_CERT",
    "timeout": "UV_HTTP_TIMEOUT",
    "proxy": "ALL_PROXY",
}
# Other variables of uv with the same meaning.
_SAME = {"UV_DEFAULT_INDEX": ["UV_INDEX_URL"], "UV_INDEX": ["UV_EXTRA_INDEX_URL"]}


def config_files(env: Mapping[str, str]) -> list[Path]:
    """Return pip's configuration files in ascending precedence, as pip reads them on this system."""
    explicit = env.get("PIP_CONFIG_FILE", "")
    if explicit == os.devnull:
        return []
    home = Path(env.get("HOME") or "/")
    shared = [Path(folder) / "pip" for folder in reversed(env.get("XDG_CONFIG_DIRS", "/etc/xdg").split(":")) if folder]
    own = Path(env.get("XDG_CONFIG_HOME") or home / ".config")
    paths = [*(folder / "pip.conf" for folder in shared), Path("/etc/pip.conf")]
    paths += [home / ".pip" / "pip.conf", own / "pip" / "pip.conf"]
    return [*paths, Path(explicit)] if explicit else paths


def read(env: Mapping[str, str], files: list[Path]) -> dict[str, str]:
    """Return pip's options: from files in ascending precedence, then from `PIP_...` variables."""
    options: dict[str, str] = {}
    parser = configparser.RawConfigParser()
    for path in files:
        try:
            parser.read(path, encoding="utf-8")
        except (configparser.Error, UnicodeDecodeError, PermissionError):
            continue
    for section in ("global", "install"):
        if parser.has_section(section):
            options |= {name.replace("_", "-"): value for name, value in parser.items(section)}
    for option in (*_OPTIONS, "no-index"):
        value = env.get("PIP_" + option.replace("-", "_").upper())
        if value:
            options[option] = value
    return options


def uv_flags(env: Mapping[str, str], files: list[Path] | None = None) -> list[str]:
    """Return the settings that uv accepts on its command line only."""
    options = read(env, config_files(env) if files is None else files)
    return ["--no-index"] if options.get("no-index", "").lower() in {"1", "true", "yes", "on"} else []


def uv_variables(env: Mapping[str, str], files: list[Path] | None = None) -> dict[str, str]:
    """Return the variables to add to uv's environment."""
    options = read(env, config_files(env) if files is None else files)
    added: dict[str, str] = {}
    for option, variable in _OPTIONS.items():
        value = options.get(option, "").strip()
        if not value or any(env.get(name) for name in [variable, *_SAME.get(variable, [])]):
            continue
        if option == "find-links":
            value = ",".join(link for link in value.split() if "://" in link or Path(link).exists())
        elif option == "cert":
            value = value if Path(value).is_file() else ""
        else:
            value = " ".join(value.split())
        if value:
            added[variable] = value
    if "SSL_CERT_FILE" not in added and not env.get("SSL_CERT_FILE"):
        bundle = next((env[name] for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE") if env.get(name)), "")
        if bundle and Path(bundle).is_file():
            added["SSL_CERT_FILE"] = bundle
        elif not env.get("UV_SYSTEM_CERTS"):
            # pip uses the system's certificates; older versions of uv have another variable for that.
            added |= {"UV_SYSTEM_CERTS": "true", "UV_NATIVE_TLS": "true"}
    if ("UV_INDEX" in added or env.get("UV_INDEX")) and not env.get("UV_INDEX_STRATEGY"):
        # pip treats all indexes alike; every file is checked against its hash anyway.
        added["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    return added
