"""`ledger serve`: pages and API on LEDGER_HOST and LEDGER_PORT."""

import socket
from importlib import import_module
from multiprocessing import cpu_count

import click
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from ledger.cli.desk import Desk
from ledger.errors import ConfigError

SERVED = "ledger.cli.served"
BACKLOG = 1024  # connections that wait
THREADS = min(8, 2 * cpu_count() + 1)  # of each process; more would wait for each other and for connections
STOP_SECONDS = 5  # Then a process that is still starting, or still answering, is ended.


@click.command()
@click.pass_obj
def serve(desk: Desk) -> None:
    """Serve pages and API until Ctrl-C or SIGTERM."""
    run(desk)


def run(desk: Desk) -> None:
    """Finishes what a crash left, then serves. Raises: ConfigError: the port is not free."""
    desk.served.ready()
    desk.close()
    config = desk.config
    require_free(config.host, int(config.port))
    import_module(SERVED)  # Once here, and not in each process that is forked.
    click.echo(desk.say("c.serve", address=address(desk)))
    Granian(
        f"{SERVED}:application",
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


def require_free(host: str, port: int) -> None:
    """Asked here for one plain line: the server's own processes would each say it their way."""
    try:
        with socket.create_server((host, port)):
            pass
    except OSError as cause:
        raise ConfigError("port-taken", host=host, port=port) from cause
