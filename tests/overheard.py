"""What a rich case says besides its pages: letters, the facts of events, the arguments of jobs."""

import json

from django.core import mail
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from konsil.cases.models import Event, Exhibit
from konsil.cases.verbs import Verb
from konsil.messaging.models import Audience
from konsil.notices.posting import post
from konsil.people.actors import Actor
from tests.rich import Rich, undone


def more(rich: Rich, owner: str) -> list[str]:
    """Addresses below the case that one row of the matrix does not reach: each its own canaries."""
    case = rich.case if owner == "rosa" else rich.petras
    found = [f"messages/?to={audience.value}" for audience in Audience]
    found += [f"releases/{rich.ids[f'{owner}_waiting']}/{page}" for page in ("", "form.pdf")]
    for exhibit in Exhibit.objects.filter(case=case):
        if exhibit.sort == Exhibit.Sort.STUDY:
            uid = exhibit.study.uid
            found += [
                f"reading/{exhibit.pk}/",
                f"dicomweb/studies/{uid}/metadata",
                f"dicomweb/studies/{uid}/series",
                f"studies/{exhibit.object_id}/thumb/",
                f"marks/{uid}/",
            ]
        else:
            found += [f"documents/{exhibit.pk}/{page}" for page in ("", "preview", "original")]
    return found


def told(rich: Rich) -> list[str]:
    """Every letter that goes out when everything has happened and all who listen heard it."""
    with undone():
        for verb in Verb:
            rich.case.tell(verb, by=Actor.of(rich.cast.ada), at=rich.cast.now)
        for row in ProcrastinateJob.objects.order_by("pk"):
            if row.task_name.startswith(("notices.", "records.")):
                app.tasks[row.task_name].func(**row.args)
        post(rich.cast.northgate, at=timezone.now())
    return rich.mails + [f"{each.to} {each.subject} {each.body}" for each in mail.outbox]


def facts() -> list[str]:
    """What events and jobs carry, as text."""
    rows = [*Event.objects.values_list("facts", flat=True)]
    rows += ProcrastinateJob.objects.values_list("args", flat=True)
    return [json.dumps(row) for row in rows]
