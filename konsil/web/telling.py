"""Where a case stands and what is next, in the words of the patient and of the clinic (F4.11)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from konsil.cases.life import Stage

HEADLINES: dict[Stage, Any] = {
    Stage.DRAFT: _("Your request is not sent yet."),
    Stage.SCREENING: _("We have your request and are checking it."),
    Stage.NEEDS_INFO: _("We have a question before we go on."),
    Stage.GATHERING: _("We are collecting your records."),
    Stage.FILE_COMPLETE: _("Your records are complete."),
    Stage.OFFERED: _("We are asking the right expert."),
    Stage.IN_REVIEW: _("Your expert is reading and writing."),
    Stage.MORE_INFO: _("Your expert asked for one more thing."),
    Stage.AT_BOARD: _("Several experts look at your case together."),
    Stage.DRAFTED: _("Your opinion is written and being checked."),
    Stage.SIGNED: _("Your opinion is written."),
    Stage.RELEASED: _("Your report is here."),
    Stage.CONSULT: _("Your report is here, and your video visit is booked."),
    Stage.FOLLOW_UP: _("Your report is here. You can still ask."),
    Stage.ADDENDUM: _("Your expert is adding to your report."),
    Stage.CLOSED: _("This case is closed. Your report stays here."),
    Stage.DECLINED: _("We could not take this case."),
    Stage.WITHDRAWN: _("This request was withdrawn."),
    Stage.EXPIRED: _("This request has lapsed."),
    Stage.CANCELLED: _("We had to cancel this case."),
    Stage.RETRACTED: _("We have taken this report back."),
}
"""The state in a sentence."""

HAS_IT: dict[Stage, Any] = {
    Stage.SCREENING: _("A nurse is reading your request. You need do nothing now."),
    Stage.NEEDS_INFO: _("Answer us by message; then it goes on by itself."),
    Stage.GATHERING: _("We ask your clinics, and look at what comes. You need do nothing now."),
    Stage.FILE_COMPLETE: _("We are choosing the expert who fits best. You need do nothing now."),
    Stage.OFFERED: _("Your records are complete. You need do nothing now."),
    Stage.IN_REVIEW: _("We write to you the moment the report is here. You need do nothing now."),
    Stage.MORE_INFO: _("We are getting it. If we need it from you, we write to you."),
    Stage.AT_BOARD: _("They discuss it at their next meeting. You need do nothing now."),
    Stage.DRAFTED: _("A second person reads it before it is signed. You need do nothing now."),
    Stage.SIGNED: _("We look it over once more and then hand it to you."),
    Stage.FOLLOW_UP: _("Write to us if something is unclear."),
    Stage.ADDENDUM: _("Your report stays here meanwhile. We write to you when it is added to."),
    Stage.DECLINED: _("Nothing was taken from your card. What you sent stays yours."),
    Stage.WITHDRAWN: _("All links to your records have ended. What you sent stays yours."),
    Stage.EXPIRED: _("Nobody works on it any more. Call us if you want to go on."),
    Stage.CANCELLED: _("Everything that you paid goes back to you. What you sent stays yours."),
    Stage.RETRACTED: _("Do not act on it. A physician of the practice calls you."),
}
"""Who has it, where nothing is asked of her (principle 3)."""

NEXT: dict[Stage, Any] = {
    Stage.DRAFT: _("When you have sent it, a nurse reads it within one working day."),
    Stage.SCREENING: _(
        "If we can help, we accept your case, take the payment and ask your clinics for records. "
        "If we cannot, we tell you why, and nothing is taken."
    ),
    Stage.NEEDS_INFO: _(
        "As soon as we have your answer we go on. Without one the request lapses after 21 days."
    ),
    Stage.GATHERING: _(
        "When everything that the expert needs is here, we choose the expert for your case."
    ),
    Stage.FILE_COMPLETE: _("We offer your case to an expert of your illness, who may say no."),
    Stage.OFFERED: _("The expert answers within two working days. Else we ask another one."),
    Stage.IN_REVIEW: _("The expert signs the opinion. Then you get it, and we write to you."),
    Stage.MORE_INFO: _("When it is here, the expert goes on reading and writing."),
    Stage.AT_BOARD: _("Your expert then writes what they advise together."),
    Stage.DRAFTED: _("When it is found ready, the expert signs it, and you get it."),
    Stage.SIGNED: _("You get the report within one working day, and we write to you."),
    Stage.RELEASED: _(
        "Read it in peace. For 14 days after that you can ask up to three later questions."
    ),
    Stage.CONSULT: _("After the visit you can still ask by message."),
    Stage.FOLLOW_UP: _(
        "You can ask up to three later questions. After 14 days the case closes; "
        "the report stays yours."
    ),
    Stage.ADDENDUM: _("The expert answers within three working days, in a new version."),
    Stage.CLOSED: _("Nothing more. The report stays here, and you can begin a new request."),
    Stage.DECLINED: _("Nothing more. If this was a mistake, call us within 90 days."),
    Stage.WITHDRAWN: _("Nothing more. If you want to go on, call us within 90 days."),
    Stage.EXPIRED: _("Nothing more. If you want to go on, call us within 90 days."),
    Stage.CANCELLED: _("The money is on your card within ten days. You can begin a new request."),
    Stage.RETRACTED: _("We explain what was wrong and what we can do for you now."),
}
"""What happens then: the answer to “what is next?”."""

NEXT_FOR_CLINIC: dict[Stage, Any] = {
    Stage.DRAFT: _("When the patient has agreed, a nurse reads it within one working day."),
    Stage.SCREENING: _("The practice accepts it and asks for records, or says why not."),
    Stage.NEEDS_INFO: _("It goes on with the answer. Without one it lapses after 21 days."),
    Stage.GATHERING: _("When the record is complete, the practice chooses the expert."),
    Stage.FILE_COMPLETE: _("The case is offered to an expert of the illness."),
    Stage.OFFERED: _("The expert answers within two working days. Else another one is asked."),
    Stage.IN_REVIEW: _("The expert signs the opinion; then the patient gets it, and you."),
    Stage.MORE_INFO: _("When it is here, the expert goes on."),
    Stage.AT_BOARD: _("The expert then writes what they advise together."),
    Stage.DRAFTED: _("When it is found ready, the expert signs it."),
    Stage.SIGNED: _("It is released to the patient, and to you, within one working day."),
    Stage.RELEASED: _("For 14 days after reading it the patient can ask later questions."),
    Stage.CONSULT: _("After the visit the patient can still ask by message."),
    Stage.FOLLOW_UP: _("After 14 days the case closes. The report stays."),
    Stage.ADDENDUM: _("A new version comes within three working days, and you are told."),
    Stage.CLOSED: _("Nothing more. The report stays."),
    Stage.DECLINED: _("Nothing more. Call the practice within 90 days if this is a mistake."),
    Stage.WITHDRAWN: _("Nothing more. Within 90 days it can be taken up again."),
    Stage.EXPIRED: _("Nothing more. Within 90 days it can be taken up again."),
    Stage.CANCELLED: _("Nothing more. The practice tells the patient why."),
    Stage.RETRACTED: _("Do not act on it. The practice calls you."),
}
"""The same for whoever referred her."""

RESTS = _("Your case rests until {day}.")
RESTS_NEXT = _("Then we take it up again where it stood. Write to us if that is too late for you.")
