"""The demo's own page."""

from django.urls import path

from konsil.demo import mailbox

app_name = "demo"
outside = [path("demo/mail/", mailbox.mailbox, name="mail")]
