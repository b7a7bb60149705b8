# Words of the dashboard. Numbers arrive already written for English.

## Frame
skip = Skip to content
brand-label = Limpide, home
nav-label = Main navigation
crumbs-label = Breadcrumb
other-language = Français
sign-out = Sign out
foot = Limpide · model
synthetic = Synthetic data
synthetic-words = The clients and their files are invented.
role-adviser = Relationship manager
role-client = Client
role-analyst = Analyst
role-auditor = Auditor
role-admin = Administrator

## Signing in
sign-in = Sign in
sign-in-fault-page = Sign-in refused
sign-in-fault = Wrong username or password.
sign-in-locked = { $n ->
    [one] Too many failed attempts under this username. Try again in a minute.
   *[other] Too many failed attempts under this username. Try again in { $count } minutes.
}
sign-in-with = Sign in with { $provider }
provider-down = The sign-in service does not answer. Try again in a moment, or sign in with a password.
provider-stale = This sign-in was started elsewhere, took too long or was used already. Start again.
provider-denied = The sign-in service did not let you in. Start again, or sign in with a password.
provider-untrusted = The sign-in service’s answer could not be trusted. Start again; if it happens again, tell the administrator.
provider-unknown = You are signed in there, but no account here is open to you. Tell the administrator.
username = Username
password = Password

## List of clients
clients = Clients
search-heading = Find a client
client-number = Client number
search = Search
search-clear = Clear
search-digits = A client number is made of digits only.
column-client = Client no.
column-risk = Risk of default
column-distance = Distance to threshold
column-decision = Recommendation
clients-all = { $n ->
    [0] No client in the portfolio.
    [one] One client in the portfolio.
   *[other] { $count } clients in the portfolio. Here are a few; search by number to find the others.
}
clients-found = { $n ->
    [0] No client has a number that starts like this.
    [one] One client found.
   *[other] { $count } clients found.
}
clients-more = The first { $count } clients whose number starts like this; add digits to narrow down.
points = { $points } pts

## A client
client-title = Client N° { $client }
number-sign = N°
own-title = My application
print = Print report
decision = Recommendation
own-decision = Result
risk = Risk of default
gauge-words = Estimated risk of default { $risk }, for a decision threshold of { $threshold }. { $verdict }.
decision-granted = Approval suggested — risk below threshold
decision-refused = Decline suggested — risk above threshold
decision-review = To be reviewed — risk close to threshold
decision-granted-short = Approve
decision-refused-short = Decline
decision-review-short = Review
own-granted = The estimated risk is below the accepted threshold
own-refused = The estimated risk is above the accepted threshold
own-review = A person will review your application
advice = The model advises; you decide. Record your reasons if you depart from it.
own-advice = This result is an estimate. Your relationship manager can go over it with you and correct an inaccurate item.
distance = Distance to the threshold
distance-below = { $apart } below
distance-above = { $apart } above
margin = Margin of the estimate
margin-words = from { $low } to { $high }
simulate = Run a what-if

## What explains the result
drivers = What drives this result
drivers-words = Starting from the average applicant, each factor moves the estimated risk up or down.
legend-label = Legend
raises = Raises risk
lowers = Lowers risk
threshold = Decision threshold
chart-keys = Arrow keys walk through the chart; the table below holds the same values.
as-table = View as table
column-factor = Factor
column-effect = Effect (points)
column-after = Estimated risk
reasons = The reasons, in plain words
reasons-words = The main factors and what they change in the estimated risk, in percentage points.
reasons-against = What raises the risk
reasons-favour = What lowers the risk
reasons-none = No notable factor.
detail = The data behind this factor
detail-show = Show these data
detail-features = The items that make up the factor
detail-others = { $n ->
    [one] One other item of the same factor weighs less.
   *[other] { $count } other items of the same factor weigh less.
}
detail-source = Where this item comes from:
detail-formula = The exact formula
column-information = Item
column-value = Value
column-effect-on-risk = Effect
rows-none = { $label }: no rows.
rows-some = { $label }: the { $shown } most recent of { $total }.
rows-all = { $label }: { $total }.

