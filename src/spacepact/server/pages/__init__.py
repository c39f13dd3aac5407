"""The pages: one module a page, found by its name.

A page's module has ``ROUTES``, which maps paths to the names of its functions, and these functions: each takes the
`Site` and a `PageRequest` and gives a `PageResponse`. They run in worker processes, so they may take their time, and
know nothing of HTTP beyond that.
"""
