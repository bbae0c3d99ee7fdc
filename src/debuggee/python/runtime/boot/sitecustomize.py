"""Lets a program be debugged that the interpreter starts by itself: `python program.py`, nothing in between.

`site` imports this file because the process host puts its folder first in PYTHONPATH. It connects to the adapter, waits
until the program may begin, and takes back every trace: environment, `sys.path`, the modules a program of the user's may
shadow. Then the user's own `sitecustomize` runs, if there is one, as it would have.

Older interpreters must be able to parse this file, so that it can tell them that they are too old.
"""

import gc
import os
import sys

EX_SOFTWARE = 70  # sysexits.h: an internal error, told apart from what programs usually end with


def _same_path(one, other):
    return os.path.normcase(os.path.abspath(one)) == os.path.normcase(os.path.abspath(other))


def _restore_environment():
    """Gives the program, and its children, the environment it was meant to have. Returns what was ours in it."""
    link = os.environ.pop("COROSCOPE_LINK", None)
    bytecode = os.environ.pop("COROSCOPE_BYTECODE", None)
    if link is not None:
        pythonpath = os.environ.pop("COROSCOPE_PYTHONPATH", None)
        if pythonpath is None:
            os.environ.pop("PYTHONPATH", None)
        else:
            os.environ["PYTHONPATH"] = pythonpath
    return link, bytecode


def _forget_folder(folder):
    sys.path[:] = [entry for entry in sys.path if not _same_path(entry, folder)]
    for entry in [entry for entry in sys.path_importer_cache if _same_path(entry, folder)]:
        del sys.path_importer_cache[entry]


def _folders_before_the_library():
    """Where the program looks for modules before it comes to the standard library."""
    folders = [entry for entry in os.environ.get("PYTHONPATH", "").split(os.pathsep) if entry]
    if not getattr(sys.flags, "safe_path", False):
        program = sys.argv[0] if sys.argv else ""
        main = os.path.dirname(os.path.realpath(program)) if os.path.isfile(program) else os.getcwd()
        folders.insert(0, main)
    return folders


def _connect(link, bytecode, boot):
    """Imports the runtime and waits for the word to begin, with only the standard library on the path."""
    runtime = os.path.dirname(boot)
    folders = _folders_before_the_library()
    whole_path = list(sys.path)
    modules_before = set(sys.modules)
    library = os.path.dirname(os.__file__)
    sys.path[:] = [boot, runtime] + [
        entry
        for entry in whole_path
        if _same_path(entry, library) or not any(_same_path(entry, each) for each in folders)
    ]
    collects = gc.isenabled()
    try:
        # Modules are not garbage: looking through all that they make is a tenth of the time.
        gc.disable()
        if bytecode:
            import _coroscope_bytecode

            del sys.modules["_coroscope_bytecode"]
            _coroscope_bytecode.use(os.path.join(runtime, "coroscope"), bytecode)
        import coroscope.channels
        import coroscope.session
    finally:
        if collects:
            gc.enable()
        sys.path[:] = whole_path
        _forget_folder(boot)
        _forget_folder(runtime)
    port, _, secret = link.partition(":")
    channel = coroscope.channels.SocketChannel(int(port), secret)
    coroscope.session.start(channel)
    _unshadow(modules_before, folders)


def _unshadow(modules_before, folders):
    """A program's own `json.py` wins over the library's in an undebugged run: let it win although we needed the library's."""
    for name in set(sys.modules) - modules_before:
        top = name.partition(".")[0]
        if top == "coroscope" or top in sys.builtin_module_names or top in modules_before:
            continue
        for folder in folders:
            candidate = os.path.join(folder, top)
            if os.path.isfile(candidate + ".py") or os.path.isfile(os.path.join(candidate, "__init__.py")):
                del sys.modules[name]
                break


def _fail(sentence):
    try:
        sys.stderr.write("coroscope: " + sentence + "\n")
        sys.stderr.flush()
    finally:
        os._exit(EX_SOFTWARE)


def _boot():
    link, bytecode = _restore_environment()
    boot = os.path.dirname(os.path.abspath(__file__))
    _forget_folder(boot)
    if link is None:
        return
    if sys.version_info < (3, 12):
        _fail(
            "this is Python %d.%d, and debugging needs 3.12 or newer. Choose another interpreter with the setting"
            ' "python", or set it to "embedded".' % sys.version_info[:2]
        )
    try:
        _connect(link, bytecode, boot)
    except BaseException as error:
        _fail(
            "the debugger could not start in this interpreter (%s: %s), so the program was not run."
            % (type(error).__name__, error)
        )


_boot()

# `site` looks `sitecustomize` up in `sys.modules` after this file has run, and takes an ImportError of that name for
# "there is none": both come out as they would without us.
sys.modules.pop("sitecustomize", None)
import sitecustomize  # noqa: E402, F401
