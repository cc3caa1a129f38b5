"""Make or refresh `.venv` when the requirements changed, then hand over to `tools.commands` inside it.

Started by `./dev` with any Python >= 3.12; standard library only. It makes `.venv` (the environment) and, where the machine has
no uv, `.uv/uv` (one program). Exit code 3 means that nothing could be made and nothing was changed.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "made-from.json"
OWN_UV = ROOT / ".uv" / "uv"
# The demo needs neither a browser driver nor a type checker.
RUN, DEV = ("base.txt", "postgres.txt"), ("dev.txt",)
# Only where files lie in a bucket.
WITH_S3 = (*RUN, "s3.txt")
RUN_COMMANDS = {"demo", "run", "doanso"}
NOTHING_CHANGED = 3
APT = ["apt-get", "-o", "DPkg::Lock::Timeout=400", "-o", "Dpkg::Use-Pty=0", "-qq"]


class CannotMake(Exception):
    """The environment cannot be made; the text is the line to print, the code is the exit code of `./dev`."""

    def __init__(self, line: str, code: int = NOTHING_CHANGED) -> None:
        super().__init__(line)
        self.code = code


def digest(names: tuple[str, ...]) -> str:
    """Return a hash that identifies an environment made from these files."""
    total = hashlib.sha256()
    for name in names:
        total.update((ROOT / "requirements" / name).read_bytes())
    return total.hexdigest()


def wanted_by(command: str, environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return the requirements of a command; a demo ignores the settings of a bucket."""
    if command not in RUN_COMMANDS:
        return DEV
    return WITH_S3 if environ.get("S3_BUCKET") and command != "demo" else RUN


def is_current(wanted: tuple[str, ...]) -> bool:
    """Return whether `.venv` works and holds at least what is wanted."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return False
    sets = [requirement for requirement in (RUN, WITH_S3, DEV) if requirement == DEV or set(wanted) <= set(requirement)]
    return (VENV / "bin" / "python").exists() and any(stamp == {"digest": digest(names)} for names in sets)


def can_run(command: list[str]) -> bool:
    """Return whether a program runs; its presence on the path does not prove it."""
    try:
        return subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, check=False).returncode == 0
    except OSError:
        return False


def _fetch(command: list[str], complaints: list[str]) -> bool:
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    if done.returncode:
        lines = [line.strip() for line in (done.stderr + done.stdout).splitlines() if line.strip()]
        complaints.append(lines[-1] if lines else f"{command[0]} failed")
    return done.returncode == 0


def find_uv(python: str, complaints: list[str]) -> str | None:
    """Return uv: on the path, fetched earlier, fetched by pip in a venv, or by the Python's own pip."""
    on_path = shutil.which("uv")
    for candidate in (on_path, str(OWN_UV)):
        if candidate and can_run([candidate, "--version"]):
            return candidate
    pinned = [
        "install",
        "-q",
        "--disable-pip-version-check",
        "--require-hashes",
        "-r",
        str(ROOT / "requirements" / "uv.txt"),
    ]
    with tempfile.TemporaryDirectory(prefix="doanso-uv-") as scratch:
        venv, target = Path(scratch) / "venv", Path(scratch) / "target"
        fetched: Path | None = None
        if can_run([python, "-c", "import ensurepip"]) and can_run([python, "-m", "venv", str(venv)]):
            print("Fetching uv once …", file=sys.stderr)
            if _fetch([str(venv / "bin" / "python"), "-m", "pip", *pinned], complaints):
                fetched = venv / "bin" / "uv"
        own_pip = [python, "-m", "pip"]
        if (
            fetched is None
            and can_run([*own_pip, "--version"])
            and _fetch([*own_pip, *pinned, "--target", str(target)], complaints)
        ):
            fetched = target / "bin" / "uv"
        if fetched is None or not can_run([str(fetched), "--version"]):
            return None
        OWN_UV.parent.mkdir(exist_ok=True)
        draft = OWN_UV.with_suffix(f".{os.getpid()}")
        shutil.copy2(fetched, draft)
        draft.replace(OWN_UV)
    return str(OWN_UV)


