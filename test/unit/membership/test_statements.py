"""What a file on the share may claim."""

import json
import os
import tempfile
import unittest
from pathlib import Path

import statements
from statements import Forged, Statement, parse, read, read_all

LIFE = "00000000-0000-4000-8000-000000000001"
GOOD = {"name": "n1", "fqdn": "n1.example.org", "incarnation": LIFE, "beat": 7, "wish": "join"}
ME = os.getuid()


def text(**changed) -> bytes:
    return json.dumps({**GOOD, **changed}).encode()


class Parsing(unittest.TestCase):
    def test_what_an_agent_writes_is_read(self):
        self.assertEqual(parse("n1", text()), Statement(**GOOD))

    def test_a_name_that_is_a_path_is_none(self):
        for name in ("..", ".", "", "a/b", "../n1", "N1", "n1\n", "-n", "n-", "n" * 64, "n1 ", "n1;id", "ñ"):
            with self.assertRaisesRegex(Forged, "its name is no node's name", msg=name):
                parse(name, text(name=name))

    def test_a_foreign_name_is_refused(self):
        for name in ("n2", "../n1", None, 7):
            with self.assertRaisesRegex(Forged, "it names another node than its file"):
                parse("n1", text(name=name))

    def test_names_and_values_that_are_none_are_refused(self):
        cases = {
            "fqdn": ["n1", "n1.example.org;id", "n1.example.org\n", "-n.example.org", ".example.org", "N1.example.org",
                     f"{'a.' * 140}org", "*@n2.example.org", 7, None],
            "incarnation": ["", LIFE.upper().replace("0", "A"), f"{LIFE}\n", f"../{LIFE}", 1],
            "wish": ["join ", "", "die", None],
            "beat": [-1, 1.5, "7", True, 2**53, None],
        }
        for key, values in cases.items():
            for value in values:
                with self.assertRaisesRegex(Forged, f"its {key} is none", msg=repr(value)):
                    parse("n1", text(**{key: value}))

    def test_more_or_less_than_a_statement_is_none(self):
        for it in (text(more=1), b"{}", b"[]", b"7", b"null"):
            with self.assertRaisesRegex(Forged, "it does not say just name, fqdn, incarnation, beat, wish"):
                parse("n1", it)
        for it in (b"", b"{", b"\xff\xfe", b"[" * 1000, text()[:-1]):
            with self.assertRaisesRegex(Forged, "it is no JSON", msg=repr(it[:20])):
                parse("n1", it)

    def test_a_large_one_is_none(self):
        self.assertEqual(parse("n1", text() + b" " * (1024 - len(text()))), Statement(**GOOD))
        with self.assertRaisesRegex(Forged, "it is larger than 1024 bytes"):
            parse("n1", text() + b" " * (1025 - len(text())))


class Reading(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.folder.chmod(0o755)
        self.write("n1", text())

    def write(self, name, content, mode=0o644):
        (self.folder / name).write_bytes(content)
        (self.folder / name).chmod(mode)

    def refused(self, name):
        found, forged = read_all(self.folder, ME)
        self.assertEqual(list(found), ["n1"] if name != "n1" else [])
        return forged[name]

    def test_a_folder_of_statements(self):
        self.write("n2", text(name="n2"))
        self.write(".n3.new", b"half")
        both = {"n1": Statement(**GOOD), "n2": Statement(**{**GOOD, "name": "n2"})}
        self.assertEqual(read_all(self.folder, ME), (both, {}))

    def test_a_link_is_not_followed(self):
        (self.folder / "n2").symlink_to(self.folder / "n1")
        self.assertRegex(self.refused("n2"), "^it cannot be read .*: a link, or not a file$")

    def test_a_pipe_neither_holds_the_reader_nor_passes(self):
        os.mkfifo(self.folder / "n2")
        self.assertEqual(self.refused("n2"), "it is no regular file")

    def test_a_folder_is_no_statement(self):
        (self.folder / "n2").mkdir()
        self.assertEqual(self.refused("n2"), "it is no regular file")

    def test_somebody_elses_file_is_refused(self):
        with self.assertRaisesRegex(Forged, f"it belongs to user {ME}, not to root"):
            read(self.folder, "n1", ME + 1)

    def test_a_file_that_others_may_write_is_refused(self):
        self.write("n1", text(), 0o646)
        self.assertEqual(self.refused("n1"), "others may write it")

    def test_a_folder_that_others_may_write_is_not_read_at_all(self):
        for mode in (0o777, 0o775):
            self.folder.chmod(mode)
            with self.assertRaisesRegex(Forged, "is not a folder that only root may write to"):
                read_all(self.folder, ME)
        self.folder.chmod(0o755)
        with self.assertRaisesRegex(Forged, "is not a folder that only root may write to"):
            read_all(self.folder, ME + 1)

    def test_a_file_is_replaced_as_a_whole_and_through_no_link(self):
        statements.write(self.folder / "n1", {"a": 1})
        self.assertEqual((self.folder / "n1").read_text(), '{"a": 1}\n')
        victim = self.folder / "victim"
        victim.write_text("kept")
        (self.folder / ".n1.new").symlink_to(victim)
        statements.write(self.folder / "n1", {"a": 2})
        self.assertEqual((victim.read_text(), (self.folder / "n1").read_text()), ("kept", '{"a": 2}\n'))

    def test_no_folder_is_ever_made(self):
        with self.assertRaises(FileNotFoundError):
            statements.write(self.folder / "bare" / "n1", {})
        self.assertFalse((self.folder / "bare").exists())
