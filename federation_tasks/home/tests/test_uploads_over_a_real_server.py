"""Uploads against the site's own gunicorn: the seven refusals, connections cut in the middle, a killed server (F19; controls 31 to 34)."""

import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings


def test_the_bench_of_uploads_finds_no_fault():
    # Its times are printed; what it judges is that nothing came in, no text was lost and nothing was left over.
    line = [sys.executable, str(Path(settings.BASE_DIR, "bench", "uploads.py")), "--patient"]
    environment = {name: value for name, value in os.environ.items() if name != "VAR_DIR"}
    ran = subprocess.run(line, capture_output=True, text=True, env=environment, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr[-4000:]
    assert ran.stdout.count("refused, text kept") == 7
    assert "3 of 3 not taken, 0 files left" in ran.stdout
    assert "1 new file, sha256 of the download equal: True" in ran.stdout
