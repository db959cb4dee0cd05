"""The minutes: told from the facts of the session, corrected, approved, signed, published."""
