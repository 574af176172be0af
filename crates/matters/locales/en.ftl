# General
comma = { ", " }
optional = (optional)
any = Any
copy = Copy
cancel = Do not enter it
photo = Photo
photos-add = Add photos
pages = Pages
pages-previous = Previous
pages-next = Next
pages-said = { $from }–{ $to }
form-errors = { $n ->
    [one] One thing to put right
   *[other] { $n } things to put right
}

# Statuses, ways in, parties
status-received = Not yet sent out
status-dispatched = Not yet taken
status-accepted = Being handled
status-waiting = Waiting
status-objected = Objected to
status-resolved = To be confirmed
status-reopened = Reopened
status-closed = Closed
status-withdrawn = Withdrawn
status-dismissed = Not accepted, with the reason
channel-web = Web page
channel-phone = Telephone
channel-visit = In person
channel-grid = Found on a round
channel-open311 = Another platform (Open311)
channel-api = Another platform (API)
party-reporter = Reporter
party-unit = Unit
party-dispatcher = Dispatcher
party-supervisor = Supervisor
party-staff = Entered by
party-program = Automatic
left-on-time = { $span } left
left-today = due at { $time }
left-overdue = overdue by { $span }
chip-climbed = now with { $unit }
chip-climbed-short = went up
chip-waiting = Clock resting, waiting for an answer
chip-resolved = Settled, to be confirmed
chip-confirmed = Confirmed as solved
chip-timed-out = Closed: no answer in time
due-unknown = the deadline
unit-none = the unit
title-private = (not public) { $category }

# What happened
step-report = It came in
step-dispatch = Sent to { $unit }
step-accept = { $unit } took it
step-object = The unit says it is not theirs; back to the dispatcher
step-ask = { $unit } asked the reporter something; the clock rests
step-pause = The clock rests
step-answer = The reporter answered; the clock runs on
step-resume = The clock runs on
step-note = A note
step-hand-over = Handed over to { $unit }; the promise stays
step-climb = Not settled in time: up to { $unit }
step-idle = Due, and nothing done
step-resolve = { $unit } says it is settled; the reporter has the word
step-confirm-solved = The reporter says it is solved
step-confirm-unsolved = The reporter says it is not solved; the supervisor gives it to another unit
step-time-out = Closed: no answer in time
step-withdraw = The reporter withdrew it
step-dismiss = Not accepted
step-correct = Category or place put right
own-report = You reported it
own-ask = { $unit } wants to ask you something; the clock rests
own-answer = You answered; the clock runs on
own-note = You added something
own-confirm-solved = You said it is solved
own-confirm-unsolved = You said it is not solved; the supervisor gives it to another unit
own-withdraw = You withdrew it
own-resolve = { $unit } says it is settled; you have the word
own-called-solved = Asked back, you said it is solved
own-called-unsolved = Asked back, you said it is not solved; the supervisor gives it to another unit
life-internal = Staff only
life-by-link = entered by staff for the reporter; done by link
life-next = Next:
life-because = { $what }: { $why }
life-who = { $name } ({ $party })
life-idle = idle for { $n } h
life-in-time = in time
life-late = late
next-received = A dispatcher decides by { $when } who gets it.
next-dispatched = { $unit } has to take it and contact the reporter by { $when }; otherwise it goes up a level by itself.
next-dispatched-own = { $unit } has to take it and get back to you by { $when }; otherwise it goes up a level by itself.
next-dispatched-top = { $unit } has to take it and contact the reporter by { $when }; no level is above, so it then counts as idle and the supervisor steps in.
next-dispatched-top-own = { $unit } has to take it and get back to you by { $when }; no level is above, so it then counts as idle and the supervisor steps in.
next-dispatched-top-late = { $unit } did not take it in time; no level is above, so at { $when } it counts as idle once more and the supervisor steps in.
next-dispatched-late = { $unit } did not take it in time; at { $when } it goes up a level by itself.
next-accepted = { $unit } is on it; not settled at { $when }, it goes up a level by itself.
next-accepted-top = { $unit } is on it; no level is above, so at { $when } it counts as idle and the supervisor steps in.
next-accepted-late = The promise is broken; at { $when } it goes up another level.
next-waiting = Waiting for the reporter's answer; the clock runs on at { $when } in any case.
next-waiting-own = Waiting for your answer; the clock runs on at { $when } in any case, and it is dealt with all the same.
next-objected = A dispatcher decides by { $when } whose it is.
next-resolved = The reporter says by { $when } whether it is solved; without an answer it closes by itself.
next-resolved-own = Please say by { $when } whether it is solved; without an answer it closes by itself.
next-reopened = The supervisor gives it to another unit by { $when }, not to the same one again.