## Comparison with others
comparison = How the client compares
comparison-feature = Item
comparison-with = Plot against
comparison-with-none = Nothing
comparison-among = Compare with
among-all = All clients
among-similar = Similar clients
comparison-weightiest = What weighs most
comparison-few = a few
comparison-missing = { $n ->
    [one] The item is missing for one client.
   *[other] The item is missing for { $count } clients.
}
comparison-unknown = Other clients’ values of this item are not kept. Choose another one.
mark-client = This client
mark-own = You
show = Show
column-clients = Clients
cloud-levels = From fewest to most clients
cloud-rows = Where most clients are

## Similar clients
similar = Similar clients
own-similar = Clients like you
similar-defaults = { $n ->
    [0] None had serious difficulties.
    [one] One had serious difficulties.
   *[other] { $count } had serious difficulties.
}
similar-repaid = { $n ->
    [0] None repaid.
    [one] One repaid.
   *[other] { $count } repaid.
}
similar-unknown = { $n ->
    [one] For one, it is not known yet.
   *[other] For { $count }, it is not known yet.
}
similar-decisions = What the model suggests for them: approval for { $granted }, decline for { $refused }, a person’s look for { $review }.
similar-rows = The most similar, one by one
column-alike = Likeness
column-outcome = What became of it
outcome-default = Difficulties
outcome-repaid = Repaid
outcome-unknown = Not known yet

## What if
what-if = What-if simulation
what-if-words = Change the request; the estimate updates immediately. Nothing is saved.
try = Simulate
try-reset = Reset
try-now = Currently
try-risk = Simulated risk
try-nothing = Nothing is changed for now.
try-same = The risk would go from { $before } to { $after }; the suggestion would stay the same.
try-granted = The risk would go from { $before } to { $after }: the suggestion would become an approval.
try-refused = The risk would go from { $before } to { $after }: the suggestion would become a decline.
try-review = The risk would go from { $before } to { $after }: a person would have to look at the request.
try-changes = What changes in the reasons, in points
try-no-changes = No reason changes visibly.
try-faults = A value does not fit; correct it to see the result.
try-fault = Write a number from { $low } to { $high }.
column-before = Before
column-after-change = After
yes = yes
no = no

## Ways to a yes
ways = How to get an approval
ways-words = The smallest changes of the request with which it would be accepted.
ways-find = Look for them
ways-busy = Looking…
ways-try = Simulate this change

## The client's information
information = Client information
own-information = My information
filter = Filter…
filter-label = Filter the information
filter-button = Filter
place-label = Compare values with
place-all = Among all clients
place-similar = Among similar ones
filter-count = { $n ->
    [0] No item matches.
    [one] One item shown.
   *[other] { $count } items shown.
}

## The API's page
api-title = The API, to read and to try
api-words = Every route with its parameters, answers and ready-made commands. Descriptions come from the OpenAPI document.
api-access = How to be let in
api-access-words = Commands read an API key from the variable LIMPIDE_API_KEY. The forms of this page use your session if you are signed in, or the key typed here.
api-key = API key
api-key-words = It stays in this field and is sent to this server only.
api-document = OpenAPI document (JSON)
api-routes = Routes
api-try = Try
api-writes = This is done for good: it is written to the decision log.
api-required = (required)
api-optional = (optional)
api-body = Body
api-send = Send
api-sending = Sent, waiting for the answer…
api-took = Answer #status after #took ms
api-lost = The server did not answer. Check that it is running, then send again.
api-answer-headers = Headers of the answer
api-answer-body = Body of the answer
api-parameters = Parameters
api-no-parameters = None.
api-answers = Answers

