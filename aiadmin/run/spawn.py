"""Starts a program so that it cannot outlive us, whatever ends us.

On Linux the kernel signals the program when its parent dies (PR_SET_PDEATHSIG); everywhere the reaper
(`reaper.py`) ends its process group when our end of a pipe closes.
"""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO

from aiadmin.run.paths import Account

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def start(
    argv: Sequence[str],
    *,
    env: Mapping[str, str],
    cwd: Path,
    output: int | IO[bytes],
    account: Account | None = None,
    on_death: signal.Signals = signal.SIGKILL,
) -> subprocess.Popen[bytes]:
    """Starts a program in a session of its own; stdout and stderr go to `output`.

    `on_death` is what it gets when the calling *thread* ends: call this from the main thread.
    """
    return subprocess.Popen(
        list(argv),
        env=dict(env),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=dying_with_parent(on_death),
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )


def dying_with_parent(on_death: signal.Signals) -> Callable[[], None] | None:
    """A preexec_fn: it runs after the change of user, which would clear the kernel's note."""
    libc = _LIBC
    if libc is None:
        return None
    parent = os.getpid()

    def ask_kernel() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(on_death))
        if os.getppid() != parent:  # died in between
            os._exit(1)

    return ask_kernel


def end_with_parent() -> None:
    """Asks the kernel for SIGTERM when our own parent (make) dies, kill -9 included."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM))


def signal_group(group: int, sent: signal.Signals) -> None:
    """Signals what is left of a process group."""
    try:
        os.killpg(group, sent)
    except (ProcessLookupError, PermissionError):  # macOS says EPERM of a zombie's group
        return


class Reaper:
    """The other half of `reaper.py`: tells it what to end and remove should we die."""

    def __enter__(self) -> "Reaper":
        program = Path(__file__).with_name("reaper.py")
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(program)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait()

    def guard(self, group: int, first: signal.Signals = signal.SIGKILL) -> None:
        """End this process group after us: `first`, and SIGKILL 3 s later."""
        self._tell(f"guard {group} {int(first)}")

    def forget(self, group: int) -> None:
        self._tell(f"forget {group}")

    def remove(self, directory: Path) -> None:
        """Remove this directory after us, also in good order."""
        self._tell(f"remove {directory}")

    def _tell(self, line: str) -> None:
        # A killed reaper is no reason to stop: on Linux the kernel's signal remains.
        try:
            if self._process.stdin:
                self._process.stdin.write(f"{line}\n".encode())
                self._process.stdin.flush()
        except BrokenPipeError:
            return
