"""The folder: nothing outside it, nothing over what somebody else wrote."""

from __future__ import annotations

from pathlib import Path

import pytest

from comity.web.folder import ChangedOutsideError, Folder, FolderError, sha256


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    root = tmp_path / "work"
    (root / "talks").mkdir(parents=True)
    (root / "a.yaml").write_bytes(b"comity: 1\n")
    (root / "talks" / "b.yml").write_bytes(b"b")
    (root / "notes.txt").write_bytes(b"no")
    (root / ".hidden.yaml").write_bytes(b"no")
    (tmp_path / "secret.yaml").write_bytes(b"secret")
    (root / "out.yaml").symlink_to(tmp_path / "secret.yaml")
    (root / "inside.yaml").symlink_to(root / "a.yaml")
    return Folder(root)


def test_it_lists_its_own_files(folder: Folder) -> None:
    assert [file.name for file in folder.files()] == ["a.yaml", "inside.yaml", "talks/b.yml"]


@pytest.mark.parametrize(
    "name",
    [
        "../secret.yaml", "/etc/passwd.yaml", "talks/../../secret.yaml", "out.yaml", ".hidden.yaml", "a.txt", "",
        "talks//b.yml", "a\x00.yaml", "a\n.yaml", "./a.yaml", "x/" * 6 + "a.yaml", "C:\\a.yaml", "n" * 300 + ".yaml",
    ],
)  # fmt: skip
def test_no_name_leads_out(folder: Folder, name: str) -> None:
    with pytest.raises(FolderError):
        folder.read(name)
    with pytest.raises(FolderError):
        folder.create(name if name.endswith(".yaml") else f"{name}/../x.yaml", b"x")


def test_a_link_to_a_folder_outside_is_not_followed(folder: Folder, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "c.yaml").write_bytes(b"c")
    (folder.root / "link").symlink_to(tmp_path / "elsewhere")
    assert "link/c.yaml" not in [file.name for file in folder.files()]
    with pytest.raises(FolderError, match="out of the folder"):
        folder.read("link/c.yaml")
    with pytest.raises(FolderError, match="out of the folder"):
        folder.create("link/d.yaml", b"d")


def test_saving_over_the_bytes_that_one_began_with(folder: Folder) -> None:
    before = folder.read("a.yaml")
    after = folder.save("a.yaml", b"comity: 1 # mine\n", sha256(before))
    assert folder.read("a.yaml") == b"comity: 1 # mine\n"
    assert after == sha256(b"comity: 1 # mine\n")
    assert [path.name for path in folder.root.iterdir() if path.name.startswith(".a")] == []


def test_a_change_from_outside_is_never_overwritten(folder: Folder) -> None:
    began = sha256(folder.read("a.yaml"))
    (folder.root / "a.yaml").write_bytes(b"theirs")
    with pytest.raises(ChangedOutsideError) as error:
        folder.save("a.yaml", b"mine", began)
    assert error.value.found == b"theirs"
    assert folder.read("a.yaml") == b"theirs"
    (folder.root / "a.yaml").unlink()
    with pytest.raises(ChangedOutsideError) as gone:
        folder.save("a.yaml", b"mine", began)
    assert gone.value.found is None


def test_a_new_file_takes_no_place_that_is_taken(folder: Folder) -> None:
    assert folder.create("my case", b"x") == "my case.yaml"
    with pytest.raises(FolderError, match="there already"):
        folder.create("my case.yaml", b"y")
    with pytest.raises(FolderError, match="does not exist"):
        folder.create("nowhere/x.yaml", b"y")
    with pytest.raises(FolderError, match="larger"):
        folder.create("huge.yaml", b"x" * (6 * 1024 * 1024))
