"""Put axe-core, which finds barriers in a page, into a folder of the project: ``python tests/web/fetch_axe.py FOLDER``.

It comes as an npm package, whose bytes are pinned here; npm only brings them. Nothing is installed.
"""

from __future__ import annotations

import base64
import hashlib
import subprocess
import sys
import tarfile
from pathlib import Path

PACKAGE = "axe-core@4.14.1"
SHA512 = "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ=="


def main(folder: Path) -> None:
    """Fetch, check and unpack; the folder then holds ``axe.min.js``."""
    folder.mkdir(parents=True, exist_ok=True)
    npm = Path(sys.executable).parent / "npm"
    subprocess.run([npm, "pack", "--silent", PACKAGE], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    packed = next(folder.glob("*.tgz"))
    found = base64.b64encode(hashlib.sha512(packed.read_bytes()).digest()).decode()
    if found != SHA512:
        packed.unlink()
        sys.exit(f"{PACKAGE} is not the package that is pinned: sha512 {found}")
    with tarfile.open(packed) as archive:
        script = archive.extractfile("package/axe.min.js")
        assert script is not None
        (folder / "axe.min.js").write_bytes(script.read())
    packed.unlink()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
