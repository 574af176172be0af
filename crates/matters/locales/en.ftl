### Matters: what residents ask for and report.

# Open311
open311-contact = For questions, turn to the office that runs this address, or report on its pages.
open311-key-service = The county's administrator gives out access tokens: say what the program is for; a member of staff who may enter matters asks for one. Send it as the api_key parameter or in an Authorization: Bearer header.
open311-promise = You hear from us within { $respond }; it is settled within { $resolve }.
open311-working-days = { $n ->
    [one] one working day
   *[other] { $n } working days
}
open311-working-hours = { $n ->
    [one] one working hour
   *[other] { $n } working hours
}
open311-working-minutes = { $n ->
    [one] one working minute
   *[other] { $n } working minutes
}
open311-unreadable = This request could not be read. Please check its encoding.
open311-no-format = There is no such address: { $value }. An address ends in .json or .xml.
open311-no-address = There is no such address: { $value }.
open311-no-jurisdiction = There is no such jurisdiction_id: { $value }.
open311-which-jurisdiction = Please say which county by jurisdiction_id: { $known }.
open311-no-service = There is no such service_code: { $value }.
open311-no-request = There is no such service_request_id: { $value }.
open311-no-token = There is no such token: { $value }.
open311-bad-date = { $parameter } must be a time with its offset, such as 2026-11-22T08:30:00+08:00, or a date alone.
open311-bad-number = { $parameter } must be a whole number from 1.
open311-bad-status = { $parameter } must be open or closed.
open311-bad-degrees = { $parameter } must be degrees in WGS-84.
open311-bad-link = { $parameter } must be an address that begins with http or https.
open311-dates-turned = start_date must not be later than end_date.
open311-dates-too-far = start_date to end_date may not span more than 90 days.
open311-too-many-ids = At most { $most } values of service_request_id can be asked for at once.
open311-key-missing = api_key is missing.
open311-key-wrong = This api_key is not valid, or no longer.
open311-key-elsewhere = This api_key may not enter matters in this county.
open311-no-form = Please send application/x-www-form-urlencoded or multipart/form-data.
open311-needed = { $parameter } is missing.
open311-no-location = The place is missing: please give lat and long, or address_string, or address_id.
open311-description-long = description and media_url together may hold at most { $most } characters.
open311-attribute-required = attribute[{ $attribute }] is missing; it must be answered.
open311-attribute-once = attribute[{ $attribute }] takes only one answer.
open311-attribute-line = attribute[{ $attribute }] takes a single line.
open311-attribute-number = attribute[{ $attribute }] must be a number.
open311-attribute-datetime = attribute[{ $attribute }] must be a time with its offset, such as 2026-11-22T08:30:00+08:00, or a date alone.
open311-attribute-value = attribute[{ $attribute }] must be one of the listed values.

## What actions refuse
matter-id-taken = This form has been used already. Reload the page and fill in a new one.
matter-step-now = This matter now stands at “{ $status ->
    [dispatched] { status-dispatched }
    [accepted] { status-accepted }
    [waiting] { status-waiting }
    [objected] { status-objected }
    [resolved] { status-resolved }
    [reopened] { status-reopened }
    [closed] { status-closed }
    [withdrawn] { status-withdrawn }
    [dismissed] { status-dismissed }
   *[received] { status-received }
 }”, so that is no longer possible. Reload the page to see the latest.
matter-step-party = This step is not yours to take. The page says who has the matter now.
matter-text-missing = Say in a sentence what it is about.
matter-text-long = That is too long: at most 2,000 characters for words, 200 for a place, 80 for a name.
matter-place-missing = Tell us where: tap the map, choose a place, or write a few words.
matter-phone-form = This telephone number does not look right. Please check it.
matter-email-form = This e-mail address does not look right. Please check it.
matter-key-form = The secret for the link is not well formed. Reload the page and try again.
matter-category-unknown = There is no such category. Choose another.
matter-coordinates-form = Give both: a longitude from -180 to 180 and a latitude from -90 to 90.
matter-attribute-required = This has to be answered.
matter-attribute-form = This answer does not fit the question. Follow the hint beside it.
matter-area-unknown = There is no such place, or it is not in this county. Choose another.
matter-unit-missing = Choose a unit of this county that is still at work.
matter-unit-same = This unit has the matter already. Choose another.
matter-reason-missing = Say why.
matter-reason-short = Say why you need to see it, in at least 4 characters. Your reason joins the audit trail.
matter-note-missing = Write a few words.
matter-note-unfilled = The template still has gaps in braces. Fill them in before sending.
matter-nothing-changed = Neither category nor place was changed.
matter-call-back-own = Somebody of another unit must call back: your own unit settled this.

# JSON interface
api-county-form = A county's code is six digits.
api-status-unknown = There is no such status; see those listed in the API document.
api-id-form = This must be a UUID.
api-order-unknown = The order is newest or due.
api-time-form = This must be a time with its offset, such as 2026-11-22T08:30:00+08:00.
api-channel-unknown = The channel is phone, visit, grid or api.
api-attributes-form = This must be an object of question codes and answers.
