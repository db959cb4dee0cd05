"""What a member types about their interests."""

from __future__ import annotations

from django import forms

from council.models.interests import OWN_BASES


class InterestForm(forms.Form):
    """A name to watch for, and on what account."""

    name = forms.CharField(
        label="Nom",
        max_length=160,
        help_text="Une association, un employeur, un proche, une parcelle : les mots qui "
        "paraîtraient dans un point.",
    )
    basis = forms.ChoiceField(label="À quel titre", choices=OWN_BASES, widget=forms.RadioSelect)


class WithdrawalForm(forms.Form):
    """On what account one withdraws: the minutes say it."""

    basis = forms.ChoiceField(label="À quel titre", choices=OWN_BASES)
