"""Keeps the runtime's compiled modules in a cache folder of the user's.

Compiling the runtime takes longer than everything else before the program begins. Python would keep the result beside
the source, but not in a folder that cannot be written (an extension that was installed for all users) and not under
PYTHONDONTWRITEBYTECODE, which is common in containers. What the user set for the program's own modules stays as it is.

The files are ordinary `.pyc` files (PEP 552, checked by time and size of the source).
"""

import _imp
import marshal
import os
import sys

# Where `importlib` has them from. It is there in every program; `importlib.util` would be one module more.
from _frozen_importlib_external import MAGIC_NUMBER, FileFinder, SourceFileLoader


class Loader(SourceFileLoader):
    folder = ""

    def get_code(self, fullname):
        source = self.get_filename(fullname)
        stats = os.stat(source)
        stamp = MAGIC_NUMBER + b"".join(
            (int(each) & 0xFFFFFFFF).to_bytes(4, "little") for each in (0, stats.st_mtime, stats.st_size)
        )
        # The tag tells interpreters apart, `-O` tells what was left out.
        name = "%s.%s-%d.pyc" % (fullname, sys.implementation.cache_tag, sys.flags.optimize)
        kept = os.path.join(self.folder, name)
        code = _read(kept, stamp)
        if code is None:
            code = self.source_to_code(self.get_data(source), source)
            _keep(kept, stamp + marshal.dumps(code))
        else:
            _imp._fix_co_filename(code, source)  # pyright: ignore[reportAttributeAccessIssue]
        return code


def _read(file, stamp):
    """The code; None when there is none for this state of the source, or the file is damaged."""
    try:
        with open(file, "rb", 0) as stream:
            content = stream.read()
        return marshal.loads(memoryview(content)[len(stamp) :]) if content.startswith(stamp) else None
    except (OSError, ValueError, EOFError, TypeError):
        return None


def _keep(file, content):
    """Writes whole or not at all. That it cannot be kept costs time at the next start, and nothing else."""
    unfinished = "%s.%d" % (file, os.getpid())
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "wb") as stream:
            stream.write(content)
        os.replace(unfinished, file)
    except OSError:
        try:
            os.unlink(unfinished)
        except OSError:
            pass


def use(package, folder):
    """Has the modules of `package`, a folder, loaded from there. Touches nothing that other modules are found by."""
    loader = type("Loader", (Loader,), {"folder": folder})
    sys.path_importer_cache[package] = FileFinder(package, (loader, [".py"]))
