"""What this room keeps: timers, notices, the letters that carried them, and who wants what."""

from konsil.notices.models.letter import Letter
from konsil.notices.models.notice import Notice
from konsil.notices.models.reach import PracticeNotices, Reach
from konsil.notices.models.text import TextVersion
from konsil.notices.models.timer import Timer

__all__ = ["Letter", "Notice", "PracticeNotices", "Reach", "TextVersion", "Timer"]
