"""What can be recorded: each verb has a code for ever and a French sentence for the reader."""

from __future__ import annotations

from dataclasses import dataclass

from config.lib.registry import Registry


@dataclass(frozen=True, slots=True)
class Verb:
    """`code` is stored, never changed; `sentence` follows the actor's name: "a créé le dossier"."""

    code: str
    sentence: str

    def __str__(self) -> str:
        return self.code


verbs: Registry[Verb] = Registry("audit verbs")


def verb(code: str, sentence: str) -> Verb:
    """Declare a verb: `app.object.past_participle`."""
    return verbs.register(code, Verb(code, sentence))
