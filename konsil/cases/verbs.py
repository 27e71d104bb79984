"""Everything that can happen to a case, in the past tense, as its timeline says it."""

from django.db.models import TextChoices


class Verb(TextChoices):
    """What happened. The value is the event's name for ever; the label is read after a name."""

    OPENED = "case.opened", "began the request"
    SUBMITTED = "case.submitted", "sent the request"
    ACCEPTED = "case.accepted", "accepted the case"
    DECLINED = "case.declined", "declined the case"
    INFO_ASKED = "case.info_asked", "asked the patient a question"
    INFO_GIVEN = "case.info_given", "answered the question"
    FILE_COMPLETED = "case.file_completed", "declared the file complete"
    FILE_REOPENED = "case.file_reopened", "went back to collecting records"
    OFFERED = "case.offered", "offered the case to a reviewer"
    OFFER_ACCEPTED = "case.offer_accepted", "took the case for review"
    OFFER_DECLINED = "case.offer_declined", "declined the offer"
    OFFER_RECALLED = "case.offer_recalled", "took the offer back"
    MORE_ASKED = "case.more_asked", "asked for more before going on"
    REVIEW_RESUMED = "case.review_resumed", "went on with the review"
    REVIEW_TAKEN_BACK = "case.review_taken_back", "took the case back from the reviewer"
    BOARD_ASKED = "case.board_asked", "brought the case before the board"
    BOARD_ANSWERED = "case.board_answered", "brought the case back from the board"
    DRAFTED = "case.drafted", "declared the draft ready"
    RETURNED = "case.returned", "returned the draft"
    QUALITY_PASSED = "case.quality_passed", "found the draft ready to sign"
    SIGNED = "opinions.signed", "signed the opinion"
    RELEASED = "opinions.released", "released the report"
    ADDED_TO = "opinions.added_to", "signed an addendum"
    REPORT_READ = "opinions.read", "opened the report"
    RETRACTED = "opinions.retracted", "retracted the opinion"
    VISIT_BOOKED = "visits.booked", "booked a video visit"
    VISIT_ENDED = "visits.ended", "ended the video visit"
    FOLLOWED_UP = "case.followed_up", "began the follow-up"
    ADDENDUM_ASKED = "case.addendum_asked", "asked for an addendum"
    ADDENDUM_SPARED = "case.addendum_spared", "answered without an addendum"
    CLOSED = "case.closed", "closed the case"
    WITHDRAWN = "case.withdrawn", "withdrew the request"
    EXPIRED = "case.expired", "let the request lapse"
    CANCELLED = "case.cancelled", "cancelled the case"
    REOPENED = "case.reopened", "reopened the case"
    HELD = "case.held", "put the case on hold"
    HOLD_ENDED = "case.hold_ended", "took the case up again"

    GLASS_BROKEN = "case.glass_broken", "opened the case by emergency access"
    ADDRESS_CHANGED = "case.address_changed", "changed the patient’s e-mail address"
    SEATED = "case.seated", "gave access"
    UNSEATED = "case.unseated", "ended access"
    TASK_SET = "case.task_set", "set a task"
    TASK_DONE = "case.task_done", "finished a task"
    REFERRED = "referrals.referred", "referred the patient"
    CLINIC_TIED = "referrals.tied", "let a clinic take part by its number"
    CLINIC_ENDED = "referrals.ended", "ended what the clinic sees"
    CLINIC_READS = "referrals.reads", "changed whether the clinic reads the report"
    NUMBER_MADE = "referrals.number_made", "made a number that ties patient and doctor"
    TREATING_NAMED = "referrals.treating_named", "sent the treating physician a link"
    TREATING_ENDED = "referrals.treating_ended", "ended the link of the treating physician"
    REPORT_ACKNOWLEDGED = "referrals.acknowledged", "acknowledged the report"
    FINDING_ADDED = "referrals.finding_added", "told what was found later"
    CONSENTED = "intake.consented", "agreed to the request"

    PARCEL_BEGUN = "parcels.begun", "began sending records"
    PARCEL_ARRIVED = "parcels.arrived", "sent records"
    IDENTITY_DECIDED = "parcels.identity_decided", "decided whose record it is"
    FILING_CHANGED = "parcels.filing_changed", "changed the filing of a record"
    RELEASE_SIGNED = "records.release_signed", "signed a release form"
    RELEASE_REVOKED = "records.release_revoked", "withdrew a release form"
    RECORDS_ASKED = "records.asked", "asked a provider for records"
    LINK_OPENED = "records.link_opened", "opened the upload link"
    PROVIDER_ANSWERED = "records.answered", "answered about the records"
    CHECKLIST_CHANGED = "records.checklist_changed", "changed the records checklist"

    CARD_SAVED = "billing.card_saved", "saved a card"
    CHARGE_QUEUED = "billing.charge_queued", "queued the charge"
    CHARGED = "billing.charged", "took the payment"
    CHARGE_REFUSED = "billing.charge_refused", "was told that the card was refused"
    WAIVED = "billing.waived", "waived the fee"
    INSTITUTION_BILLED = "billing.institution_billed", "billed the institution"
    REFUNDED = "billing.refunded", "refunded the payment"
    CARD_PAGE_LEFT = "billing.card_page_left", "left the card page without a card"
    PRICE_CHANGED = "billing.price_changed", "changed the price"
    PRICE_AGREED = "billing.price_agreed", "agreed to the price"
    INVOICED = "billing.invoiced", "sent an invoice"
    PAID_BY_HAND = "billing.paid_by_hand", "noted a payment by cheque or transfer"
    DISPUTED = "billing.disputed", "was told that the bank disputes the payment"
    ESTIMATED = "billing.estimated", "sent the estimate"
    PAYMENT_OVERDUE = "billing.overdue", "reminded of the payment"

    KEY_IMAGE_TAKEN = "opinions.key_image_taken", "took a key image"
    MESSAGE_SENT = "messaging.sent", "wrote a message"
    SNOOZED = "notices.snoozed", "put reminders off"
    WOKEN = "notices.woken", "let reminders go on"
    NOT_REACHED = "notices.not_reached", "could not reach somebody"
    EXPORTED = "exchange.exported", "downloaded the case"
    REPORT_DOWNLOADED = "exchange.report_downloaded", "downloaded the report"


