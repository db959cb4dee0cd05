"""Changing a meeting already convened: prepared aside, agreed to by the mayor, then sent as one
more edition of the dossier.

    preparing.py   open it, add points, write a sent point anew, another hour or place, give it up
    comparing.py   the dossier as it would leave, what differs from the one sent, the verdict
    sending.py     the mayor's agreement to exactly that, then the new edition and convocations
"""
