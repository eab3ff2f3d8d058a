"""Whether a kept connection still stands is seen at its socket, not asked of the server.

Django asks `SELECT 1` before the first statement of every request and job. A server that has ended a
connection has closed its socket, which then reads as ready; only then, or when it has something to say,
is it asked.
"""

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    def close_if_health_check_failed(self) -> None:
        done = self.health_check_done  # type: ignore[has-type]  # the stubs leave it out
        if self.connection is not None and not done and self._is_quiet():
            self.health_check_done = True
        super().close_if_health_check_failed()

    def _is_quiet(self) -> bool:
        """Nothing has come since the last answer: no end, no word of a shutdown."""
        if self.connection.closed:
            return False
        poll = select.poll()
        poll.register(self.connection.fileno(), select.POLLIN)
        return not poll.poll(0)
