"""What a node has on the share: its statement and the master's answer; touched in child processes only."""

import json
import os
import select
import signal
import time
from pathlib import Path


def replace(path: Path, value: dict) -> None:
    """Writes a small file as a whole. Makes no folder: below a bare mount point there is none."""
    new = path.with_name(f".{path.name}.new")
    new.unlink(missing_ok=True)
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        json.dump(value, out)
        out.flush()
        os.fsync(handle)
    new.rename(path)


def exchange(folder: str, statement: dict) -> dict:
    """In a child process: writes the statement, reads the answer. An answer that is not root's is none."""
    answer = Path(folder) / "answers" / statement["name"]
    replace(Path(folder) / "nodes" / statement["name"], statement)
    try:
        # There from the start, so that no network file system remembers for long that it was not.
        os.close(os.open(answer, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o644))
    except FileExistsError:
        pass
    handle = os.open(answer, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(handle, "rb") as text:
        about = os.fstat(handle)
        if about.st_uid != 0 or about.st_mode & 0o022:
            return {}
        try:
            it = json.loads(text.read(4096) or b"{}")
        except ValueError:
            return {}
    return it if isinstance(it, dict) else {}


def withdraw(folder: str, statement: dict) -> dict:
    """In a child process: this life says nothing any more; another one may, by the same name."""
    file = Path(folder) / "nodes" / statement["name"]
    if json.loads(file.read_text(encoding="utf-8"))["incarnation"] == statement["incarnation"]:
        file.unlink()
    return {}


class Share:
    """Does work on the share in a child process: one that hangs there cannot hang the agent."""

    def __init__(self):
        self.child, self.reader, self.begun, self.parts = 0, -1, 0.0, []
        self.fault = ""

    def begin(self, work, *args) -> None:
        """Begins unless something is still on its way."""
        if self.child:
            return
        reader, writer = os.pipe()
        self.begun, self.parts = time.monotonic(), []
        self.child, self.reader = os.fork(), reader
        if self.child == 0:
            for number in (signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_DFL)
            try:
                answer = {"answer": work(*args)}
            except Exception as error:  # pylint: disable=broad-except
                answer = {"fault": f"{type(error).__name__}: {error}"}
            os.write(writer, json.dumps(answer).encode())
            os._exit(0)
        os.close(writer)

    def poll(self, seconds: float):
        """(when it was begun, its answer) of work that has ended well by then; None before, and after a failure."""
        if not self.child:
            time.sleep(seconds)
            return None
        if not select.select([self.reader], [], [], seconds)[0]:
            return None
        part = os.read(self.reader, 65536)
        if part:
            self.parts.append(part)
            return None
        os.close(self.reader)
        os.waitpid(self.child, 0)
        self.child = 0
        it = json.loads(b"".join(self.parts) or b'{"fault": "no answer"}')
        self.fault = it.get("fault", "")
        return None if self.fault else (self.begun, it["answer"])
