"""The list of commands that `doanso` and `doanso help` print: the product's own in groups, a line each."""

from dataclasses import dataclass

from django.core.management import get_commands
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


@dataclass(frozen=True, slots=True)
class CommandGroup:
    """Commands of one subject, by name, each with what it does."""

    title: str | Promise
    commands: dict[str, str | Promise]


GROUPS = (
    CommandGroup(
        gettext_lazy("Try it"),
        {
            "demo": gettext_lazy("Make a sample committee with invented people, and serve it."),
            "grow": gettext_lazy("Fill the tables with many members, to measure speed; never in a real installation."),
        },
    ),
    CommandGroup(
        gettext_lazy("Set up a committee"),
        {
            "setup_code": gettext_lazy("Print a new code for the first setup in a browser."),
            "load_units": gettext_lazy("Create the units of a file (TOML)."),
            "load_programme": gettext_lazy("Load the programme with its indicators and targets from a file (TOML)."),
            "load_services": gettext_lazy("Load the digital services with their stages and guides from a file (TOML)."),
            "load_consent_text": gettext_lazy("Load a version of the consent text from a file (TOML)."),
            "reorganise": gettext_lazy("Merge, divide, rename or move units as a file says; --preview only shows it."),
        },
    ),
    CommandGroup(
        gettext_lazy("Accounts and roles"),
        {
            "grant_role": gettext_lazy("Give an account a role at a unit; with --name the account is made."),
            "issue_code": gettext_lazy("Print a code with which an account sets a new password within 10 minutes."),
        },
    ),
    CommandGroup(
        gettext_lazy("Import from Excel"),
        {
            "import_members": gettext_lazy("Compare a list of members with the register, then import it."),
            "import_supports": gettext_lazy(
                "Compare a list of people and shops helped with the records, then import it."
            ),
            "import_households": gettext_lazy("Compare a list of homes and shops with a unit's doors, then import it."),
        },
    ),
    CommandGroup(
        gettext_lazy("Figures and reports"),
        {
            "progress": gettext_lazy("Show a unit's progress as a table, JSON or CSV."),
            "report": gettext_lazy("Write a unit's report as PDF, Word, Excel and JSON."),
            "remind_periods": gettext_lazy("Remind units that have not sent their month."),
            "look_for_stalls": gettext_lazy("Ask units that stand still what they need."),
            "redraw": gettext_lazy("Draw the sample of a re-check again, to prove that it was drawn fairly."),
        },
    ),
    CommandGroup(
        gettext_lazy("Digital signatures"),
        {
            "signing_authority": gettext_lazy(
                "Trust a certification authority, renew its revocation list, or end the trust."
            ),
            "signing_test_authority": gettext_lazy("Make an authority for trying out, without legal force."),
        },
    ),
    CommandGroup(
        gettext_lazy("Run and check"),
        {
            "work": gettext_lazy("Do what is done in the background: files, reminders, the chain of history."),
            "prepare": gettext_lazy("Do what a start needs: database, static files, the code of the first setup."),
            "migrate": gettext_lazy("Bring the database to this version."),
            "verify": gettext_lazy("Run all checks at once; silent when all is well."),
            "check_database": gettext_lazy("Check database, keys, encrypted data, history and figures."),
            "backup": gettext_lazy("Back up database and files, and restore the copy as a trial."),
            "recount": gettext_lazy("Add all figures up anew and compare them with the records."),
            "audit_verify": gettext_lazy("Verify that nothing in the history was changed."),
            "check_files": gettext_lazy("Read every stored file and compare it with its hash."),
            "move_files": gettext_lazy("Move the stored files to the disk or to a bucket."),
            "adopt_keys": gettext_lazy("Take the keys in use as those of an empty database."),
            "forget_residents": gettext_lazy("Erase residents a year after their last programme; figures stay."),
        },
    ),
)
NOT_COMMANDS = frozenset({"demo"})
"""Started before settings are read, so Django does not know them."""


def list_commands(*, everything: bool = False) -> str:
    """Return the list as text; with `everything`, also the names of the framework's own commands."""
    width = max(len(name) for group in GROUPS for name in group.commands) + 2
    lines = [_("Usage: doanso [--data FOLDER] COMMAND [options]")]
    for group in GROUPS:
        lines += ["", str(group.title)]
        lines += [f"  {name.replace('_', '-'):<{width}}{words}" for name, words in group.commands.items()]
    if everything:
        own = {name for group in GROUPS for name in group.commands}
        others = sorted(name.replace("_", "-") for name in get_commands() if name not in own)
        lines += ["", _("Django's own commands"), f"  {' '.join(others)}"]
    lines += ["", _("The options of one command: doanso help COMMAND.")]
    if not everything:
        lines.append(_("Django's own commands, too: doanso help --all."))
    return "\n".join(lines)