## The case
case = Decision and history
own-case = My case
case-none = Nothing is decided on this client yet.
own-case-none = Your case is not open yet: nothing is decided.
case-stands = { $status } Result: { $verdict }.
case-proposed = The model proposed; nobody needs to decide.
case-unproposed = Nothing is decided yet; a correction was asked for.
case-awaiting = A person must decide.
case-decided = A person decided.
case-contested = The decision is contested; a second person must review it.
case-reviewed = A second person reviewed the decision.
case-erased = This case was erased.
case-due = To be done by { $day }.
case-conflict = This is no longer possible: the case has changed meanwhile, see its history. What you wrote is kept below.
case-verdict = Choose approval or decline.
case-needs-reason = This departs from the suggestion: say why.
case-needs-words = Write a text of 1 to 10,000 characters.
verdict = Decision
verdict-granted = approval
verdict-refused = decline
verdict-review = a person’s look
decide = Decide
decide-reason = Reason
decide-hint = Needed where you depart from the suggestion.
review = Answer
review-words = The client contests. Uphold the decision, or change it.
review-reason = Reason, which the client will read
contest = Contest
contest-text = Why do you contest this decision?
contest-hint = Another person will read your file again and answer you within 30 days.
comment = Comment
comment-text = Comment
reopen = Open a new case
history = History
history-none = Nothing yet.
done-decision = The decision is recorded.
done-comment = The comment is recorded.
done-contest = Your contest is recorded.
done-review = The answer is recorded.
done-proposal = A new case is open.
by-model = The model
by-you = You
by-program = A program
event-proposed = proposal: { $advice } (risk { $risk })
event-decided = decision: { $verdict }
event-overridden = decision against the suggestion: { $verdict }
event-reversed = decision changed: { $verdict }
event-upheld = decision upheld
event-commented = comment
event-contested = contest
event-repaid = credit repaid
event-defaulted = credit not repaid
event-correction = request for correction: { $item }
event-corrected = item corrected
event-declined = correction declined
event-forgotten = erased

## What could not be sent
again = Your session has ended
again-words = What you wrote is kept here. Sign in in another tab, then come back and send it again.
again-later = Not recorded yet
again-sign-in = Sign in in another tab
again-typed = What you wrote
again-send = Send again

## Errors
error-home = Back to the start
error-signed-out-title = Sign-in needed
error-signed-out-text = Sign in to see this page.
error-forbidden-title = Access denied
error-forbidden-text = Your account does not open this page.
error-cross-site-title = Request refused
error-cross-site-text = This form was sent from another site. Go back to the start and try again.
error-unknown-client-title = Unknown client
error-unknown-client-text = No client whom you may see has this number. Check it, or search by its first digits.
error-unknown-case-title = Unknown case
error-unknown-case-text = This client has no decision file under this number. A proposal opens one.
error-unknown-feature-title = Unknown feature
error-unknown-feature-text = The model knows no feature of this name. Check it against the catalogue of features.
error-not-found-title = Page not found
error-not-found-text = There is nothing at this address.
error-method-title = Address misused
error-method-text = This address does not answer this kind of request.
error-bad-request-title = Unreadable request
error-bad-request-text = The address or the form holds an unexpected value. A client number is made of digits only.
error-media-type-title = Unexpected format
error-media-type-text = The form arrived in an unexpected format.
error-too-large-title = Too much was sent
error-too-large-text = The form holds more text than is accepted.
error-unfit-values-title = Unexpected values
error-unfit-values-text = Some of this client’s values do not fit the published model. The server’s log lists them.
error-not-ready-title = Not ready yet
error-not-ready-text = Similar clients are being looked for. Try again in a moment.
error-no-likeness-title = No client is more like another
error-no-likeness-text = The model gives all clients the same risk.
error-too-few-title = Too few clients
error-too-few-text = Too few clients pass these filters to tell anything of them.
error-no-recipe-title = Cannot be computed here
error-no-recipe-text = The published model was trained with another recipe than this server has. Tell the administrator.
error-conflict-title = Not possible as things stand
error-conflict-text = What was asked does not go with where this case stands. Load the page again.
error-unavailable-title = Not available now
error-unavailable-text = The database does not answer. Try again in a moment.
error-full-title = No room left
error-full-text = Nothing can be written now: the disk is full. Pages can still be read. Tell the administrator.
error-not-measured-title = Not measured yet
error-not-measured-text = What the model does over all clients was not measured yet. Tell the administrator.
error-too-many-title = Too many requests
error-too-many-text = More was asked than is allowed in a minute. Wait a moment, then try again.
error-busy-title = Much to do
error-busy-text = The server has as much to do as it can. Try again in a moment.
error-slow-body-title = Sent too slowly
error-slow-body-text = What was sent did not arrive in time. Check the connection and try again.
error-too-late-title = No answer in time
error-too-late-text = The answer took too long. Try again later.
error-uri-too-long-title = Address too long
error-uri-too-long-text = The address is longer than any of this site. Go back to the start.
error-unknown-batch-title = Unknown batch
error-unknown-batch-text = No batch of this number was posted with this account, or it was kept long enough.
error-too-many-batches-title = Too many batches are waiting
error-too-many-batches-text = Post this batch when another is done.
error-no-batches-title = No batches here
error-no-batches-text = This server scores no batches.
error-internal-title = Something went wrong
error-internal-text = The server could not answer. Try again in a moment; if it happens again, tell the administrator.
month-of-request = the month of the request

