"""Collection files (収納データ): what stores' agents say was paid, read and written.

Free of Django: a binary stream in, records and faults out, in little memory however long the file.
``profiles`` holds the layouts as tables, ``reading`` reads, ``writing`` writes.
"""