# Start page
start-title = Start
start-heading = Say it once, see who is on it
start-lede = A street light, a ditch, a quarrel next door, a wasted trip to an office. No account, nothing to install.
start-serves = Matters in { $place } are handled here.
start-find = How far it has got, by its number
start-figures = How each town and village does; anybody can recompute it
start-categories = How soon you must hear back, for each kind of matter
start-counted = In the last 30 days { $received } came in, { $closed } of them are closed.
start-counted-more = How this is counted
start-how = What happens once you have sent it
start-how-say = You write one sentence and point at a place
start-how-say-more = You get a number and a link that only you have, at once
start-how-sent = It goes to the nearest unit that answers for it
start-how-sent-more = What a grid or village can settle is tried there first
start-how-climb = Not settled in time, it goes up a level by itself
start-how-climb-more = To the town, to the county; every step shows on your page
start-how-word = Whether it is solved is your word
start-how-word-more = Say no, and somebody else has to do it

# County and report
county-choose = In which county (city, district) is it?
county-all = Whole country
county-none = No places have been entered here yet.
county-next = Next
county-ask-province = Province
county-ask-city = City or prefecture
county-ask-county = County, city or district
report-where-first = First, where is it?
report-title = What would you like to report?
report-lede = One sentence is enough; the responsible unit in { $county } deals with it. You are told at once who that is and when you will hear back.
report-text = What is it?
report-text-hint = Say where and what is wrong. Example: the second street light at the village entrance has been dark for three days.
report-where = Where is it?
report-where-hint = One of these ways is enough.
report-place = Describe the place
report-place-example = Example: in front of the bank; by the ditch of group three
report-spoken = It seems to be in { $place }. Is that right?
report-spoken-yes = Yes
report-spoken-no = No, elsewhere
report-spoken-which = Say whether the place is right.
report-locate = Use where I am now
report-map = Point on the map
report-point-taken = The point on the map is kept.
report-list = Choose from the list
report-list-none = None
report-list-next = One step further down
report-list-again = Choose again
report-photos = Take a photo
report-photos-hint = Up to 9, each up to 20 MB. Where and when it was taken is removed before we keep it.
report-more = Leave a phone number or name, choose a category (all optional)
report-phone = Mobile number
report-phone-hint = So that we can ask you. Only those on this matter can see it, with a reason every time.
report-name = What may we call you?
report-address = Exact address
report-address-hint = House, building and unit go here. Kept encrypted, never published.
report-private = Do not publish what I wrote; only those who handle it may read it
report-category = Which kind?
report-category-hint = You need not choose; we go by your words.
report-category-auto = Go by my words
report-send = Send
report-promise = You get a number and a link, can follow it at any time, and can withdraw it.

# My matter
mine-new = It is with us. Please note the number or keep the link below; you can follow it at any time.
mine-said-answer = Your answer is with the unit; the clock runs on.
mine-said-note = What you added is with the unit.
mine-said-solved = Closed, as you said. Thank you for telling us.
mine-said-unsolved = It is with the supervisor, who gives it to another unit.
mine-said-withdraw = It is withdrawn. Nobody will contact you about it any more.
mine-title = My matter
mine-holder = { $unit } has it now.
mine-asked = The unit would like to know
mine-answer = Your answer
mine-answer-send = Tell them
mine-reply = What { $unit } says
mine-solved = Is it solved?
mine-solved-hint = It is your word. If you say no, another unit has to do it, not the same one.
mine-satisfied = Are you satisfied?
mine-comment = Anything else
mine-confirm-send = Tell them
mine-once = You are asked only once. Without an answer it closes by itself after { $day }.
solved-yes = It is solved
solved-no = It is not solved
satisfied-yes = Satisfied
satisfied-no = Not satisfied
mine-life = How far it has got
mine-link = Your link
mine-link-hint = Anyone with this link can read everything here. Do not post it in a group.
mine-print = You can also print this page or copy the link by hand.
mine-written = What you wrote
mine-contact = Your phone
mine-add = Add a word or a photo
mine-add-text = What would you like to add?
mine-add-send = Add it
mine-withdraw = No longer needed: withdraw
mine-withdraw-hint = Once withdrawn it is over and cannot come back; report again if you need to.
mine-withdraw-why = Why
mine-withdraw-send = Withdraw it

