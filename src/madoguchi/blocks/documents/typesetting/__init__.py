"""Typst in a process of its own, run as ``python -m madoguchi.blocks.documents.typesetting``.

Typst remembers what it has laid out for as long as its process lives: after ten plans of a
hundred sheets that is more than a gigabyte. A process for each document (it starts in 0.1 s)
gives all of it back, and can be stopped when it takes too long.

The job comes on standard input as JSON: ``source`` and ``fonts`` (paths), ``inputs`` (texts for
``sys.inputs``), ``standard``, ``timestamp``. The PDF goes to standard output; warnings and
errors to standard error, and after an error the exit status is 1.

A template reads files of its own folder, and imports what all apps share from ``packages``:
``#import "@madoguchi/documents:1.0.0": verification``.
"""
