"""The paper and the files of a session: pure builders, from frozen dataclasses to bytes.

Nothing here knows the database, the request or the clock: the same data always make the same
bytes (dates are given), so that what was sent can be made again and compared.

    data.py           Dossier(letterhead, session, signatory, points, …)
    manifest.py       manifest(dossier) -> content, sha256; read_manifest(content, paths) -> Dossier
    letters.py        convocation_pdf(dossier, recipient=…, on_paper=…): PDF/A-2a and PDF/UA-1
    whole.py          build_whole(dossier, target, …): one PDF with bookmarks
    calendar_file.py  session_ics(dossier, host=…, at=…)
"""
