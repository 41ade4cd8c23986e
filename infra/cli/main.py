"""`creator-search`: a command-line client of the API."""

import typer

from infra.cli import callers, campaigns, creators, favorites, keys, lists, logs, watching, webhooks

app = typer.Typer(help="Client of the Creator Search API.", no_args_is_help=True, pretty_exceptions_enable=False)
for commands in (creators, callers, watching, logs):
    app.add_typer(commands.app)
for name, group in {
    "keys": keys,
    "favorites": favorites,
    "campaigns": campaigns,
    "lists": lists,
    "webhooks": webhooks,
}.items():
    app.add_typer(group.app, name=name)
