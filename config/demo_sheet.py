"""Prints who is who in the demonstration and how each signs in, for `make demo`."""

import sys

import django

_CAST = (
    ("Directrice générale des services", "Nadia Morel"),
    ("Agent, urbanisme", "Julien Petit"),
    ("Maire", "Michel Garnier"),
    ("Élue, adjointe", "Jeanne Martin"),
    ("Élue d’une autre commune", "Sophie Bertin"),
    ("Agent de deux communes", "Karim Haddad"),
)


def sheet() -> str:
    """One line per persona; French, as shown to the person who tries Parvis."""
    from accounts.demo import PASSWORD
    from accounts.models import Person

    people = {person.full_name: person for person in Person.objects.order_by("pk")}
    lines = [f"Se connecter — mot de passe de tous : {PASSWORD}"]
    for title, name in _CAST:
        if name in people:
            lines.append(f"  {title:<34}{name:<18}{people[name].identifier}")
    lines.append(
        "Les élus ouvrent aussi leur dossier par le lien de leur convocation : /_courriels/"
    )
    return "\n".join(lines)


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(sheet() + "\n")
