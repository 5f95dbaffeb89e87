"""Put what the browser tests need into a folder of the project: ``python tests/web/fetch_browser.py .tools``.

A Chromium, and axe-core, which finds barriers in a page. Both come as npm packages whose bytes are pinned here; npm
only brings them, from wherever it is configured to look. Nothing outside the folder is changed or installed.
"""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

CHROMIUM = "@sparticuz/chromium@153.0.0"
CHROMIUM_SHA512 = "jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA=="
AXE = "axe-core@4.14.1"
AXE_SHA512 = "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ=="
_TOOLS = Path(sys.executable).parent
_UNPACK = """
const { createReadStream, createWriteStream } = require("node:fs");
const { createBrotliDecompress } = require("node:zlib");
const { pipeline } = require("node:stream/promises");
const [from, to] = process.argv.slice(1);
pipeline(createReadStream(from), createBrotliDecompress(), createWriteStream(to, { mode: 0o755 }));
"""


def brought(package: str, sha512: str, folder: Path) -> Path:
    """Fetch a package into a new folder and check that its bytes are the pinned ones; returns its archive."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    npm = [str(_TOOLS / "npm"), "pack", "--silent", package]
    subprocess.run(npm, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    packed = next(folder.glob("*.tgz"))
    found = base64.b64encode(hashlib.sha512(packed.read_bytes()).digest()).decode()
    if found != sha512:
        packed.unlink()
        sys.exit(f"{package} is not the package that is pinned: sha512 {found}")
    return packed


def unpacked(packed: Path, folder: Path) -> None:
    """Unpack an archive of pinned bytes; Python before 3.11.4 knows no filter, and needs none for these."""
    with tarfile.open(packed) as archive:
        if hasattr(tarfile, "data_filter"):
            archive.extractall(folder, filter="data")
        else:
            archive.extractall(folder)
    packed.unlink()


def chromium(folder: Path) -> None:
    """The folder then holds ``chromium`` and the libraries that a bare system lacks."""
    unpacked(brought(CHROMIUM, CHROMIUM_SHA512, folder), folder)
    bin_ = folder / "package" / "bin"
    unpack = [str(_TOOLS / "node"), "-e", _UNPACK]
    subprocess.run([*unpack, bin_ / "chromium.br", folder / "chromium"], check=True)
    for name in ("al2023", "fonts", "swiftshader"):
        tar = folder / f"{name}.tar"
        subprocess.run([*unpack, bin_ / f"{name}.tar.br", tar], check=True)
        unpacked(tar, folder / name if name == "al2023" else folder)
    (folder / "chromium").chmod(0o755)
    shutil.rmtree(folder / "package")


def axe(folder: Path) -> None:
    """The folder then holds ``axe.min.js``."""
    packed = brought(AXE, AXE_SHA512, folder)
    with tarfile.open(packed) as archive:
        script = archive.extractfile("package/axe.min.js")
        assert script is not None
        (folder / "axe.min.js").write_bytes(script.read())
    packed.unlink()


if __name__ == "__main__":
    chromium(Path(sys.argv[1], "chromium"))
    axe(Path(sys.argv[1], "axe"))
