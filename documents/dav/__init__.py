"""The network drive: WebDAV (RFC 4918, classes 1 and 2) over the services of documents.

Written here rather than taken: see docs/decisions/0013-network-drive.md.
"""
