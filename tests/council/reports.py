"""Delivery reports as mail servers write them."""

from __future__ import annotations


def report(
    *,
    to: str = "retours@mairie.exemple.fr",
    message_id: str = "",
    recipient: str = "aline@example.fr",
    action: str = "failed",
    status: str = "5.1.1",
    words: str = "smtp; 550 5.1.1 User unknown",
) -> bytes:
    """What Postfix sends back (RFC 3464)."""
    returned = f"Message-ID: {message_id}\r\nSubject: Convocation\r\n" if message_id else ""
    text = (
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example.fr\r\n"
        f"To: {to}\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        "Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="B"\r\n\r\n'
        "--B\r\nContent-Type: text/plain\r\n\r\nI am sorry.\r\n"
        "--B\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.example.fr\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: {words}\r\n\r\n"
        f"--B\r\nContent-Type: text/rfc822-headers\r\n\r\n{returned}\r\n--B--\r\n"
    )
    return text.encode()