# Find
find-county = County, city or district
find-number = Number, or your link
find-number-hint = A number like 261122-048213; you were given it when you reported.
find-send = Look it up
find-result = How it stands
find-status-only = A number shows only how far it has got. Words, photos and replies are behind the link you were given.
find-nothing = Nothing was found. Please check the number and the county, or open your link.
find-lost = I have lost my link
find-lost-hint = Contact the office that handles it with the number and the phone number you left; they check and tell you how it stands. If you left no phone number, report again and name the old number.

# A matter
matter = Matter
matter-number = Number
matter-category = Category
matter-place = Place
matter-spoken = Place in the words
matter-spoken-place = Seems to be { $place }: please check
matter-received = Came in
matter-now = Now
matter-words = The reporter's words
matter-words-sealed = The reporter asked for these words not to be public, or this kind of matter never is. To read them, open them under "Contact" with a reason.
matter-acts = What can be done
matter-no-acts = There is nothing for you to do here now.
matter-life = What happened
matter-map = Where it is
matter-contact = Contact
matter-holder = { $unit } has it now; { $first } took it first and stays responsible for the answer.
matter-holder-same = { $unit } has it now and is responsible for the answer.
matter-holder-none = No unit has it yet.
matter-channel = Came by
matter-hops = Went up by itself
matter-reopened = Reopened
matter-objections = Objections
matter-times = { $n ->
    [one] once
    [2] twice
   *[other] { $n } times
}
matter-level = Level now
matter-due-respond = To be taken by
matter-due-resolve = To be settled by
matter-due-climb = Goes up at
matter-due-idle = Counts as idle at
matter-due-decide = To be sent out by
matter-resolved-at = Said to be settled
matter-closed-at = Closed
level-1 = Province
level-2 = City
level-3 = County
level-4 = Town
level-5 = Village
level-6 = Grid
level-7 = Micro-grid
matter-solved-missing = Please choose "solved" or "not solved".
personal-open = Open
personal-why = Why do you need to see it?
personal-why-hint = It goes on record, and the reporter may ask who has looked. Example: checking the address before a visit.
personal-opened = Opened; your reason is on record. It is masked again once you leave this page.
personal-none = The reporter left no contact details.
personal-name = Name
personal-phone = Phone
personal-email = E-mail
personal-address = Address
personal-text = Words
personal-kept = kept encrypted

