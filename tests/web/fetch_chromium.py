"""Put a Chromium for the browser tests into a folder of the project: ``python tests/web/fetch_chromium.py FOLDER``.

The browser comes as an npm package, whose bytes are pinned here; npm only brings them, from wherever it is configured
to look. Nothing outside the folder is changed, and nothing is installed.
"""

from __future__ import annotations

import base64
import hashlib
import subprocess
import sys
import tarfile
from pathlib import Path

PACKAGE = "@sparticuz/chromium@153.0.0"
SHA512 = "jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA=="
_UNPACK = """
const { createReadStream, createWriteStream } = require("node:fs");
const { createBrotliDecompress } = require("node:zlib");
const { pipeline } = require("node:stream/promises");
const [from, to] = process.argv.slice(1);
pipeline(createReadStream(from), createBrotliDecompress(), createWriteStream(to, { mode: 0o755 }));
"""


def main(folder: Path) -> None:
    """Fetch, check and unpack; the folder then holds ``chromium`` and the libraries that a bare system lacks."""
    folder.mkdir(parents=True, exist_ok=True)
    tools = Path(sys.executable).parent
    subprocess.run([tools / "npm", "pack", "--silent", PACKAGE], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    packed = next(folder.glob("*.tgz"))
    found = base64.b64encode(hashlib.sha512(packed.read_bytes()).digest()).decode()
    if found != SHA512:
        packed.unlink()
        sys.exit(f"{PACKAGE} is not the package that is pinned: sha512 {found}")
    with tarfile.open(packed) as archive:
        archive.extractall(folder, filter="data")
    packed.unlink()
    brought = folder / "package" / "bin"
    unpack: list[str | Path] = [tools / "node", "-e", _UNPACK]
    subprocess.run([*unpack, brought / "chromium.br", folder / "chromium"], check=True)
    for name in ("al2023", "fonts", "swiftshader"):
        tar = folder / f"{name}.tar"
        subprocess.run([*unpack, brought / f"{name}.tar.br", tar], check=True)
        with tarfile.open(tar) as archive:
            archive.extractall(folder / name if name == "al2023" else folder, filter="data")
        tar.unlink()
    (folder / "chromium").chmod(0o755)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