FOR_ALL = frozenset(
    {
        Verb.OPENED,
        Verb.SUBMITTED,
        Verb.ACCEPTED,
        Verb.DECLINED,
        Verb.INFO_ASKED,
        Verb.INFO_GIVEN,
        Verb.FILE_COMPLETED,
        Verb.FILE_REOPENED,
        Verb.OFFER_ACCEPTED,
        Verb.MORE_ASKED,
        Verb.REVIEW_RESUMED,
        Verb.SIGNED,
        Verb.RELEASED,
        Verb.BOARD_ASKED,
        Verb.BOARD_ANSWERED,
        Verb.RETRACTED,
        Verb.ADDED_TO,
        Verb.VISIT_BOOKED,
        Verb.VISIT_ENDED,
        Verb.FOLLOWED_UP,
        Verb.ADDENDUM_ASKED,
        Verb.ADDENDUM_SPARED,
        Verb.CLOSED,
        Verb.WITHDRAWN,
        Verb.EXPIRED,
        Verb.CANCELLED,
        Verb.REOPENED,
        Verb.HELD,
        Verb.HOLD_ENDED,
        Verb.REFERRED,
        Verb.CLINIC_TIED,
        Verb.CLINIC_READS,
        Verb.CONSENTED,
        Verb.PARCEL_ARRIVED,
        Verb.RELEASE_SIGNED,
        Verb.RELEASE_REVOKED,
        Verb.RECORDS_ASKED,
        Verb.LINK_OPENED,
        Verb.PROVIDER_ANSWERED,
    }
)
"""What patient and referrer may read in the timeline."""

ABOUT_RECORDS = frozenset(
    {
        Verb.PARCEL_ARRIVED,
        Verb.RELEASE_SIGNED,
        Verb.RELEASE_REVOKED,
        Verb.RECORDS_ASKED,
        Verb.LINK_OPENED,
        Verb.PROVIDER_ANSWERED,
    }
)
"""These name who holds earlier records: only for those who may read the record."""

FOR_PATIENT = FOR_ALL | {
    Verb.CLINIC_ENDED,
    Verb.NUMBER_MADE,
    Verb.TREATING_NAMED,
    Verb.TREATING_ENDED,
    Verb.REPORT_ACKNOWLEDGED,
    Verb.FINDING_ADDED,
    Verb.CARD_SAVED,
    Verb.CHARGED,
    Verb.CHARGE_REFUSED,
    Verb.WAIVED,
    Verb.INSTITUTION_BILLED,
    Verb.REFUNDED,
    Verb.CARD_PAGE_LEFT,
    Verb.PRICE_CHANGED,
    Verb.PRICE_AGREED,
    Verb.INVOICED,
    Verb.PAID_BY_HAND,
    Verb.ESTIMATED,
    Verb.REPORT_READ,
    Verb.GLASS_BROKEN,
    Verb.ADDRESS_CHANGED,
    Verb.EXPORTED,
    Verb.REPORT_DOWNLOADED,
}
"""What the patient reads besides: her payments and what was taken from her case."""
