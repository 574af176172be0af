program-name = Lianxin
skip-to-main = Skip to the main text
nav-main = Main menu
nav-menu = Menu
nav-report = Report something
nav-find = Follow a report
nav-figures = How it is going
nav-sign-in = Staff sign-in
nav-inbox = Inbox
nav-map = Map
nav-areas = Areas and grids
nav-organisations = Organisations and duties
nav-posts = Posts and sign-ins
nav-categories = Categories
nav-audit = Audit trail
demo-line = Demo data: the organisations, accounts, matters and places here are generated and describe nothing real.
foot-privacy = How personal data is used
foot-api = Open interface
foot-design = Design system
look-elder = Large type
look-dark = Dark
time-just-now = just now
time-ago = { $span } ago
time-days = { $n ->
    [one] 1 day
   *[other] { $n } days
}
time-hours = { $n ->
    [one] 1 hour
   *[other] { $n } hours
}
time-minutes = { $n ->
    [one] 1 minute
   *[other] { $n } minutes
}
role-grid-worker = Grid worker
role-contact-household = Contact household
role-unit-handler = Handler of a unit
role-dispatcher = Dispatcher
role-supervisor = Supervisor
role-secretary = Secretary
role-administrator = Administrator
role-auditor = Auditor
problem-title = That did not work
problem-home = Back to the start page
problem-not-found = This page or matter was not found. The address may be mistyped, or it is not yours to see.
problem-forbidden = Your present post does not allow this. If it should, ask an administrator to change your post.
problem-sign-in = Please sign in first.
problem-sign-in-failed = The sign-in did not work: the login, the password or the code is wrong. After 5 failures in a row you have to wait 15 minutes.
problem-invalid = A few things need a change. Please correct them and send the form again.
problem-failed = Something went wrong on our side, and what you entered was not saved. We have made a note of it; please try again in a while.
problem-method = This address cannot be used in this way.
problem-too-large = This is too much. Please shorten it and send it again.
problem-unreadable = What was sent could not be read. Please go back and send it again.
problem-form-expired = This page was open for too long, or you changed accounts. Please go back, reload the page and send it again.
problem-form-elsewhere = This form did not come from a page of this site, so it was not accepted.
photo-too-large = A photo may have at most 20 MB.
photo-too-many = At most 9 photos at a time.
account-login-form = A login has 2 to 40 small letters, digits, dots, hyphens or underscores.
account-login-taken = This login is already taken.
account-name-missing = Enter a name of at most 60 characters.
account-county-form = A county code has 6 digits.
account-password-wrong = The present password is not right.
account-code-wrong = The code is not right. Enter the 6 digits that your phone shows now.
account-factor-already = Two-step sign-in is on already. For a new phone, ask your administrator to reset your password.
token-name-missing = Give the token a name of at most 60 characters.
password-too-short = A password has at least 10 characters.
password-is-login = The password may not be the same as the login.
password-too-common = This password is too common. Choose one that others cannot guess.
password-one-class = Use two kinds of characters in the password, such as letters and digits.
photo-empty = This photo is empty.
photo-wrong-kind = Only JPEG, PNG or WebP photos are accepted.
photo-too-many-pixels = This photo has too many pixels. Please make it smaller and send it again.
photo-cut-short = This photo did not arrive whole. Please choose it again.
photo-damaged = This photo cannot be opened. Please choose another.
script-copied = Copied
script-copy-selected = Selected: now press copy
script-draft-restored = Your draft is back: what you had not sent yet.
script-draft-drop = Start afresh
script-photos-chosen = Photos chosen: { $n } of at most { $most }.
script-photos-too-large = Too large and left out: { $n }.
script-photos-too-many = Too many and left out: { $n }.
script-photo-remove = Remove
script-photo-remove-named = Remove the photo { $name }
script-place-locating = Finding where you are…
script-place-found = Your position is noted, to about { $metres } m.
script-place-picked = Position taken from the map ({ $lon }, { $lat }).
script-place-refused = Your browser was not allowed to tell the position. Writing the place is enough.
script-place-slow = Finding the position took too long. Writing the place is enough.
script-place-unknown = Your position cannot be found just now. Writing the place is enough.
script-map-title = Map
script-map-zoom-in = Zoom in
script-map-zoom-out = Zoom out
script-map-marker = Position
script-map-close = Close
script-map-opening = Opening the map…
script-map-unopened = The map did not open: press again
script-chart-none = no figure
