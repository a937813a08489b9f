"""Backup and restore: database and attachments as one set, and the proof that what came back is what was taken (control 46).

    FOLDER/manifest.json        what was taken: rows of each table, hash of each file, the head of the audit
           database.dump        PostgreSQL: pg_dump's custom format; database.sqlite3: SQLite's own copy of itself
           attachments/ab/cd/…  the store; what the scanner found something in stays behind

A file is there before its row and is never replaced. So the files are copied first, then the database at one moment, then the files that
came meanwhile: each row has its file, while everybody goes on writing.
"""
