"""The master's word to each node, on the share."""

import outlook
from decisions import ADMITTED, LEAVING, UP

WORDS = {"fenced": "declared dead, or began a new life", "released": "no member any more"}


class Answers:
    """Each answer is written only where it changes, and as a whole."""

    def __init__(self, share, settings):
        self.share, self.settings = share, settings
        self.given = {}

    def give(self, name: str, incarnation: str, state: str, reason: str | None = None, **more) -> None:
        # The node learns from its master how to live, so that a changed timing needs no run on it.
        timings = {key: self.settings.timing(key) for key in ("beatSeconds", "leaseSeconds")}
        reason = WORDS.get(state, "") if reason is None else reason
        answer = {"incarnation": incarnation, "state": state, "reason": reason, **timings, **more}
        if self.given.get(name) != answer:
            self.share.do(outlook.answer, str(self.settings.share / "answers" / name), answer)
            self.given[name] = answer

    def confirm(self, members) -> None:
        """Tells each member that it is one, and one that leaves that it does."""
        for member in members:
            if member.state in (ADMITTED, UP, LEAVING):
                # Its agent then does not start again the daemon that is ended from here.
                reason = LEAVING if member.state == LEAVING else ""
                # Whose name it is: another host that uses it reads this answer too.
                self.give(member.name, member.incarnation, "admitted", reason, fqdn=member.fqdn)

    def forget(self) -> None:
        """Gives all of them again: their settings may have changed."""
        self.given = {}
