"""Open311 GeoReport v2: what other programs read from and write to the complaints.

Pure: `wire` (XML and JSON), `records` (what the answers hold), `parameters` (what a caller asks), `submission` (what a caller sends).
With the database: `directory` (services and their attributes), `publication` (cases as requests), `keys`, `intake`, `views`.
"""
