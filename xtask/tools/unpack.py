"""Takes files out of an archive that lies inside an archive: unpack.py ARCHIVE LAYER... -- TARGET=MEMBER...

Each LAYER is the name of the next archive inside the one before; each MEMBER of the innermost one is written
to the path TARGET. Zip files (wheels too) and gzipped tar files are told apart by their content.
"""

import io
import shutil
import sys
import tarfile
import zipfile


def open_member(archive, name):
    if zipfile.is_zipfile(archive):
        return zipfile.ZipFile(archive).open(name)
    archive.seek(0)
    return tarfile.open(fileobj=archive, mode="r:gz").extractfile(name)


def main():
    separator = sys.argv.index("--")
    archive = open(sys.argv[1], "rb")
    for layer in sys.argv[2:separator]:
        archive = io.BytesIO(open_member(archive, layer).read())
    for pair in sys.argv[separator + 1 :]:
        target, member = pair.split("=", 1)
        with open(target, "wb") as file:
            shutil.copyfileobj(open_member(archive, member), file)


main()
