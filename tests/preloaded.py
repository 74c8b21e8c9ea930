"""Python processes for tests that begin with torch imported: forks of one that imported it, instead of six seconds each.

`python()` is a program to start in place of `sys.executable`. What it starts is a real process with its own arguments,
folder, environment, streams and exit status; killing it kills what it runs. This package is never imported there.
Transformers and huggingface_hub read the environment when they are imported: they are imported for `python(transformers=True)`,
where a program's environment says the same to them as the tests' does. What is tested about an import itself needs
`sys.executable`.

Three processes: a client, which the test starts; the server, which has imported and forks; the fork, which runs the program.
"""

from __future__ import annotations

import atexit
import functools
import json
import os
import selectors
import signal
import socket
import sys

MODULES = (
    "torch", "torch._dynamo", "torch.distributed.tensor", "scipy.optimize", "numba", "PIL.Image", "pandas", "pyarrow", "httpx",
    "tokenizers", "safetensors.torch", "jinja2", "psutil", "yaml", "regex",
)  # fmt: skip
LIBRARY = (
    "transformers.models.auto.modeling_auto", "transformers.models.auto.processing_auto", "transformers.models.auto.tokenization_auto",
    "transformers.models.internvl.modeling_internvl", "transformers.models.qwen2.modeling_qwen2", "transformers.pipelines",
    "transformers.generation.utils", "accelerate",
)  # fmt: skip
STREAMS = (0, 1, 2)
STARTED = dict(os.environ)  # as the tests began, whatever a test has changed when it starts the first process


def python(transformers: bool = False) -> str:
    """The program; its server starts with the first call, and ends with this process.

    Args:
        transformers: whether that is imported too. Not where the order of imports is tested.
    """
    return _program(transformers)


@functools.cache
def _program(transformers: bool) -> str:
    import shlex
    import subprocess
    import tempfile

    if sys.platform != "linux":  # elsewhere a process that imported this much cannot be forked
        return sys.executable
    folder = tempfile.TemporaryDirectory(prefix="preloaded-")
    address, program = f"{folder.name}/socket", f"{folder.name}/python"
    with open(os.open(program, os.O_CREAT | os.O_WRONLY, 0o700), "w", encoding="utf-8") as stream:
        places = [address, os.path.dirname(python()) + "/socket"] if transformers else [address]
        command = [sys.executable, "-S", "-E", __file__, os.pathsep.join(places)]
        stream.write(f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n')
    with open(f"{address}.environment", "w", encoding="utf-8") as stream:
        json.dump(of_the_library(STARTED), stream)
    environment = {name: text for name, text in STARTED.items() if name != "PYTHONPATH"} | {"OMP_NUM_THREADS": "1"}
    command = [
        python() if transformers else sys.executable,
        __file__,
        address,
        "serve",
        *(LIBRARY if transformers else ()),
    ]
    process = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    atexit.register(folder.cleanup)
    atexit.register(process.communicate)
    if process.stdout.readline() != b"ready\n":
        raise RuntimeError(f"{__file__}: the server ended with {process.wait()}")
    return program


def of_the_library(environment: dict[str, str]) -> dict[str, str]:
    """What transformers and huggingface_hub read when they are imported."""
    starts = ("HF_", "HUGGINGFACE_", "TRANSFORMERS_", "USE_", "XDG_CACHE_HOME", "HOME")
    return {n: text for n, text in environment.items() if n.startswith(starts) and n != "HF_DATASETS_CACHE"}


def run_by_client(addresses: str, arguments: list[str]) -> int:
    """Has the server run a program with this process's streams, folder and environment; its exit status.

    Args:
        addresses: of servers; the last one, if the first one's library knows another environment.
        arguments: of Python.
    """
    first, *rest = addresses.split(os.pathsep)
    if rest:
        with open(f"{first}.environment", encoding="utf-8") as stream:
            if json.load(stream) == of_the_library(dict(os.environ)):
                rest = []
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect([first, *rest][-1])
        request = json.dumps([arguments, os.getcwd(), dict(os.environ)]).encode()
        socket.send_fds(connection, [len(request).to_bytes(8, "big")], STREAMS)
        connection.sendall(request)
        answers = connection.makefile()
        pid = int(answers.readline())
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda number, _: os.kill(pid, number))
        return int(answers.readline())