# Steps
act-dispatch = Send it out
act-dispatch-hint = Look first at who answers for this kind on the duty lists. The promise does not move when it is sent elsewhere.
act-dispatch-button = Send to this unit
act-dispatch-said = Sent out; the unit has to take it now.
act-accept = Take it
act-accept-hint = Speak to the reporter first, then take it. Write what was said; the reporter reads it.
act-accept-button = Take it and start
act-accept-said = Taken. Please write a reply when it is settled.
act-object = Not ours: send it back
act-object-hint = One step back, a dispatcher decides; the reporter reads the reason.
act-object-button = Back to the dispatcher
act-object-said = Sent back; a dispatcher decides whose it is.
act-ask = Ask the reporter
act-ask-hint = The clock rests until they answer, for seven days at most.
act-ask-button = Send the question
act-ask-said = The reporter has been asked; the clock rests.
act-pause = Let the clock rest
act-pause-hint = Only for a reason that can be named, such as material or weather; the reason is public.
act-pause-button = Let it rest
act-pause-said = The clock rests; the reason is on record.
act-resume = Run the clock on
act-resume-hint = No more waiting: the clock runs on from now.
act-resume-button = Run on
act-resume-said = The clock runs on.
act-note = Add a note
act-note-hint = Write how it is going. The reporter reads it unless you tick the box.
act-note-button = Add it
act-note-said = The note is there.
act-note-internal = For staff only
act-hand-over = Hand over to another unit
act-hand-over-hint = Who took it first stays responsible for the answer, and the promise does not move; the reporter reads the reason.
act-hand-over-button = Hand over
act-hand-over-said = Handed over; the unit has to take it now.
act-resolve = Settled: reply
act-resolve-hint = Write what was done and when. It counts as settled once the reporter says so.
act-resolve-button = Reply and wait for their word
act-resolve-said = The reporter has your reply and has the word now.
act-dismiss = Do not accept
act-dismiss-hint = Say why, and who can help instead. The reporter reads it.
act-dismiss-button = Tell the reporter
act-dismiss-said = The reporter has been told why.
act-correct = Put the category right
act-correct-hint = If the category is wrong; the deadlines of the right one count from the start.
act-correct-button = Put it right
act-correct-said = Put right.
act-call-back = Call back
act-call-back-hint = Ring the reporter and write down what they say.
act-call-back-button = Keep their answer
act-call-back-said = The reporter's answer is on record.
act-unit = To which unit?
act-unit-none = Choose a unit
act-units-duty = Answers for this kind on the duty lists
act-units-other = Other units
act-note-label = Note
act-note-or-photos = (may be left out with photos)
act-reply-label = Reply
act-question-label = Question
act-reason-label = Reason
act-comment-label = What they said
act-templates = Words to start from (fill in the braces)
act-template-use = Use it

# Inbox
inbox-title = Inbox
inbox-tabs = Which matters
inbox-tab-todo = To do
inbox-tab-overdue = Overdue
inbox-tab-waiting = Waiting for the reporter
inbox-tab-over = Closed
inbox-tab-open = Open
inbox-tab-all = All
inbox-search = Search
inbox-search-example = Words, number or phone
inbox-more = More
inbox-status = Status
inbox-area = Place
inbox-area-all = Everywhere
inbox-order = Order
inbox-order-due = Due first
inbox-order-new = Newest first
inbox-due-over = Overdue
inbox-due-today = Due today
inbox-due-tomorrow = Due tomorrow
inbox-due-week = Due within seven days
inbox-due-later = Due later
inbox-due-rests = Clock stopped
inbox-due-none = No deadline
inbox-go = Search
inbox-applied = Only:
inbox-take-off = , take this off
inbox-take-off-all = Take all off
inbox-count = Matters: { $n }
inbox-words-since = There are too many matters to read all: words were looked for in what came in since { $date }. To look further back, choose months or a smaller place first.
inbox-empty = Nothing here now
inbox-empty-how = What is reported in your place and of your kind will appear here.
inbox-empty-filtered = Nothing fits. Take one condition off and look again.
inbox-pane = The matter
inbox-pane-empty = Choose a matter on the left to read and handle it here; j and k move up and down.
inbox-export = Export
csv-standing = Deadline
csv-text = Words (empty where not public)
csv-unit = Unit
csv-first-unit = Took it first
keys = Keys
keys-move = Next, previous
keys-open = Open it
keys-act = Go to the form
keys-search = Search
keys-help = Show or hide this list

# Entering for somebody
enter-title = Enter a matter
enter-lede = For someone who called or came, or for what you found on your round. Tell them the number.
enter-county = County, city or district
enter-channel = How did it come in?
enter-text = What is it?
enter-send = Enter it
entered-said = It is entered. Please tell the reporter the number.
entered-link = The reporter's link
entered-link-hint = Shown on this page only, once. Write it down for them or send it to them alone.
entered-open = Open the matter
entered-again = Enter another

# Map
map-title = Map of matters
map-lede = { $shown } open matters are on the map; { $hidden } more have no point and are in the inbox.
map-list = The same as a list
map-places = Choose a place
map-opening = The map is opening.
map-new = Not yet taken
map-on-time = On time
map-caption = The number in a circle is how many are there; press it to come closer.

