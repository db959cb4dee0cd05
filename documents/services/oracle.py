"""The rules of rights once more, the slow and obvious way, to check what is stored.

Nothing here uses domains to find a role: each folder looks at its own entries, then its parent's,
and so on up to a restricted one. `differences` then compares with the domains and the effective
rights that the services maintain. Run by `manage.py check_rights` and by the tests.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TypeAlias

from accounts.models import Organisation
from documents.enums import Role
from documents.models import (
    AccessDomain,
    Document,
    DocumentGroupGrant,
    DocumentUserGrant,
    EffectiveAccess,
    Folder,
    FolderGroupGrant,
    FolderUserGrant,
)

Key: TypeAlias = tuple[str, int]  # ("folder", 12) or ("document", 7)
Said: TypeAlias = dict[int, tuple[Role, Key]]  # by principal: the role, and where it is said


class Oracle:
    """One organisation's tree and entries as they stand, read once."""

    def __init__(self, organisation: Organisation) -> None:
        self.organisation = organisation
        self.folders = {f.pk: f for f in Folder.objects.filter(organisation=organisation)}
        self.documents = {d.pk: d for d in Document.objects.filter(organisation=organisation)}
        self.domains = {d.pk: d for d in AccessDomain.objects.filter(organisation=organisation)}
        self.entries: dict[Key, dict[int, Role]] = defaultdict(dict)
        for kind, people, teams in (
            ("folder", FolderUserGrant, FolderGroupGrant),
            ("document", DocumentUserGrant, DocumentGroupGrant),
        ):
            for grant in people.objects.filter(organisation=organisation).select_related(
                "permission"
            ):
                self.entries[kind, grant.content_object_id][grant.user_id] = _role(grant)
            for grant in teams.objects.filter(organisation=organisation).select_related(
                "permission"
            ):
                self.entries[kind, grant.content_object_id][-grant.group_id] = _role(grant)
        self.restricted = {
            d.folder_id for d in self.domains.values() if d.folder_id and not d.inherits
        }

    def said(self, obj: Folder | Document) -> Said:
        """What each principal is told at this object: the nearest entry, up to a limit."""
        answer: Said = {}
        if isinstance(obj, Document):
            key: Key = ("document", obj.pk)
            answer.update({who: (role, key) for who, role in self.entries.get(key, {}).items()})
            place = self.folders.get(obj.folder_id)
        else:
            place = self.folders.get(obj.pk)
        while place is not None:
            key = ("folder", place.pk)
            for who, role in self.entries.get(key, {}).items():
                answer.setdefault(who, (role, key))
            if place.pk in self.restricted:
                break
            place = self.folders.get(place.parent_id)
        return answer

    def role(self, principals: Iterable[int], obj: Folder | Document) -> Role:
        """A person's role: what is said of them by name, or the best of their teams."""
        said = self.said(obj)
        own = [said[who][0] for who in principals if who > 0 and who in said]
        teams = [said[who][0] for who in principals if who < 0 and who in said]
        return own[0] if own else max(teams, default=Role.NONE)

    def differences(self) -> list[str]:
        """What is stored and should not be, or should be and is not. Empty when all is well."""
        return [*self._tree(), *self._trash(), *self._domains(), *self._effective()]

    def _tree(self) -> list[str]:
        wrong: list[str] = []
        children: defaultdict[int | None, int] = defaultdict(int)
        for folder in self.folders.values():
            parent = self.folders.get(folder.parent_id)
            above = parent.path if parent else ""
            if folder.path[: -Folder.steplen] != above or folder.depth * Folder.steplen != len(
                folder.path
            ):
                wrong.append(f"dossier {folder.pk} : son chemin n’est pas sous son parent")
            children[folder.parent_id] += 1
        for folder in self.folders.values():
            if folder.numchild != children[folder.pk]:
                wrong.append(f"dossier {folder.pk} : {folder.numchild} enfants comptés")
        return wrong

    def _trash(self) -> list[str]:
        wrong = []
        for folder in self.folders.values():
            parent = self.folders.get(folder.parent_id)
            if parent and parent.trashed_at and not folder.trashed_at:
                wrong.append(f"dossier {folder.pk} : vivant dans un dossier jeté")
            if folder.trash_root_id:
                root = self.folders.get(folder.trash_root_id)
                if (
                    root is None
                    or not folder.path.startswith(root.path)
                    or root.trash_root_id != root.pk
                ):
                    wrong.append(
                        f"dossier {folder.pk} : jeté avec un dossier qui n’est pas au-dessus"
                    )
        return wrong

    def _domains(self) -> list[str]:
        wrong = []
        of_folder = {d.folder_id: d for d in self.domains.values() if d.folder_id}
        of_document = {d.document_id: d for d in self.domains.values() if d.document_id}
        for folder in self.folders.values():
            own = of_folder.get(folder.pk)
            needed = (
                folder.parent_id is None
                or folder.pk in self.restricted
                or bool(self.entries.get(("folder", folder.pk)))
            )
            if needed != (own is not None):
                wrong.append(f"dossier {folder.pk} : domaine {'manquant' if needed else 'de trop'}")
            nearest = self._nearest(folder, of_folder)
            if nearest is None or folder.domain_id != nearest.pk:
                wrong.append(f"dossier {folder.pk} : suit le domaine {folder.domain_id}")
            if own is not None and folder.parent_id is not None:
                above = self._nearest(self.folders[folder.parent_id], of_folder)
                if above is None or own.parent_id != above.pk:
                    wrong.append(f"domaine {own.pk} : rattaché à {own.parent_id}")
        for document in self.documents.values():
            own = of_document.get(document.pk)
            needed = bool(self.entries.get(("document", document.pk)))
            if needed != (own is not None) or document.own_domain_id != (own.pk if own else None):
                wrong.append(f"document {document.pk} : domaine {document.own_domain_id}")
            elif own is not None:
                above = self._nearest(self.folders[document.folder_id], of_folder)
                if above is None or own.parent_id != above.pk:
                    wrong.append(f"domaine {own.pk} : rattaché à {own.parent_id}")
        return wrong

    def _nearest(self, folder: Folder, of_folder: dict[int, AccessDomain]) -> AccessDomain | None:
        place: Folder | None = folder
        while place is not None:
            if place.pk in of_folder:
                return of_folder[place.pk]
            place = self.folders.get(place.parent_id)
        return None

    def _effective(self) -> list[str]:
        wrong = []
        stored: dict[int, Said] = defaultdict(dict)
        for row in EffectiveAccess.objects.filter(organisation=self.organisation):
            source = self.domains.get(row.source_domain_id)
            stored[row.domain_id][row.principal] = (
                Role(row.role),
                _key(source) if source else ("?", 0),
            )
        for domain in self.domains.values():
            kind, pk = _key(domain)
            obj = self.folders[pk] if kind == "folder" else self.documents[pk]
            expected, found = self.said(obj), stored.pop(domain.pk, {})
            for who in expected.keys() | found.keys():
                if expected.get(who) != found.get(who):
                    there, due = found.get(who), expected.get(who)
                    wrong.append(f"domaine {domain.pk}, {who} : {there} au lieu de {due}")
        wrong += [f"domaine {pk} : droits effectifs sans domaine" for pk in stored]
        return wrong


def differences(organisation: Organisation) -> list[str]:
    """Everything in which the stored rights of an organisation depart from its entries."""
    return Oracle(organisation).differences()


def _key(domain: AccessDomain) -> Key:
    if domain.folder_id is not None:
        return "folder", domain.folder_id
    return "document", domain.document_id or 0


def _role(grant: FolderUserGrant) -> Role:
    return Role[grant.permission.codename.removeprefix("role_").upper()]
