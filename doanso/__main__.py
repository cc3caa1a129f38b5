"""The `doanso` command: `doanso [--data DIR] COMMAND ...`, dashes and underscores alike (`load-units`, `recount`)."""

import os
import sys
from pathlib import Path

UNGUARDED = frozenset(
    {
        "adopt_keys",
        "check",
        "check_database",
        "collectstatic",
        "createcachetable",
        "help",
        "makemigrations",
        "verify",
        "version",
    }
)
"""Commands that write nothing under a key, or are there for when keys are wrong."""
BEGINNING = frozenset({"migrate", "prepare"})
"""Our commands that make a database where there is none."""


def main(arguments: list[str]) -> None:
    """Run one command against one data folder."""
    words = list(arguments)
    for index, word in enumerate(words):
        if word == "--data" and index + 1 < len(words):
            os.environ["DOANSO_DATA"] = words[index + 1]
            del words[index : index + 2]
            break
        if word.startswith("--data="):
            os.environ["DOANSO_DATA"] = word.removeprefix("--data=")
            del words[index]
            break
    if words[:1] == ["demo"]:
        # Decides what the settings say, so it starts before them.
        from doanso.home import start_demo

        sys.exit(start_demo.main(words[1:]))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "doanso.settings")
    # Imported late: settings read the data folder chosen above.
    from django.core.management import execute_from_command_line

    if words in ([], ["help"], ["-h"], ["--help"], ["help", "--all"]):
        _list_commands(everything=words[-1:] == ["--all"])
        return
    if words:
        words[0] = words[0].replace("-", "_") if not words[0].startswith("-") else words[0]
        if words[0] == "help" and len(words) > 1:
            words[1] = words[1].replace("-", "_") if not words[1].startswith("-") else words[1]
    if words and words[0] in _own_commands() - BEGINNING and not {"-h", "--help"} & set(words):
        _require_database()
    if words and not words[0].startswith("-") and words[0] not in UNGUARDED and not {"-h", "--help"} & set(words):
        _require_known_keys()
    execute_from_command_line(["doanso", *words])


def _list_commands(*, everything: bool) -> None:
    import django

    django.setup()
    from doanso.home.command_help import list_commands

    print(list_commands(everything=everything))


def _own_commands() -> set[str]:
    return {path.stem for path in Path(__file__).parent.glob("*/management/commands/*.py")}


def _require_database() -> None:
    """Refuse a data folder without a database, before the settings would make one in it."""
    from doanso import data_folder

    data = Path(os.environ.get("DOANSO_DATA") or Path(__file__).parent.parent / "var").resolve()
    is_elsewhere = bool(os.environ.get("DATABASE_URL")) and not (data / "demo.json").exists()
    if not is_elsewhere and (problem := data_folder.empty_problem(data)):
        print(problem, file=sys.stderr)
        sys.exit(2)


def _require_known_keys() -> None:
    import django

    django.setup()
    from doanso.home.keys import require_known_keys

    require_known_keys()


if __name__ == "__main__":
    main(sys.argv[1:])
