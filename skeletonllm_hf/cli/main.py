"""Entry point of the `skeletonllm` command."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import logging
import os
import sys
import warnings
from collections.abc import Iterator, Sequence
from typing import Any, NoReturn

from .. import __version__
from ..arguments import ArgumentParser
from .options import UsageError, as_flags, named_options, note, reason

NAMES = (
    "inspect", "formats", "render", "recognize", "caption", "ask", "explain", "segment", "compare", "pose", "batch",
    "convert", "data", "distill", "train", "evaluate", "export", "new", "push", "serve", "demo",
)  # fmt: skip
COMMANDS = tuple(importlib.import_module(f".{name}", __package__) for name in NAMES)

EPILOG = """\
exit codes: 0 all went well; 1 a file, a model or an answer failed, with the reason on standard error; 2 wrong usage.
`skeletonllm COMMAND --help` describes a command."""
_SIGNED = ("--up", "--to-up")  # options whose values may begin with a minus sign
_EXTRAS = ("accelerate", "bitsandbytes", "datasets", "gguf", "ray")  # packages whose absence is no fault of the program


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command; returns its exit code. SystemExit with code 2 on wrong usage, 0 after --help."""
    # Before torch is loaded: its threads spin while they wait for one another, which costs cores that other programs use
    # and made a render 16 times slower beside six busy ones, for 1.8 (benchmarks/busy.py).
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    parser = build_parser()
    arguments, unknown = parser.parse_known_args(_attached(sys.argv[1:] if argv is None else argv))
    if unknown:  # told with the usage of the command, not with that of all commands
        arguments.parser.refuse(unknown)
    if working := _working(arguments):  # it takes seconds, most of them for torch
        note(working)
    try:
        with _warnings_as_lines():
            return arguments.run(arguments)
    except UsageError as error:
        return arguments.parser.error(named_options(arguments.parser, str(error)))  # ends the process
    except BrokenPipeError:  # the reader of the output, such as `head`, has closed it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        again = ": the same command goes on" if arguments.parser.prog.split()[-1] in _RESUMED else ""
        note(f"{arguments.parser.prog}: interrupted{again}")
        return 130
    except (ValueError, OSError, FloatingPointError, ModuleNotFoundError) as error:
        if arguments.debug or (isinstance(error, ModuleNotFoundError) and error.name not in _EXTRAS):
            raise
        note(f"skeletonllm: error: {named_options(arguments.parser, as_flags(reason(error)))}")
        return 1
    finally:
        _leave_processes()


def _working(arguments: argparse.Namespace) -> str | None:
    """What a command does before it can say anything itself; None where that takes no time, or another process says it."""
    quick = arguments.parser.prog.split()[-1] in _QUICK or getattr(arguments, "server", None) is not None
    if quick or os.environ.get("RANK", "0") != "0":
        return None
    local = getattr(arguments, "waits_for_model", False) and getattr(arguments, "endpoint", None) is None
    return f"Loading {(arguments.model or 'the bundled model') if local else 'libraries'} ..."


@contextlib.contextmanager
def _warnings_as_lines() -> Iterator[None]:
    """Warnings for users, of this package and others, as one line each, without the place in the code."""
    before = warnings.showwarning

    def show(message: Warning | str, category: type[Warning], *place: Any, **more: Any) -> None:
        if category is UserWarning:
            note(f"skeletonllm: warning: {message}")
        else:
            before(message, category, *place, **more)

    warnings.showwarning = show
    try:
        yield
    finally:
        warnings.showwarning = before


_QUICK = ("inspect", "formats", "convert")  # need no torch
_RESUMED = ("batch", "distill", "push", "train")  # what was done is kept


def build_parser() -> ArgumentParser:
    parser = ArgumentParser(
        prog="skeletonllm",
        description="Human skeleton motion in, words out.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("-V", "--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for module in COMMANDS:
        command = commands.add_parser(
            module.NAME,
            help=module.HELP,
            usage=f"skeletonllm {module.NAME} [options] {module.USAGE}".rstrip(),
            description=module.__doc__,
            epilog=EPILOG.splitlines()[0],
        )
        module.add_arguments(command)
        command.add_argument("--debug", action="store_true", help="show the whole traceback of an error")
        command.set_defaults(run=module.run, parser=command)
    return parser


def leave(code: int) -> NoReturn:
    """Ends this process. One of several processes ends at once, without Python's shutdown: threads of communication libraries sometimes
    outlive Python and would abort a process that has done all its work."""
    if int(os.environ.get("WORLD_SIZE", "1")) < 2:
        sys.exit(code)
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _leave_processes() -> None:
    """Leaves the group of processes that `accelerate launch` started: its threads, still at work when Python ends, would abort it."""
    distributed = sys.modules.get("torch.distributed")
    if distributed is not None and distributed.is_available() and distributed.is_initialized():
        distributed.destroy_process_group()


def _attached(argv: Sequence[str]) -> list[str]:
    """`--up -y` -> `--up=-y`: argparse takes a value that begins with a minus sign for an option."""
    joined: list[str] = []
    for argument in argv:
        if joined and joined[-1] in _SIGNED:
            joined[-1] += f"={argument}"
        else:
            joined.append(argument)
    return joined
