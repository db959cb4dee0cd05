"""The paper and the files of a session: pure builders, from frozen dataclasses to bytes.

Nothing here knows the database, the request or the clock: the same data always makes the same
bytes (time stamps are given), so that what was sent can be made again and compared.
"""
