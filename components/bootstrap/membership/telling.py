"""The log: one line a change."""

import time


def say(text: str) -> None:
    print(time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), text, flush=True)


class Once:
    """Says a thing when it becomes true, and again only after it was something else."""

    def __init__(self):
        self.said = {}

    def __call__(self, subject: str, text: str) -> None:
        if self.said.get(subject) != text:
            self.said[subject] = text
            say(text)

    def clear(self, subject: str, text: str = "") -> None:
        if self.said.pop(subject, None) and text:
            say(text)