## The model's card
card-use = To help a relationship manager decide on a request for credit: the model proposes, a person decides and answers for the decision.
card-not-for = Refusing without a person; setting a rate or an amount; collection, employment, insurance or any other end; a public or a product that the training data do not cover.
card-limit-accepted = The outcome is known of accepted clients only: elsewhere the model extrapolates.
card-limit-past = The model learns from the past and may repeat its inequalities.
card-limit-cause = A contribution is no cause: changing a value does not change the risk.
card-limit-amount = Costs do not depend on the amount.
card-limit-groups = Performance by group is not measured here.

## Everything that is kept about a client
export-title = Data kept about client No. { $client }
export-made = Taken on { $at }, with the model { $model }.
export-not-kept = Mere looks are not kept; every result that was told is, with the role of whoever asked for it.
export-erased = What was kept until { $at } was erased.
export-result = The result as it is now, and its reasons
export-cases = Requests and decisions
export-predictions = Results that were told
export-account = Account and advisers
export-table = Raw data:
export-features = Features that the model reads
export-features-words = The weight is what the value adds to the risk, in log-odds; above 0 it raises it.
export-feature = Feature
export-value = Value
export-weight = Weight
export-when = When
export-who = Who
export-what = What
export-asked-by = Asked by
export-model = Model
export-name = Name
export-last-sign-in = Last sign-in
export-program = a program
export-proposed = Proposed by the model
export-unproposed = Correction asked for
export-awaiting = Awaiting a decision
export-decided = Decided
export-contested = Contested
export-reviewed = Reviewed
export-forgotten = Erased
export-score = Estimated risk { $risk }, threshold { $threshold }
export-advised-granted = The model advises to grant
export-advised-refused = The model advises to refuse
export-advised-review = The model advises a review
export-granted = Credit granted
export-refused = Credit refused
export-commented = Comment
export-contest = Contest
export-upheld = Decision upheld
export-reversed = Decision reversed
export-outcome = Outcome of the credit
export-correction = Request for correction
export-correction-answer = Answer to the request for correction
export-kind-score = Score
export-kind-explanation = Explained score
export-kind-posted = Score of values entered
export-kind-what-if = What-if
export-kind-batch = Score in a batch

## Navigation and the decision log
nav-application = New application
nav-result = My result
nav-data = My data
nav-requests = My requests
nav-model = Model
nav-features = Features
nav-quality = Data quality
nav-fairness = Fairness
nav-drift = Drift
nav-runs = Runs
nav-versions = Versions
nav-log = Decision log
nav-verify = Verify the log
nav-people = People
nav-keys = Keys
audit-find = Find entries
audit-by = Who
audit-kind = What happened
audit-day = Day
audit-all = All
audit-none = No entry of the log is like this.
audit-older = Older entries
audit-model = model
audit-hash = Hash
audit-previous = Hash of the entry before
audit-case = Case
audit-entry = Entry { $entry }
audit-told = All that the entry tells
audit-replay = Replay this decision
audit-fault-person = Nobody is known under this name. Choose one of the list.
audit-fault-kind = Nothing of this kind is kept. Choose one of the list.
audit-fault-day = This is no day. Write it as 2026-01-31.
kind-proposed = Proposal
kind-decided = Decision
kind-overridden = Decision against the suggestion
kind-commented = Comment
kind-contested = Contest
kind-upheld = Decision upheld
kind-reversed = Decision changed
kind-outcome = What became of the credit
kind-correction = Request for correction
kind-answer = Answer to a request for correction
kind-erased = Erasure
verify-found = What was found
verify-whole = Every entry is as it was written. Entries: { $count }, since { $since }. Erased entries: { $erased }.
verify-empty = The log is empty: nothing was decided yet.
verify-broken = The log is broken at entry { $entry }: it is not as it was written.
verify-note = Note this head elsewhere: it proves later that no entry was cut off the end.
verify-again = Verify again
replay-same = Recomputed to the same bits: probability, interval, threshold, suggestion and reasons.
replay-differs = Recomputed, some parts came out differently.
replay-what = Part
replay-logged = In the log
replay-now = Now
