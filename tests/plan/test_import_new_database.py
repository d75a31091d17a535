"""madoguchi import_plan where no database is yet."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.plan.document import read_samples as samples


def test_a_new_database_is_set_up_on_the_way(tmp_path: Path) -> None:
    file = tmp_path / "plan.md"
    file.write_text(samples.MARKDOWN, encoding="utf-8")
    environment = {
        **{key: value for key, value in os.environ.items() if key != "DATABASE_URL"},
        "MADOGUCHI_DATA_DIR": str(tmp_path / "data"),
        "DJANGO_SETTINGS_MODULE": "madoguchi.config.settings",
    }
    command = [sys.executable, "-m", "madoguchi.config", "import_plan", str(file), "--json"]
    done = subprocess.run(
        command, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    assert "データベースが空です" in done.stderr
    assert json.loads(done.stdout)["stored"] is True
