"""A fingerprint of source files: their names and contents, so that a build is repeated only when they change.

python3 stamp.py PATH...        prints one SHA-256
"""

import hashlib
import os
import sys
from collections.abc import Iterator

# What tools leave behind is no source.
NOT_SOURCE = {"node_modules", ".next", "out", "dist", ".venv", "__pycache__", "coverage", ".turbo"}
NOT_SOURCE_ENDINGS = (".tsbuildinfo", "next-env.d.ts", ".log")


def files(paths: list[str]) -> Iterator[str]:
    for path in paths:
        if os.path.isfile(path):
            yield path
        for folder, folders, names in os.walk(path):
            folders[:] = sorted(set(folders) - NOT_SOURCE)
            for name in sorted(names):
                if not name.endswith(NOT_SOURCE_ENDINGS):
                    yield os.path.join(folder, name)


def main() -> None:
    whole = hashlib.sha256()
    for path in files(sys.argv[1:]):
        with open(path, "rb") as file:
            content = hashlib.file_digest(file, "sha256").hexdigest()
        whole.update(f"{content}  {path}\n".encode())
    print(whole.hexdigest())


if __name__ == "__main__":
    main()