# Categories
categories-title = Categories and deadlines
categories-lede = For each kind of matter: how soon you hear back, how soon it must be settled, and who tries first.
categories-basis = The deadlines are defaults that can be set by local rules; "basis" says where a default comes from. A working day has 8 hours; holidays and make-up workdays are those of the State Council.
category-private = not public
category-holds = What belongs to it
category-changed = set locally
limit-respond = Taken within
limit-climb = Goes up after
limit-resolve = Settled within
limit-first = Tries first
limit-basis = Basis
limit-respond-within = To be taken within
limit-climb-within = One level may hold it for
limit-resolve-within = To be settled within
limit-working = Only working hours count
limit-private = What is said is not public
limits-change = Change the deadlines
limits-why = By which document or decision
limits-save = Save
limits-saved = The deadlines of { $name } are changed and on record. They hold for what comes in from now on; matters under way keep the deadlines they started with.
limits-order = Deadlines go from short to long: taken no later than it goes up, and that no later than settled.
limit-calendar = every hour counts, day and night
limit-public = what is said is public
limits-same = This is what holds already: nothing was changed.
limits-built-in = built in: { $span }
limit-in-days = days
limit-in-hours = hours
limit-in-minutes = minutes
limits-unit = { $what }: unit
limits-number = Write a whole number and choose minutes, hours or days.
limits-day = A day is 24 hours; where only working hours count, it is one working day of 8 hours.
limits-built-in-boxes = Built in: { $time }; { $words }
limits-was = (built in: { $span })
limits-when = It holds at once for what comes in. Matters under way keep the deadlines they started with.
categories-of = This is what holds in { $county }. Each county may decide for itself; where it did not, the built-in values hold. Matters under way go by what held when they came in, whatever is changed later.
limits-range = A deadline lies between one minute and one year.
span-working-days = { $n ->
    [one] 1 working day
   *[other] { $n } working days
}
span-working-hours = { $n ->
    [one] 1 working hour
   *[other] { $n } working hours
}
span-working-minutes = { $n } min (working hours)
span-days = { $n ->
    [one] 1 day
   *[other] { $n } days
}
span-hours = { $n ->
    [one] 1 hour
   *[other] { $n } hours
}
span-minutes = { $n } min

# Personal data
privacy-lede = You can report without saying who you are. What you choose to leave is used for this one matter only.
privacy-min-head = Only what is needed
privacy-min = Only "what" and "where" have to be filled in. Without a name, phone number or address it is dealt with just the same.
privacy-keep-head = How it is kept
privacy-keep = Phone, name, e-mail, address and words you asked not to publish are encrypted. They are masked on the screen; staff who need them give a reason, and every look is recorded.
privacy-photo-head = Photos
privacy-photo = Place, time and the kind of phone are removed before a photo is kept. Only you and those on the matter can open it; a link to it ends within the hour.
privacy-link-head = Your link
privacy-link = Your link is the key. We keep only its fingerprint: once lost, nobody can bring it back.
privacy-long-head = How long
privacy-long = Until it is no longer needed to deal with the matter and answer for it; the office sets the years by the rules for records. The audit trail is kept for at least one year.
privacy-rights-head = Your rights
privacy-rights = You may see it, have a copy, have it put right, ask for it to be deleted, and ask who has looked at it. Add a word by your link or contact the office; where we cannot do as you ask, we say why.
privacy-not-head = What we never do
privacy-not = No face recognition, no tracking of people, no scores of residents, no selling or sharing, no advertising, no outside statistics scripts.
privacy-table = What is kept, why, and who can see it
privacy-what = What
privacy-why = Why
privacy-who = Who can see it
held-text = Your words, the place, photos
held-text-why = Nobody can deal with what they do not know
held-text-who = Staff who may see the matter; what is not public only with a reason
held-phone = Phone, name, e-mail
held-phone-why = To ask you and to call you back
held-phone-who = Those on the matter, with a reason, on record
held-address = Exact address
held-address-why = For a visit
held-address-who = The same
held-event = Who did what and when
held-event-why = So that you can see it, and to compute the public figures
held-event-who = You and staff who may see the matter; the public figures hold only numbers

