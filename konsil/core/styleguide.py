"""The page on which developers see every part in each of the three hands (demo only)."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from konsil.core.fields import ThreeBoxDateField

HANDS = ("calm", "desk", "room")

STEPS = [
    {"name": "Request", "state": "done", "when": "Nov 16"},
    {"name": "Accepted", "state": "done", "when": "Nov 17"},
    {"name": "Records", "state": "now", "note": "day 5 of 10"},
    {"name": "Complete"},
    {"name": "In review"},
    {"name": "Signed"},
    {"name": "Delivered", "when": "Dec 7 to 11"},
    {"name": "Follow-up"},
]

COLOURS = [
    *("ground", "sheet", "wash", "line", "edge", "ink", "ink-2", "act", "act-wash", "ball"),
    *("ok", "ok-wash", "soon", "soon-wash", "late", "late-wash"),
]


class SampleForm(forms.Form):
    """One field of each kind, so that their order and their errors can be looked at."""

    named = forms.ChoiceField(
        label="Has a doctor told you what the illness is?",
        choices=[
            ("paper", "Yes, and I have it on paper\nA report, a letter or a portal message"),
            ("words", "Yes, but only in words"),
            ("no", "Not yet, we are still finding out"),
        ],
        widget=forms.RadioSelect,
    )
    year = forms.IntegerField(
        label="Year of birth",
        help_text="Four figures",
        min_value=1900,
        widget=forms.TextInput(attrs={"class": "w4", "inputmode": "numeric"}),
        error_messages={"min_value": "The year needs four figures, like 1971"},
    )
    place = forms.ChoiceField(
        label="Where you are now", choices=[("OR", "Oregon"), ("WA", "Washington")]
    )
    story = forms.CharField(
        label="Your illness, in your words",
        required=False,
        widget=forms.Textarea(attrs={"class": "input-voice", "rows": 4}),
    )
    may_send = forms.MultipleChoiceField(
        label="What may they send?",
        required=False,
        choices=[
            ("tests", "Breathing tests\nFrom 2024 on"),
            ("letters", "Letters and lab results"),
        ],
        widget=forms.CheckboxSelectMultiple,
    )
    born = ThreeBoxDateField(label="When were you born?", birth=True)
    paper = forms.FileField(label="A paper", required=False)
    agreed = forms.BooleanField(
        label="I have read the form", help_text="You can withdraw at any time"
    )


def styleguide(request: HttpRequest) -> HttpResponse:
    """Every part, once; `?hand=` is calm, desk or room, an unknown one is calm."""
    hand = request.GET.get("hand", "calm")
    context = {
        "hand": hand if hand in HANDS else "calm",
        "hands": HANDS,
        "form": SampleForm({"named": "paper", "year": "71", "place": "OR", "born_year": "71"}),
        "steps": STEPS,
        "colours": COLOURS,
        "facts": [
            {"label": "Born", "value": "March 14, 1971", "url": "#facts"},
            {"label": "Now in", "value": "Oregon", "note": "You told us on Nov 16"},
        ],
    }
    return render(request, "styleguide.html", context)
