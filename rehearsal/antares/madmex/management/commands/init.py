"""`antares init`: tables, borders, configuration files and licence, in this order."""

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Each step is finished before the next begins; a fault leaves the earlier ones done."""

    help = "Prepares the database and this host for antares (stand-in)."

    def add_arguments(self, parser):
        parser.add_argument("-c", "--country", nargs="*", default=[], metavar="ISO")
        parser.add_argument("--no-create-tables", action="store_false", dest="create_tables")
        parser.add_argument("--no-conf-setup", action="store_false", dest="conf_setup")

    def handle(self, *args, **options):
        # Imported here because the models of an app are not ready when Django lists commands.
        from madmex import borders
        from madmex.conf import files

        if options["create_tables"]:
            call_command("makemigrations", interactive=False)
            call_command("migrate", interactive=False)
        for iso in options["country"]:
            borders.load_country(iso)
        if options["conf_setup"]:
            files.write_configuration()
        files.write_licence()
