"""Names that AWS gives to instances are names of nodes, and their full names are hosts of Grid Engine."""

import unittest

from statements import FQDN, NAME


class Names(unittest.TestCase):
    def test_of_instances_are_taken(self):
        for full in ("ip-10-20-0-4.ec2.internal", "ip-172-31-255-254.eu-central-1.compute.internal"):
            self.assertTrue(FQDN.fullmatch(full), full)
            self.assertTrue(NAME.fullmatch(full.split(".", maxsplit=1)[0]), full)


if __name__ == "__main__":
    unittest.main()
