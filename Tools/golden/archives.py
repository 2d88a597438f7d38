"""Archives as other programs write them: `archives/NAME.zip`, by Python and Info-ZIP, and `archives/NAME.npz`, by NumPy."""

import io
import os
import pathlib
import subprocess
import tempfile
import zipfile

import numpy

CONTENT = {"cats/a.txt": "meow", "dogs/b.txt": "woof, said the dog. " * 5000}
DATE = (1980, 1, 1, 0, 0, 0)


def make(out: pathlib.Path) -> None:
    folder = out / "archives"
    folder.mkdir(exist_ok=True)
    (folder / "python.zip").write_bytes(packed())
    (folder / "streamed.zip").write_bytes(packed(Unseekable()))
    limit, zipfile.ZIP64_LIMIT = zipfile.ZIP64_LIMIT, 0
    (folder / "wide.zip").write_bytes(packed())
    zipfile.ZIP64_LIMIT = limit
    info_zip(folder / "info-zip.zip")
    arrays(folder)


class Unseekable(io.BytesIO):
    """What forces sizes to follow the content."""

    def seekable(self) -> bool:
        return False

    def tell(self) -> int:
        raise OSError

    def seek(self, *_: int) -> int:
        raise OSError


def packed(file: io.BytesIO | None = None) -> bytes:
    """With a folder of its own, and a comment at the end."""
    file = file or io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(zipfile.ZipInfo("cats/", DATE), "")
        for name, text in CONTENT.items():
            kind = zipfile.ZIP_DEFLATED if len(text) > 100 else zipfile.ZIP_STORED
            archive.writestr(zipfile.ZipInfo(name, DATE), text, kind)
        archive.comment = b"made for tests"
    return file.getvalue()


def info_zip(path: pathlib.Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name, text in CONTENT.items():
            file = pathlib.Path(folder) / name
            file.parent.mkdir()
            file.write_text(text)
            for place in (file, file.parent):
                os.utime(place, (315_532_800, 315_532_800))
        path.unlink(missing_ok=True)
        # Short texts are stored, as they would only grow.
        subprocess.run(["zip", "-qrX", path.resolve(), "cats", "dogs"], cwd=folder, check=True)


def arrays(folder: pathlib.Path) -> None:
    """Images of which each sample tells its place, labels, and arrays that are no images."""
    images = (numpy.arange(5 * 4 * 3 * 3) % 256).astype("u1").reshape(5, 4, 3, 3)
    labels = numpy.array([2, 0, 1, 0, 2])
    numpy.savez(folder / "stored.npz", images=images, labels=labels, names=numpy.array(["a", "b"]))
    numpy.savez_compressed(
        folder / "compressed.npz", x_train=images, y_train=labels[:, None], x_test=images[:2],
        y_test=labels[:2], mean=numpy.float32([1, 2, 3]))
    numpy.savez(folder / "positions.npz", images[..., 0], labels)


if __name__ == "__main__":
    make(pathlib.Path("Tests/Fixtures"))
