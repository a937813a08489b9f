"""The environment of the tests: loaded by pytest before the settings are read (pytest.ini), so that a bare `pytest` runs."""

import os
import tempfile

os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "0" * 40)
os.environ.setdefault("VAR_DIR", tempfile.mkdtemp(prefix="ledger-tests-"))
os.environ["DIGESTS_PAUSED"] = "false"
