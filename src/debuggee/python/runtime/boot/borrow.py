"""One question to the runtime, asked through another debugger that has stopped the program (debugpy).

The editor sends the text of this file in an `evaluate` request, where it is executed with three names: `folder` (that of
the runtime), `request` (JSON) and, for what comes out of it, `answer`. The runtime is imported the first time and stays in
`sys.modules`; the path is as it was afterwards, and so is what else the program would find there.

Older interpreters must be able to parse this file, so that it can tell that they are too old.
"""

import os
import sys

folder = globals()["folder"]
request = globals()["request"]


def _refusal(code, message, hint):
    import binascii
    import json

    text = json.dumps({"error": {"code": code, "message": message, "hint": hint}})
    return binascii.b2a_base64(text.encode()).decode().strip() + "."


def _debugger():
    """The folders of the debugger's own code."""
    files = [getattr(sys.modules.get(name), "__file__", None) for name in ("debugpy", "pydevd")]
    return tuple(os.path.dirname(os.path.abspath(file)) for file in files if file)


def _is_library(entry):
    library = os.path.dirname(os.path.abspath(os.__file__))
    path = os.path.abspath(entry)
    return path in (library, os.path.join(library, "lib-dynload")) or path.endswith(".zip")


def _unshadow(modules_before, whole_path):
    """A program's own `json.py` wins over the library's: let it win although we needed the library's."""
    for name in set(sys.modules) - modules_before:
        top = name.partition(".")[0]
        if top == "coroscope" or top in sys.builtin_module_names or top in modules_before:
            continue
        for entry in whole_path:
            if _is_library(entry):
                break
            candidate = os.path.join(entry, top)
            if os.path.isfile(candidate + ".py") or os.path.isfile(os.path.join(candidate, "__init__.py")):
                del sys.modules[name]
                break


def _import():
    """Imports the runtime with only the standard library beside it on the path."""
    whole_path, modules_before, writes_no_code = list(sys.path), set(sys.modules), sys.dont_write_bytecode
    sys.path[:] = [folder] + [entry for entry in whole_path if _is_library(entry)]
    sys.dont_write_bytecode = True
    try:
        import coroscope.borrowed  # noqa: F401
    finally:
        sys.path[:] = whole_path
        sys.dont_write_bytecode = writes_no_code
        sys.path_importer_cache.pop(folder, None)
    _unshadow(modules_before, whole_path)


def _answer():
    if sys.version_info < (3, 12):
        return _refusal(
            "version",
            "This program runs on Python %d.%d, and Coroscope looks into 3.12 and newer." % sys.version_info[:2],
            "Debug it with a newer interpreter.",
        )
    package = os.path.join(folder, "coroscope")
    if not os.path.isdir(package):
        return _refusal(
            "unsupported",
            "Coroscope's files are not where this program runs: on another machine or in a container.",
            "Install Coroscope there, or debug the program here.",
        )
    present = sys.modules.get("coroscope")
    if present is None:
        _import()
    elif os.path.dirname(os.path.abspath(getattr(present, "__file__", None) or "")) != os.path.abspath(package):
        return _refusal(
            "unsupported",
            "This program has a module 'coroscope' of its own, or another copy of Coroscope's runtime.",
            "Debug it with Coroscope itself.",
        )
    elif "coroscope.borrowed" not in sys.modules:
        _import()
    return sys.modules["coroscope.borrowed"].answer(request, _debugger())


answer = _answer()
