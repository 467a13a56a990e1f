"""`ledger serve`: pages and API on LEDGER_HOST and LEDGER_PORT."""

import socket

import click
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from ledger.cli.desk import Desk
from ledger.errors import ConfigError

BACKLOG = 1024  # connections that wait
THREADS = 8  # of each process, as many answers at a time; no more than the pool of connections serves
STOP_SECONDS = 5  # Then a process that is still starting, or still answering, is ended.


@click.command()
@click.pass_obj
def serve(desk: Desk) -> None:
    """Serve pages and API until Ctrl-C or SIGTERM."""
    run(desk)


def run(desk: Desk) -> None:
    """Finishes what a crash left, then serves. Raises: ConfigError: the port is not free."""
    desk.ledger.settle()
    desk.close()
    config = desk.config
    _require_free(config.host, int(config.port))
    click.echo(desk.say("c.serve", address=address(desk)))
    Granian(
        "ledger.cli.served:application",
        factory=True,
        address=config.host,
        port=int(config.port),
        interface=Interfaces.WSGI,
        workers=int(config.workers),
        backlog=BACKLOG,
        blocking_threads=THREADS,
        log_level=LogLevels.warning,
        workers_kill_timeout=STOP_SECONDS,
    ).serve()


def address(desk: Desk) -> str:
    return f"http://{desk.config.host}:{desk.config.port}"


def _require_free(host: str, port: int) -> None:
    """Asked here for one plain line: the server's own processes would each say it their way."""
    try:
        with socket.create_server((host, port)):
            pass
    except OSError as cause:
        raise ConfigError("port-taken", host=host, port=port) from cause
