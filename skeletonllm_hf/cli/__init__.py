"""The `skeletonllm` command: one module per subcommand, listed in `main.COMMANDS`.

A module has NAME, HELP, USAGE (its positional arguments), `add_arguments(parser)` and `run(arguments) -> exit code`. What takes long to import is
imported inside functions: `skeletonllm --help` must answer at once.
"""