# For programs
api-lede = Other programs can report matters, follow them and take the public figures.
api-own = Lianxin's own interface
api-own-how = JSON with a personal access token (made under "My account" once signed in). It may do what you may do; errors are explained as in RFC 9457.
api-open311 = The international interface for service requests; existing clients can connect. Reading public matters needs no token, reporting does.
api-figures = Public figures
api-figures-how = Rates of response, solution and satisfaction and more, as tables; every number can be computed again from what happened.

# Design system
design-lede = Every part that pages are made of, on one page: the real parts, not pictures.
design-status = Status
design-tag = Tag
design-buttons = Buttons
design-main = The main step
design-second = Second
design-quiet = Quiet
design-pressed = Pressed
design-disabled = Not now
design-notices = Notices
design-notice = A plain sentence that interrupts nobody.
design-form = Form
design-empty = Empty list
design-icons = Icons

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
open311-too-many = { $parameter } may list at most { $most } at once.
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
matter-text-long = That is too long: at most 4,000 characters for words, 200 for a place, 80 for a name.
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
api-field-unknown = There is no such field; see the names in the API document.
api-field-missing = This field is needed.
api-field-form = This has the wrong type or form; see the API document.
api-body-json = The body is not JSON: it cannot be read at line { $line }, byte { $column }.
api-body-form = The body must be a JSON object; see its fields in the API document.
api-query-form = The parameters of the address cannot be read; see the API document.

## Figures (figures/)

