"""Work that may hang for ever, done in a child process.

A share that does not answer holds every process that touches it, and no signal frees it. The
program that decides must go on, so it never touches the share itself.
"""

import json
import os
import select
import signal
import time


class Hung(Exception):
    """The work did not end in time; it may still be held."""


class Aside:
    """One piece of work at a time; while one is held, no other is begun."""

    def __init__(self, limit: float):
        self.limit = limit
        self.held = 0

    def do(self, work, *args):
        """The result of `work(*args)`, which must be JSON; its OSErrors and ValueErrors as OSError."""
        if self.held and os.waitpid(self.held, os.WNOHANG)[0] == 0:
            raise Hung("the share does not answer")
        self.held = 0
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            self._child(reader, writer, work, args)
        os.close(writer)
        try:
            text = self._read(reader)
        finally:
            os.close(reader)
        if text is None:
            os.kill(child, signal.SIGKILL)
            self.held = child
            raise Hung("the share does not answer")
        os.waitpid(child, 0)
        answer = json.loads(text or b'{"fault": "the work ended without an answer"}')
        if "fault" in answer:
            raise OSError(answer["fault"])
        return answer["result"]

    @staticmethod
    def _child(reader, writer, work, args):
        os.close(reader)
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        try:
            answer = {"result": work(*args)}
        except Exception as error:  # pylint: disable=broad-except
            answer = {"fault": f"{type(error).__name__}: {error}"}
        with os.fdopen(writer, "wb") as out:
            out.write(json.dumps(answer).encode())
        os._exit(0)

    def _read(self, reader):
        """All that the child writes; None where it takes too long."""
        parts, end = [], time.monotonic() + self.limit
        while True:
            left = end - time.monotonic()
            if left <= 0 or not select.select([reader], [], [], left)[0]:
                return None
            part = os.read(reader, 65536)
            if not part:
                return b"".join(parts)
            parts.append(part)
