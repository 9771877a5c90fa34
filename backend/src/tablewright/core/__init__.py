"""Pure code: tables, readers, profiles, queries, charts, layouts, exports.

No web, no database server, no queue, no clock, no environment. The same functions run in the server,
in a child process, on the command line and in a notebook.
"""