figures-title = Figures
figures-heading = { $area }: how { $period } went
figures-lead = Every number is counted from the record of what happened to each matter; anyone with the record can count again.
figures-staff-lead = Counts only the places your posts cover. Open a number received to see the matters behind it.
figures-public = Public page
figures-everywhere = Everywhere
figures-month = { $month }/{ $year }
figures-period = { $from } to { $to }
figures-path = Area
figures-periods = Period
figures-places = My places
figures-this-month = This month
figures-last-month = Last month
figures-this-year = This year
figures-twelve-months = Last twelve months
figures-from = From
figures-to = To
figures-look = Show
figures-more-filters = More filters
figures-all = All
figures-as-of = Counted at { $time }.
figures-open = This period is not over: what is still being worked on has its result later, so the numbers will change.
figures-method-link = How each number is computed
figures-matters = matters
figures-received = Received
figures-closed = Closed
figures-closed-of-them = { $n } of them closed
figures-response = Answered in time
figures-solved = Solved
figures-satisfied = Satisfied
figures-dispatched = Answered or due to be
figures-called-back = Called back
figures-of = { $hits } of { $n }
figures-sample = { $sample }. Allowing for chance, about { $interval } in every 100
figures-thin = Sample too small
figures-held = { $n } in all: how many of them is not told, since that could tell who
figures-median-resolution = Time to settle (median)
figures-resolved-n = { $n } matters, from dispatch to settled
figures-month-before = the month before
figures-month-before-so-far = the same days of the month before
figures-months-before = the { $n } months before
figures-months-before-so-far = the same days of the { $n } months before
figures-same = The same as { $than }
figures-more = { $n } more than { $than }
figures-less = { $n } fewer than { $than }
figures-higher = { $n } percentage points above { $than }
figures-lower = { $n } percentage points below { $than }
figures-overlapping = { $change }; the intervals overlap, so this may be chance
figures-change-thin = Not compared with { $than }: sample too small
figures-flow = Received and closed each month
figures-flow-hint = by the month of receipt; closed are those received that month and closed by now
figures-rates = Answered in time, solved and satisfied each month
figures-rates-hint = months with fewer than 30 are left blank
figures-by-month = Month by month
figures-by-area = By area
figures-by-category = By category
figures-category-county = Here only how many came in of each kind; how they went is on the pages of counties.
figures-by-unit = By unit
figures-month-column = Month
figures-area = Area
figures-category = Category
figures-unit = Unit
figures-area-rest = In none of these
figures-unit-none = No unit yet
figures-category-private = All others (kinds not published, and rare ones)
figures-size = Number
figures-share = Share
figures-bar = Bar
figures-interval = 95% interval
figures-climbed = Climbed
figures-reopened = Reopened
figures-mean-resolution = Mean time to settle
figures-show = Which rate
figures-unranked = Listed by code or name, never by rate. Rankings are off until an administrator switches them on under an approval.
figures-thin-rows = Sample too small or not told, not ranked (fewer than 30, or would tell of fewer by subtraction)
figures-apart-none = All 95% intervals overlap one another: no row can be called higher than another.
figures-apart = Of { $pairs } pairs, { $apart } have 95% intervals that do not overlap; of the others neither can be called higher.
figures-csv = Download table (CSV)
figures-empty = No matters in this period
figures-empty-hint = Once something is reported, it is counted here by area and by category.
figures-stretches = How long each stretch took
figures-stretch = Stretch
figures-median = Median
figures-mean = Mean
figures-stretch-dispatch = From receipt to dispatch
figures-stretch-response = From dispatch to first response
figures-stretch-resolution = From dispatch to settled
figures-stretch-closing = From receipt to close
figures-levels = Where it was settled ({ $n } in all)
figures-level = Level
figures-level-micro-grid = Micro-grid
figures-level-grid = Grid
figures-level-village = Village or community
figures-level-town = Town
figures-level-county = County and above
figures-settled-at = Settled at: { $level }
figures-closers = Who closed it ({ $n } in all)
figures-closer = Who
figures-closed-reporter = The reporter's own word
figures-closed-call-back = The reporter's word when called back
figures-closed-time-out = No answer in time, closed by itself
figures-closed-entered = Of the closings by the reporter's own word, { $n } are of matters that staff entered: the link passed through their hands first, so they are told apart.
figures-code = Code
figures-csv-hits = { $rate }: counted
figures-csv-sample = { $rate }: out of
figures-csv-low = { $rate }: 95% interval, low (%)
figures-csv-high = { $rate }: 95% interval, high (%)
figures-csv-mean = { $stretch }: mean (seconds)
figures-climbs = Times climbed
figures-unsolved = Times "not solved"
figures-withdrawn = Withdrawn
figures-dismissed = Not taken up
figures-month-form = Write a month as 2026-09.
figures-period-long = At most 24 months at once.
figures-method-title = How each number is computed
figures-method-lead = These numbers are counted from the record of each matter; none is reported by anyone. A matter belongs to the month it was received in (China time), whatever becomes of it later.
figures-method-received = Everything received in the period, whichever way it came and wherever it stands now. Closed are those the reporter confirmed, or that closed by themselves when nobody answered in time; withdrawn matters and those not taken up are not closed.
figures-method-response = Answered in time = first response in time ÷ dispatched matters that were answered or whose time to answer has run out. A response is a unit taking the matter and speaking to the reporter. Matters still within that time are not judged yet; a response after the next level took over is not in time.
figures-method-solved = Solved = answers "solved" ÷ all answers when called back. All answers = the times somebody said "not solved", which reopens the matter, plus the matters that ended as "solved". A matter that was first not solved and then solved counts twice in the sample and once above it. Those who never answered are not in the sample.
figures-method-satisfied = Satisfied = matters that ended as "satisfied" ÷ all answers when called back, the same sample as for solved. "Solved" without a word about satisfaction is not counted as satisfied.
figures-method-interval = Each rate stands beside its sample and its 95% interval, the score interval of Wilson (1927). The more matters, the narrower. Where two intervals overlap, neither can be called higher.
figures-method-ranking-title = No ranking
figures-method-ranking = A sample under 30 shows no rate, is listed apart and is compared with nothing. All other rows are in the order of their codes or names. Rankings need an approval's reference and an administrator who switches them on; they are off.
figures-method-stretches = Times are calendar times, nights and holidays included. The median is the time of the matter in the middle when all are put in order (of two in the middle, the shorter); the mean is all times added up and divided by their number. Settled means the last time a unit said so. Medians are rounded down: to minutes within an hour, to hours within two days, to days beyond.
figures-method-levels-title = Where settled, climbed, reopened
figures-method-levels = Counted at the level of the unit that last said it was settled; once the reporter says it is not solved, it no longer counts there. Climbed are matters the next level took over at least once because time ran out; reopened are those of which the reporter said "not solved" at least once.
figures-method-units = A matter counts for the unit that first took it and stays responsible for the answer; before any took it, for the unit it was sent to.
figures-method-private-title = Private matters
figures-method-private = Matters whose content is not public are only counted, never listed. On public pages below the county these kinds, and kinds with fewer than 3 matters, are one row. Of a sample under 30 only its size is told, not how many were solved or satisfied, so that nobody can see how one person answered; what is covered cannot be subtracted from a total: in a table, rows are covered until they have 30 together, and what the table above covers, the page of the place does not tell either. How each kind went is told on the pages of counties only. Below villages no figures are public.
figures-method-again-title = Count again yourself
figures-method-again = Every table can be downloaded with what each rate was counted from and out of. Numbers on a page are at most some minutes old; the page says when they were counted.
audited-matter-report = Took in a matter
audited-matter-dispatch = Sent to a unit
audited-matter-accept = Took it on
audited-matter-object = Objected to the unit
audited-matter-ask = Asked the reporter
audited-matter-pause = Paused the clock
audited-matter-answer = The reporter answered
audited-matter-resume = Started the clock again
audited-matter-note = Added a note
audited-matter-hand-over = Handed over
audited-matter-climb = Climbed a level
audited-matter-idle = Due, and nothing done
audited-matter-resolve = Resolved
audited-matter-confirm-solved = Confirmed as solved
audited-matter-confirm-unsolved = Said to be unsolved
audited-matter-time-out = Closed: no answer in time
audited-matter-withdraw = Withdrawn by the reporter
audited-matter-dismiss = Not accepted
audited-matter-correct = Corrected
audited-matter-open-personal = Opened personal data
audited-matters-find-phone = Searched matters by telephone
audited-matters-export = Exported a list of matters
audited-category-limits = Changed time limits
audited-figures-export = Exported figures

