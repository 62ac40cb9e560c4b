"""`grants completion`: the script that teaches a shell to complete commands, options and their words."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from cli.helptext import LedgerCommand
from cli.options import OneOf
from cli.switches import with_switches
from lifecycle.errors import BadInput

SHELLS = ("bash", "zsh", "fish")


@with_switches
@click.command("completion", cls=LedgerCommand)
@click.argument("shell", metavar="bash|zsh|fish", type=OneOf(SHELLS))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print a completion script for your shell (補完).

    Example:
        mkdir -p ~/.local/share/bash-completion/completions ~/.config/fish/completions
        grants completion bash > ~/.local/share/bash-completion/completions/grants
        grants completion fish > ~/.config/fish/completions/grants.fish
    """
    script = get_completion_class(shell) if shell in SHELLS else None
    if script is None:
        raise BadInput(f"no completion for {shell}; there is one for {', '.join(SHELLS)}")
    click.echo(script(ctx.find_root().command, {}, "grants", "_GRANTS_COMPLETE").source())
