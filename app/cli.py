"""The `gradlens` command: start the service, or compute without one."""

# NumPy must not be imported here, not even through other modules: it reads what `tune` sets only once.
from __future__ import annotations

import argparse
import errno
import os
import platform
import socket
import sys
import threading
import time
import webbrowser
from collections.abc import MutableMapping, Sequence
from pathlib import Path

from gradlens import __version__
from gradlens.app.setting_values import number, quote
from gradlens.app.settings import PREFIX, SettingsError, settings_of_environment

ROOT = Path(__file__).resolve().parents[1]
# What app/commands computes, which loads the engine.
COMMANDS = {
    "trace": "print every value and gradient of a program",
    "check": "hold gradients against differences, and yours against them",
    "export": "write a program's figure, formulas or code",
    "verify": "check a trace file by its own sums",
}

HOST = "127.0.0.1"  # this machine alone; others only where it is asked for
PORT = 8000
MOST_WORKERS = 32  # each has computing processes of its own

# Two threads on a busy machine wait for each other: one product in twenty takes 40 ms instead of 0.35.
BLAS_THREADS: dict[str, str] = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
AVX512 = {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"}  # what OpenBLAS's SkylakeX kernels use

# glibc returns large blocks to the system at once and pays for fresh pages at the next array.
# Arrays below this size, and as much free memory, stay with the process.
KEPT_BYTES = 256 * 2**20
MALLOC = {name: str(KEPT_BYTES) for name in ("MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_")}

KEEP_ALIVE_SECONDS = 15  # longer than a reader's pause between two steps costs nothing but a socket
SHUTDOWN_SECONDS = 4  # for requests under way; with what ends after them five, and container engines kill after ten
BACKLOG = 512  # connections waiting to be accepted


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if arguments and arguments[0] in COMMANDS:
        from gradlens.app.commands.running import run

        return run(arguments)
    if arguments and not arguments[0].startswith("-"):
        parser().error(f'there is no command "{arguments[0][:80]}": there are {", ".join(COMMANDS)}, each with a FILE.')
    options = parser().parse_args(arguments)
    if options.reload and options.workers > 1:
        parser().error("--reload runs one worker: leave out --workers, or --reload.")
    tuned = [] if options.no_tuning else tune(os.environ)
    try:
        settings_of_environment()
        port = free_port(options.host, options.port)
    except (SettingsError, OSError, UnicodeError) as error:
        print(f"gradlens: {reason(error, options)}", file=sys.stderr)
        return 1

    url = f"http://{url_host(options.host)}:{port}"
    say(start_line(url, options.workers, tuned))
    if options.open:
        threading.Thread(target=open_browser, args=(url, options.host, port), daemon=True).start()
    serve(options, port)
    return 0


def parser() -> argparse.ArgumentParser:
    """The command's options."""
    result = argparse.ArgumentParser(
        prog="gradlens",
        description="Start gradlens: the page and its API.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="\n".join(
            [
                "Without the service (gradlens COMMAND --help says more):",
                *[f"  gradlens {f'{name} FILE':13} {help}" for name, help in COMMANDS.items()],
                "",
                f"Limits of the service are set by environment variables named {PREFIX}…;",
                "`python -m gradlens.app.settings` lists them.",
            ]
        ),
    )
    add = result.add_argument
    add(
        "--host",
        default=HOST,
        metavar="ADDRESS",
        help="address to listen on; 0.0.0.0 for all of this machine's (default: %(default)s)",
    )
    add(
        "--port",
        default=PORT,
        type=port_number,
        metavar="NUMBER",
        help="TCP port, 0 for any free one (default: %(default)s)",
    )
    add(
        "--workers",
        default=1,
        type=count,
        metavar="COUNT",
        help=f"server processes, up to {MOST_WORKERS} (default: %(default)s)",
    )
    add("--reload", action="store_true", help="restart when a source file changes (default: off)")
    add("--open", action="store_true", help="open the page in the browser (default: off)")
    add(
        "--no-tuning",
        action="store_true",
        help=(
            "leave BLAS threads, BLAS kernels and malloc as they are (default: set for speed, unless the environment"
            " sets them)"
        ),
    )
    add("--version", action="version", version=f"%(prog)s {__version__}")
    return result


def port_number(text: str) -> int:
    """A port from the command line.  Raises ArgumentTypeError."""
    found = number(text, int)
    if found is not None and 0 <= found <= 65_535:
        return found
    raise argparse.ArgumentTypeError(f'"{quote(text)}" is not a port: it is a whole number from 0 to 65535.')


def count(text: str) -> int:
    """A number of processes from the command line.  Raises ArgumentTypeError."""
    found = number(text, int)
    if found is not None and 1 <= found <= MOST_WORKERS:
        return found
    raise argparse.ArgumentTypeError(
        f'"{quote(text)}" is not a number of processes: it is a whole number from 1 to {MOST_WORKERS}.'
    )