# The page for work without signal
field-title = Out and about
field-lead = Works without signal. What you note is sent by itself when the signal is back, each once.
field-app-name = Lianxin out and about
field-no-script = This page needs the browser's scripts. Without them, use the inbox.
field-none = Nothing to work on at hand.
field-online = Online, updated { $when }
field-offline = No signal. What you note stays on the phone and is sent by itself later.
field-sending = Sending { $n }…
field-waiting = { $n } not sent yet
field-all-sent = Everything has arrived
field-signed-out = Sign in once more to send and update. Nothing you noted is lost.
field-other-account = Another account has { $n } unsent entries on this phone; please let that colleague sign in once.
field-limited = Too fast; it goes on in a moment.
field-done = Arrived
field-already = Had arrived before
field-merged = The matter had moved on; your words and photos became a note
field-refused = Could not be taken; kept on the phone
field-queued = Waiting for signal
field-taken-at = On site { $when }
field-back = Back to the list
field-find-title = Note something new
field-find-hint = A hazard you saw, a trouble somebody told you about.
field-find-text = What is it
field-find-place = Where (so that others find it)
field-find-area = Village, community or grid
field-find-category = What kind
field-find-category-none = Leave it to the program
field-find-button = Note it
field-locate = Add where I am now
field-located = Position noted
field-not-located = No position could be had
field-words-missing = Write a few words first
field-new = New
field-life = What happened
field-outbox = On the phone, not sent yet
field-drop = Do not send, delete
field-again = Try again
field-copy = Copy the words
field-photos-count = { $n } photos
field-log = Arrived lately
field-drop-sure = Deleted, it cannot be found again. Really not send it?
field-more = Only the 100 most urgent were taken along; the rest is in the inbox.
field-wipe = Clear what is on this phone
field-wipe-hint = Before you change or lend the phone. Unsent entries are cleared as well.
field-wiped = Cleared
field-step-unknown = This step needs signal; use the inbox.
life-made-at = noted on site { $when }