def uv_or_apt(python: str) -> str:
    """Return uv, installing Debian's packages for it as root."""
    complaints: list[str] = []
    uv = find_uv(python, complaints)
    if uv is None and not complaints and os.geteuid() == 0 and shutil.which("apt-get"):
        # Root on Debian needs neither sudo nor a second try by hand: run the line that would be shown.
        print("Installing what is missing: apt install python3-venv", file=sys.stderr)
        env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for words in (["update"], ["-y", "install", "python3-venv"]):
            subprocess.run([*APT, *words], stdin=subprocess.DEVNULL, stdout=sys.stderr, env=env, check=False)
        uv = find_uv(python, complaints) or find_uv("/usr/bin/python3", complaints)
    if uv is None:
        if complaints:
            raise CannotMake(f"uv could not be fetched: {complaints[-1]}")
        raise CannotMake("Python's venv or pip is needed: sudo apt install python3-venv")
    return uv


@contextlib.contextmanager
def hold_lock() -> Iterator[None]:
    """Hold a lock, so that one process at a time makes the environment."""
    folder = os.open(ROOT / "requirements", os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def make(wanted: tuple[str, ...]) -> None:
    """Synchronise `.venv` with the hashed requirements."""
    sys.path.insert(0, str(ROOT))
    from tools import pip_settings

    python = str(Path(sys.executable).resolve()) if Path(sys.prefix) == VENV else sys.executable
    uv = uv_or_apt(python)
    env = {name: value for name, value in os.environ.items() if name not in {"VIRTUAL_ENV", "UV_PYTHON", "PYTHONPATH"}}
    env |= pip_settings.uv_variables(os.environ) | {"UV_PYTHON_DOWNLOADS": "never"}
    if not os.access(Path(env.get("HOME") or "/"), os.W_OK) and not env.get("XDG_CACHE_HOME"):
        env["UV_NO_CACHE"] = "true"
    own_python = str(VENV / "bin" / "python")
    steps = []
    if not can_run([own_python, "-c", "import sys; sys.exit(sys.version_info < (3, 12))"]):
        steps.append([uv, "venv", "-q", "--clear", "--no-project", "--python", python, str(VENV)])
    files = [str(ROOT / "requirements" / name) for name in wanted]
    flags = ["--require-hashes", *pip_settings.uv_flags(os.environ)]
    steps.append([uv, "pip", "sync", "-q", *flags, "--python", own_python, *files])
    fresh = not VENV.exists()
    print(f"Preparing .venv from requirements/{' + '.join(wanted)} …", file=sys.stderr)
    STAMP.unlink(missing_ok=True)
    for step in steps:
        done = subprocess.run(step, env=env, cwd=ROOT, stdin=subprocess.DEVNULL, check=False)
        if done.returncode:
            if fresh:
                shutil.rmtree(VENV, ignore_errors=True)
            raise CannotMake("The packages could not be fetched or checked; see above.", code=1)
    STAMP.write_text(json.dumps({"digest": digest(wanted)}), encoding="ascii")


def main(arguments: list[str]) -> int:
    """Prepare the environment, then replace this process by the command; return only on failure."""
    command = next((word for word in arguments if not word.startswith("-")), "")
    wanted = wanted_by(command, os.environ)
    if command and not is_current(wanted):
        try:
            with hold_lock():
                if not is_current(wanted):
                    make(wanted)
        except CannotMake as problem:
            print(problem, file=sys.stderr)
            return problem.code
    python = str(VENV / "bin" / "python") if command else sys.executable
    env = {name: value for name, value in os.environ.items() if name not in {"PYTHONHOME", "VIRTUAL_ENV"}}
    env |= {"PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1"}
    return os.execve(python, [python, "-m", "tools.commands", *arguments], env)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