def request_of(connection: socket.socket) -> tuple[list[str], str, dict[str, str], list[int]]:
    head, streams, _, _ = socket.recv_fds(connection, 8, len(STREAMS))
    with connection.makefile("rb") as stream:
        return *json.loads(stream.read(int.from_bytes(head, "big"))), streams


def serve(address: str) -> tuple[list[str], str, dict[str, str], list[int]]:
    """Forks for every client until its standard input ends; it returns in the forks alone, with what is to be run."""
    with socket.socket(socket.AF_UNIX) as listener, selectors.DefaultSelector() as events:
        listener.bind(address)
        listener.listen()
        events.register(listener, selectors.EVENT_READ)
        events.register(sys.stdin, selectors.EVENT_READ)
        print("ready", flush=True)
        while True:
            for key, _ in events.select():
                if key.fileobj is sys.stdin:
                    sys.exit()
                if key.fileobj is listener:
                    connection, _ = listener.accept()
                    request = request_of(connection)
                    pid = os.fork()
                    if pid == 0:
                        connection.close()
                        return request
                    for stream in request[-1]:
                        os.close(stream)
                    connection.sendall(f"{pid}\n".encode())
                    ended = os.pidfd_open(pid)
                    events.register(connection, selectors.EVENT_READ, pid)
                    events.register(ended, selectors.EVENT_READ, (pid, connection))
                elif isinstance(key.data, int):
                    if key.fileobj in events.get_map():  # the client is gone: it was killed
                        events.unregister(key.fileobj)
                        os.kill(key.data, signal.SIGKILL)
                else:
                    pid, connection = key.data
                    _, status = os.waitpid(pid, 0)
                    events.unregister(key.fileobj)
                    os.close(key.fd)
                    if connection in events.get_map():
                        events.unregister(connection)
                        connection.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
                    connection.close()


def run(arguments: list[str], folder: str) -> None:
    """Runs the program in this process as `python ARGUMENTS` would."""
    import runpy
    import types

    if arguments[0] == "-u":
        sys.stdout.reconfigure(write_through=True)
        arguments = arguments[1:]
    option, *rest = arguments
    path = [os.path.abspath(word) for word in os.environ.get("PYTHONPATH", "").split(os.pathsep) if word]
    first = {"-c": "", "-m": folder}.get(option, os.path.dirname(os.path.abspath(option)))
    sys.path[0:1] = [first, *path]  # in place of this file's folder
    if option == "-c":
        sys.argv = ["-c", *rest[1:]]
        main = sys.modules["__main__"] = types.ModuleType("__main__")
        exec(compile(rest[0], "<string>", "exec"), main.__dict__)
    elif option == "-m":
        sys.argv = ["-m", *rest[1:]]
        runpy.run_module(rest[0], run_name="__main__", alter_sys=True)
    else:
        sys.argv = arguments
        runpy.run_path(option, run_name="__main__")


def become(arguments: list[str], folder: str, environment: dict[str, str], streams: list[int]) -> None:
    """Turns a fork into the program, and ends it as Python ends, but for taking all modules apart: that takes seconds."""
    import tempfile
    import threading
    import traceback

    import torch

    for stream, number in zip(streams, STREAMS, strict=True):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    tempfile.tempdir = None  # read from the environment when it is asked for
    torch.set_num_threads(int(environment.get("OMP_NUM_THREADS") or os.cpu_count() or 1))
    code: object = 0
    try:
        run(arguments, folder)
    except SystemExit as stop:
        code = stop.code
    except BaseException as error:
        traceback.print_exc()
        code = -signal.SIGINT if isinstance(error, KeyboardInterrupt) else 1
    if isinstance(code, str):
        print(code, file=sys.stderr)
        code = 1
    threading._shutdown()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    end(code or 0)


def end(code: int) -> None:
    """As a process ended: with that exit status, or by a signal."""
    if code < 0:
        signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code)


if __name__ == "__main__":
    if sys.argv[2:3] == ["serve"]:
        import gc
        import importlib

        for module in (*MODULES, *sys.argv[3:]):
            importlib.import_module(module)
        gc.collect()
        gc.freeze()
        become(*serve(sys.argv[1]))
    else:
        end(run_by_client(sys.argv[1], sys.argv[2:]))
