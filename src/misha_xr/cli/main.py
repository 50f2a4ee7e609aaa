"""The group of all commands. A command loads when it is called: help of the group is instant."""

from __future__ import annotations

from importlib import import_module

import click

__all__ = ["COMMANDS", "misha_xr"]

# Where each command lives (module and object), and what the list of commands says about it.
COMMANDS = {
    "create": ("creating.create", "Create a database."),
    "info": ("listing.info", "Describe a database."),
    "ls": ("listing.ls", "List tracks and interval sets."),
    "check": ("checking.check", "Verify a database, and say how to mend it."),
    "import": ("importing.import_files", "Make a track or an interval set of files."),
    "export": ("exporting.export", "Write a track, a set, the sequence or all as files."),
    "extract": ("extraction.extract", "Print the values of expressions."),
    "screen": ("extraction.screen", "Find where an expression is true."),
    "summary": ("summaries.summary", "Summarise the values of expressions."),
    "convert": ("converting.convert", "Change the layout of a database, a track or a set."),
    "cp": ("objects.copy", "Copy a track."),
    "mv": ("objects.move", "Give a track another name."),
    "rm": ("objects.remove", "Remove tracks and interval sets."),
    "attr": ("objects.attributes", "Show or change attributes."),
}


class LazyGroup(click.Group):
    """A group of commands that loads none of them before it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands, as people meet them."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command; None if there is none of this name."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(".")
        command: click.Command = getattr(import_module(f"misha_xr.cli.{module}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without loading them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="misha-xr", message="misha-xr %(version)s")
def misha_xr() -> None:
    """Work with misha genomic databases.

    DATABASE is the folder of one. Results go to standard output, as tables with tabs or with --json
    as JSON; bars, warnings and errors go to standard error.

    Exit codes: 0 all went well; 1 data are wrong, or a check has found errors; 2 the command line
    is wrong; 130 stopped from the keyboard; 141 nobody reads the output any more.

    Every command has help with examples: misha-xr COMMAND --help.
    """
