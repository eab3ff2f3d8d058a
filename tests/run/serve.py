"""A program for the launcher's tests: throw-away servers until it is ended."""

import signal

from aiadmin.run.services import ephemeral

if __name__ == "__main__":
    with ephemeral() as services:
        print(*services, flush=True)
        signal.pause()
