"""Which line of antares3 this copy stands for; a build replaces the value (see `setup.py`)."""

LINE = "develop"
