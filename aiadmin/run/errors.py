"""The one error of the launcher and runner: a sentence that says what to do."""


class RunError(Exception):
    """Printed as it is, without a traceback; the exit code is 1."""
