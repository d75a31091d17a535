"""Write requirements/NAME.txt: every package pinned with its hashes, no index address inside."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD_TOOLS = "setuptools>=80\nuv>=0.13\n"
SETS = {
    "build": ["-"],
    "base": ["pyproject.toml"],
    "dev": ["pyproject.toml", "--group", "dev", "-c", "requirements/base.txt"],
}


def main(name: str) -> None:
    command = [
        str(Path(sys.executable).with_name("uv")),
        *("pip", "compile", "--quiet", "--universal", "--python-version", "3.12"),
        *("--generate-hashes", "--no-annotate", "--no-header"),
        *SETS[name],
        *("-o", f"requirements/{name}.txt"),
    ]
    subprocess.run(  # noqa: S603 # the command is the table above
        command,
        cwd=ROOT,
        check=True,
        input=BUILD_TOOLS if name == "build" else None,
        text=True,
        stdout=subprocess.DEVNULL,
    )


if __name__ == "__main__":
    main(sys.argv[1])
