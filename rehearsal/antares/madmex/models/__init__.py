"""Tables of the configured line: eighteen on `master`, five more on `develop`."""

from madmex.line import LINE
from madmex.models.core import *  # noqa: F401,F403

if LINE == "develop":
    from madmex.models.develop import *  # noqa: F401,F403
