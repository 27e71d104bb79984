"""Timers, letters, texts of their own, and how people want to be reached."""

import datetime
import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from konsil.cases.rls import protect


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0005_record_holders"),
        ("notices", "0002_walls"),
        ("people", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Letter",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "email",
                    models.EmailField(
                        help_text="Whom: the person's address, whatever the channel", max_length=254
                    ),
                ),
                (
                    "to",
                    models.CharField(
                        help_text="Where it went: an address or a number", max_length=254
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[("mail", "E-mail"), ("sms", "Text message")],
                        default="mail",
                        max_length=4,
                    ),
                ),
                ("day", models.DateField(help_text="Of the receiver's own calendar")),
                ("urgent", models.BooleanField(default=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("sending", "On its way"),
                            ("later", "Tried, tried again later"),
                            ("sent", "Sent"),
                            ("arrived", "Arrived"),
                            ("failed", "Did not arrive"),
                        ],
                        default="sending",
                        max_length=10,
                    ),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("begun_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("failed_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="PracticeNotices",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("quiet_from", models.TimeField(default=datetime.time(21, 0))),
                ("quiet_until", models.TimeField(default=datetime.time(8, 0))),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Reach",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("zone", models.CharField(blank=True, max_length=40)),
                ("quiet_from", models.TimeField(blank=True, null=True)),
                ("quiet_until", models.TimeField(blank=True, null=True)),
                ("phone", models.CharField(blank=True, help_text="E.164", max_length=16)),
                ("phone_proven_at", models.DateTimeField(null=True)),
                ("agreed_at", models.DateTimeField(null=True)),
                (
                    "agreed_words",
                    models.TextField(blank=True, help_text="What she agreed to, as she read it"),
                ),
                ("stopped_at", models.DateTimeField(null=True)),
                ("code_hash", models.CharField(blank=True, max_length=64)),
                ("code_until", models.DateTimeField(null=True)),
                ("misses", models.PositiveSmallIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="TextVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("key", models.CharField(max_length=20)),
                ("language", models.CharField(max_length=10)),
                ("number", models.PositiveSmallIntegerField()),
                ("subject", models.CharField(max_length=80)),
                ("words", models.TextField(max_length=600)),
                ("verb", models.CharField(max_length=60)),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ["-number"],
            },
        ),
        migrations.CreateModel(
            name="Timer",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("key", models.CharField(help_text="“stage”, or the task's id", max_length=60)),
                (
                    "stage",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("draft", "Being written"),
                            ("screening", "To be checked"),
                            ("needs_info", "A question to the patient"),
                            ("gathering", "Collecting records"),
                            ("file_complete", "File complete"),
                            ("offered", "Offered to a reviewer"),
                            ("in_review", "In review"),
                            ("more_info", "Reviewer asks for more"),
                            ("at_board", "Before the board"),
                            ("drafted", "Written, to be checked"),
                            ("signed", "Signed"),
                            ("released", "Delivered"),
                            ("consult", "Video visit"),
                            ("follow_up", "Follow-up"),
                            ("addendum", "Addendum to be written"),
                            ("closed", "Closed"),
                            ("declined", "Declined"),
                            ("withdrawn", "Withdrawn"),
                            ("expired", "Expired"),
                            ("cancelled", "Cancelled by the hospital"),
                            ("retracted", "Opinion retracted"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("patient", "Patient"),
                            ("proxy", "Parent, guardian or agent"),
                            ("referrer", "Referring clinician"),
                            ("child_admin", "Administrator of a referring institution"),
                            ("provider", "Provider of earlier records"),
                            ("treating", "Treating physician"),
                            ("coordinator", "Coordinator"),
                            ("nurse", "Nurse navigator"),
                            ("asked", "Reviewer who was asked"),
                            ("reviewer", "Reviewing physician"),
                            ("colleague", "Invited colleague"),
                            ("director", "Medical director"),
                            ("billing", "Billing"),
                            ("it", "Hospital IT"),
                            ("privacy", "Privacy officer"),
                            ("admin", "System administrator"),
                            ("system", "Konsil"),
                        ],
                        help_text="Who owes it",
                        max_length=20,
                    ),
                ),
                ("began_at", models.DateTimeField()),
                ("taken_until", models.DateTimeField()),
                ("due_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("snoozed_until", models.DateTimeField(null=True)),
                ("snoozed_at", models.DateTimeField(null=True)),
                ("snooze_reason", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "ordering": ["due_at"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="notice",
            name="told_once_of_an_event",
        ),
        migrations.AddField(
            model_name="notice",
            name="key",
            field=models.CharField(
                default="", help_text="event:<id> or timer:<id>:<rung>", max_length=80
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="notice",
            name="not_before",
            field=models.DateTimeField(default=django.utils.timezone.now),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="notice",
            name="queued_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="notice",
            name="role",
            field=models.CharField(blank=True, help_text="In which part it is told", max_length=20),
        ),
        migrations.AddField(
            model_name="notice",
            name="seen_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="notice",
            name="state",
            field=models.CharField(
                choices=[
                    ("queued", "Waits to be sent"),
                    ("sending", "On its way"),
                    ("sent", "Sent"),
                    ("failed", "Did not arrive"),
                    ("dropped", "No longer needed"),
                ],
                default="queued",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="urgent",
            field=models.BooleanField(default=False, help_text="Goes at once, and alone"),
        ),
        migrations.AddField(
            model_name="notice",
            name="user",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="notice",
            name="event",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="notices",
                to="cases.event",
            ),
        ),
        migrations.AlterField(
            model_name="notice",
            name="sent_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="notice",
            name="words",
            field=models.CharField(help_text="Which of the texts it is", max_length=20),
        ),
        migrations.AddField(
            model_name="letter",
            name="tenant",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.institution",
            ),
        ),
        migrations.AddField(
            model_name="letter",
            name="user",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="letter",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="notices",
                to="notices.letter",
            ),
        ),
        migrations.AddField(
            model_name="practicenotices",
            name="escalate_to",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="practicenotices",
            name="tenant",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.institution",
            ),
        ),
        migrations.AddField(
            model_name="reach",
            name="user",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="textversion",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="textversion",
            name="tenant",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.institution",
            ),
        ),
        migrations.AddField(
            model_name="timer",
            name="case",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="cases.case"),
        ),
        migrations.AddField(
            model_name="timer",
            name="snoozed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="timer",
            name="task",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="cases.task",
            ),
        ),
        migrations.AddField(
            model_name="timer",
            name="tenant",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.institution",
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="timer",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notices",
                to="notices.timer",
            ),
        ),
        migrations.RunSQL(
            """
            UPDATE notices_notice SET key = 'event:' || replace(event_id::text, '-', ''),
              state = 'sent', queued_at = sent_at, not_before = sent_at, seen_at = sent_at
            """,
            migrations.RunSQL.noop,
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("state", "queued")),
                fields=["tenant", "not_before"],
                name="notices_that_wait",
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("seen_at", None)),
                fields=["user"],
                name="notices_nobody_has_seen",
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.UniqueConstraint(
                fields=("case", "key", "email"), name="told_once_of_a_cause"
            ),
        ),
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(
                condition=models.Q(("state__in", ["sending", "later"])),
                fields=["tenant", "state", "begun_at"],
                name="letters_on_their_way",
            ),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.UniqueConstraint(
                condition=models.Q(("urgent", False)),
                fields=("tenant", "email", "day"),
                name="one_letter_a_day_and_person",
            ),
        ),
        migrations.AddIndex(
            model_name="reach",
            index=models.Index(fields=["phone"], name="notices_rea_phone_a39548_idx"),
        ),
        migrations.AddConstraint(
            model_name="textversion",
            constraint=models.UniqueConstraint(
                fields=("tenant", "key", "language", "number"), name="one_text_version_a_number"
            ),
        ),
        migrations.AddIndex(
            model_name="timer",
            index=models.Index(
                condition=models.Q(("due_at__isnull", False), ("ended_at", None)),
                fields=["tenant", "due_at"],
                name="timers_that_are_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="timer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)),
                fields=("case", "key"),
                name="one_running_timer_a_key",
            ),
        ),
        protect("notices_letter"),
        protect("notices_timer"),
        protect("notices_practicenotices"),
        protect("notices_textversion"),
    ]