# ---- speed


def tune(environment: MutableMapping[str, str]) -> list[str]:
    """Set what makes NumPy fast on a server, and return it in words.

    What the environment has already is left alone.  malloc reads its variables when a process starts:
    they are for the computing processes, which inherit them.
    """
    done = []
    if not BLAS_THREADS.keys() & environment.keys():
        environment.update(BLAS_THREADS)
        done.append("1 BLAS thread")
    # OpenBLAS falls back to older kernels on processors that are newer than itself.
    if "OPENBLAS_CORETYPE" not in environment and processor_flags() >= AVX512:
        environment["OPENBLAS_CORETYPE"] = "SkylakeX"
        done.append("AVX-512 kernels")
    if platform.libc_ver()[0] == "glibc" and not MALLOC.keys() & environment.keys():
        environment.update(MALLOC)
        done.append(f"malloc keeps {KEPT_BYTES // 2**20} MB")
    return done


def processor_flags(path: Path = Path("/proc/cpuinfo")) -> set[str]:
    """The features that the processor reports; empty where the system does not tell."""
    try:
        lines = path.read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return set()
    return next((set(line.partition(":")[2].split()) for line in lines if line.startswith("flags")), set())


# ---- address


def free_port(host: str, port: int) -> int:
    """The port, or any free one for 0, after trying that it can be had.

    Raises OSError, or UnicodeError for what cannot be a name.
    """
    # "localhost" is IPv4 and IPv6, and some containers know the second by name only: IPv4 sorts first.
    family, *_, address = min(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
    with socket.create_server(address[:2], family=family) as listener:
        return listener.getsockname()[1]


def reason(error: SettingsError | OSError | UnicodeError, options: argparse.Namespace) -> str:
    """Why the server cannot start and what to do, in a sentence."""
    host, port = quote(options.host), options.port
    match error:
        case SettingsError():
            return str(error)
        case socket.gaierror() | UnicodeError():
            return f'"{host}" is not an address of this machine. Try --host {HOST}, or 0.0.0.0 for all addresses.'
    match error.errno:
        case errno.EADDRINUSE:
            return f"port {port} is taken by another program. Choose another one: gradlens --port {other_port(host)}"
        case errno.EACCES:
            return f"port {port} needs more rights than this user has. Choose one above 1023: gradlens --port {PORT}"
        case errno.EADDRNOTAVAIL:
            return f"{host} is not an address of this machine. Try --host {HOST}, or 0.0.0.0 for all addresses."
    return f"cannot listen on {host}, port {port}: {error.strerror}."


def other_port(host: str) -> int:
    """A port near the usual one that is free now, to be suggested."""
    for port in range(PORT + 1, PORT + 100):
        try:
            return free_port(host, port)
        except OSError:
            continue
    return 0


def url_host(host: str) -> str:
    """The host as it stands in a URL that this machine's browser can open."""
    if host in ("0.0.0.0", "::", ""):
        return HOST if host != "::" else "[::1]"
    return f"[{host}]" if ":" in host else host


def start_line(url: str, workers: int, tuned: Sequence[str]) -> str:
    """What the command says first: where the page is and what was set for speed."""
    parts = [f"gradlens {__version__}: {url}", f"{workers} worker{'s' if workers > 1 else ''}"]
    if tuned:
        parts.append(f"tuned ({', '.join(tuned)}; --no-tuning leaves that alone)")
    return " · ".join([*parts, "Ctrl+C stops it"])


def say(line: str) -> None:
    """Print a line where it can be: the disk behind standard output may be full, which keeps nobody from serving."""
    try:
        print(line, flush=True)
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else it is tried once more at the end


def open_browser(url: str, host: str, port: int) -> None:
    """Open the page as soon as the server accepts connections."""
    address = (url_host(host).strip("[]"), port)
    for _ in range(300):
        try:
            socket.create_connection(address, timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            webbrowser.open(url)
            return


def serve(options: argparse.Namespace, port: int) -> None:
    """Run the service until it is stopped."""
    import uvicorn

    from gradlens.app.protocol import Protocol

    uvicorn.run(
        "gradlens.app.main:create_app",
        factory=True,
        host=options.host,
        port=port,
        workers=options.workers,
        reload=options.reload,
        reload_dirs=[str(ROOT / "app"), str(ROOT / "engine")] if options.reload else None,
        http=Protocol,
        ws="none",
        lifespan="on",  # "auto" would take a start that fails for an app that needs none
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        proxy_headers=False,  # the application asks whom it may believe
        server_header=False,  # the version helps nobody but an attacker
        log_level="warning",  # the start line says the rest
        access_log=False,  # dragging a number is twenty requests a second
    )


if __name__ == "__main__":
    sys.exit(main())
