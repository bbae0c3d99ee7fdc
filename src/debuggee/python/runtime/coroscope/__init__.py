"""Coroscope's instrumented runtime: the part that lives inside the program being debugged.

It observes through ``sys.monitoring`` (PEP 669), rewrites no user code, patches no user object, and keeps nothing of
the user's alive. Standard library only. The package is imported before the program starts, so its modules import
little and late.
"""
