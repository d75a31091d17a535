import json
import sys
from pathlib import Path

import typst

PACKAGES = Path(__file__).parent / "packages"
"""What templates may import besides their own folder; nothing is ever downloaded."""


def main() -> int:
    job = json.load(sys.stdin.buffer)
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[job["fonts"]]
    )
    try:
        pdf, warnings = typst.compile_with_warnings(
            job["source"],
            root=str(Path(job["source"]).parent),
            font_paths=fonts,
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs=job["inputs"],
            pdf_standards=[job["standard"]],
            timestamp=job["timestamp"],
            package_path=str(PACKAGES),
            package_cache_path=str(PACKAGES),
        )
    except typst.TypstError as error:
        sys.stderr.write(f"{error}\n{error.diagnostic}\n")
        return 1
    sys.stderr.writelines(f"{warning}\n" for warning in warnings)
    sys.stdout.buffer.write(pdf)
    return 0


if __name__ == "__main__":
    sys.exit(main())
