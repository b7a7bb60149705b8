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
clients-found = { $n ->
    [0] No client found.
    [one] One client found.
   *[other] { $count } clients found.
}
points = { $points } pts

## A client
client-title = Client No. { $client }
number-sign = No.
own-title = My application
print = Print report
decision = Recommendation
own-decision = Estimated risk
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
own-decided-granted = Your application is approved: a person decided, and the estimate is only advice.
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
own-comparison = How you compare
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
similar-decisions = What the model suggests for them: approval for { $granted }, decline for { $refused }, review by a person for { $review }.
similar-rows = The most similar, one by one
column-alike = Likeness
column-outcome = What became of it
outcome-default = Difficulties
outcome-repaid = Repaid
outcome-unknown = Not known yet

## What if
what-if = What-if simulation
what-if-words = Change the application; the estimate updates immediately. The application itself is not changed; the answers given are recorded.
try = Simulate
try-reset = Reset
try-now = Currently
try-risk = Simulated risk
try-nothing = Nothing is changed for now.
try-same = The risk would go from { $before } to { $after }; the recommendation would stay the same.
try-granted = The risk would go from { $before } to { $after }: the recommendation would become an approval.
try-refused = The risk would go from { $before } to { $after }: the recommendation would become a decline.
try-review = The risk would go from { $before } to { $after }: a person would have to look at the application.
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
ways-words = The smallest changes to the application with which it would be approved.
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
case-stands = { $status } Decision: { $verdict }.
case-proposed = Decided by the calculation, without a person.
case-unproposed = Nothing is decided yet; a correction was asked for.
case-awaiting = A person must decide.
case-decided = A person decided.
case-contested = There is an objection to the decision; a second person must review it.
case-reviewed = A second person reviewed the decision.
case-erased = This case was erased.
case-due = To be done by { $day }.
case-conflict = This is no longer possible: the case has changed meanwhile, see its history. What you wrote is kept below.
case-verdict = Choose approval or decline.
case-needs-reason = This departs from the recommendation: say why.
case-needs-words = Write a text of 1 to 10,000 characters.
verdict = Decision
verdict-granted = approval
verdict-refused = decline
verdict-review = review by a person
decide = Decide
decide-reason = Reason
decide-hint = Needed where you depart from the recommendation.
review = Answer
review-words = The client objects. Uphold the decision, or change it.
review-reason = Reason, which the client will read
contest = Object
contest-text = Why do you object to this decision?
contest-hint = Another person will read your file again and answer you within 30 days.
comment = Comment
comment-text = Comment
reopen = Open a new case
history = History
history-none = Nothing yet.
done-decision = The decision is recorded.
done-comment = The comment is recorded.
done-contest = Your objection is recorded.
done-review = The answer is recorded.
done-proposal = A new case is open.
by-model = The model
by-you = You
by-program = A program
event-proposed = proposal: { $advice } (risk { $risk })
event-decided = decision: { $verdict }
event-overridden = decision against the recommendation: { $verdict }
event-reversed = decision changed: { $verdict }
event-upheld = decision upheld
event-commented = comment
event-contested = objection
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
error-unknown-client-text = No client whom you may see has this number. Check the number.
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
export-made = Prepared on { $at }, with the model { $model }.
export-not-kept = Page views are not kept; every result given is, with the role of the person who asked for it.
export-erased = What was kept until { $at } was erased.
export-result = The result as it is now, and its reasons
export-cases = Requests and decisions
export-predictions = Results given
export-account = Account and relationship managers
export-table = Raw data:
export-features = Items that the model reads
export-features-words = The larger the weight, the more the item counted. Above 0 it raises the risk; below 0 it lowers it.
export-feature = Item
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
export-contested = Under objection
export-reviewed = Reviewed
export-forgotten = Erased
export-score = Estimated risk { $risk }, threshold { $threshold }
export-advised-granted = The model advises to grant
export-advised-refused = The model advises to refuse
export-advised-review = The model advises a review
export-granted = Credit granted
export-refused = Credit refused
export-commented = Comment
export-contest = Objection
export-upheld = Decision upheld
export-reversed = Decision changed
export-outcome = Outcome of the credit
export-correction = Request for correction
export-correction-answer = Answer to the request for correction
export-kind-score = Score
export-kind-explanation = Explained score
export-kind-posted = Score of values entered
export-kind-what-if = What-if
export-kind-batch = Score in a batch

## Letters
letter-foot = { $sender } · written on { $day } · model { $model }
letter-title-granted = Your loan application is approved
letter-title-refused = Your loan application is not approved
letter-title-waiting = Your loan application is being looked at
letter-title-contested = Your objection is being looked at
letter-title-upheld = Our decision is upheld
letter-title-reversed-granted = After review, your application is approved
letter-title-reversed-refused = After review, your application is not approved
letter-subject = Application studied on { $day }
letter-subject-facts = Application studied on { $day } — { $facts }
letter-opening = We have studied your application. Below you will find where it stands, why, and what you can do.
letter-how-waiting = The calculation does not decide alone: a person is looking at your application and will decide by { $due }.
letter-how-waiting-open = The calculation does not decide alone: a person looks at your application before deciding.
letter-how-alone = The application was approved by a calculation, without a person.
letter-how-program = A program recorded this decision on { $day }.
letter-how-agreed = A person made this decision on { $day }, with the help of a calculation.
letter-how-unadvised = The calculation was not enough to decide. A person looked at your application and made this decision on { $day }.
letter-how-overridden = A person made this decision on { $day }. The calculation alone advised the opposite.
letter-how-contested = You objected to our decision on { $day }. A person who did not make it will answer you by { $due }. { $stands }
letter-how-upheld = At your request, another person looked at your file again on { $day } and upholds the decision. { $stands }
letter-how-reversed = At your request, another person looked at your file again on { $day } and changed the decision.
letter-stands-granted = The application is still approved.
letter-stands-refused = The application is still not approved.
letter-said = What was noted: “{ $said }”
letter-risk = Estimated risk
letter-gauge = Estimated risk { $risk }, for a threshold of { $threshold }. { $verdict }
letter-below = The estimated risk is below the accepted threshold.
letter-above = The estimated risk is above the accepted threshold.
letter-near = The estimated risk is close to the accepted threshold.
letter-effects-heading = What counted most
letter-effects = What counted most, and its effect on the estimated risk
letter-factor = Your situation
letter-effect = Effect on the risk
letter-points = Points
letter-points-words = One point more: out of 100 similar applicants, one more in difficulty.
letter-next = What comes next
letter-next-granted = Contact your relationship manager about the next steps. A loan is a commitment and must be repaid: check that you can afford the instalments before you sign.
letter-next-refused = Another amount, another term or something new may change the result. Talk to your relationship manager about it.
letter-next-waiting = You need not do anything. If there is something new, write it on your page now: it will be added to your file.
letter-next-contested = You can still write anything that helps on your page: it will be added to your file.
letter-rights = Your rights
letter-right-review = Object to the decision and say how you see it, on your page or in writing. Another person answers you within 30 days.
letter-right-see = See all your data and where they come from.
letter-right-correct = Have wrong data corrected. We answer within 30 days.
letter-right-authority = Turn to your data protection authority; in France, CNIL, 3 place de Fontenoy, TSA 80715, 75334 Paris Cedex 07, www.cnil.fr.
letter-contact = To reach us: { $contact }.
letter-contact-adviser = If you have a question, ask your relationship manager.
letter-link = Letter to the client (PDF)
letter-link-own = My letter (PDF)
record-link = File for the record (PDF)
record-title = File of the decision
record-decision = The decision
record-verdict = Decision
record-undecided = none yet
record-advice = The model’s advice
record-proposed-at = Studied
record-case = Number of the case
record-score = The score
record-interval = Interval
record-threshold = Threshold of refusal
record-margin = Margin (log-odds)
record-made-with = Made with
record-model = Hash of the model
record-recipe = Hash of the recipe
record-matrix = Hash of the matrix
record-program = Version of the program
record-log = The decision log
record-entry = No.
record-hash = Hash
record-inputs = Values that the model read
record-weight = Weight (log-odds)
record-no-model = The model is not kept here any more: weights are missing, and values bear their technical names.
error-no-letter-title = No letter yet
error-no-letter-text = Nothing has been decided on this request yet. The letter can be read as soon as it has been studied.

## Corrections, and all data to take away
own-corrections = Correct or download my data
corrections = Requests for correction
corrections-none = No correction has been asked for.
correct-item = Correct
correct-title = Ask for a correction
correct-words = Tell us what is wrong. A person will answer within 30 days.
correct-found = What it says now
correct-expected = What it should say
correct-why = Why
correct-send = Send the request
correct-asked = Asked on
correct-due = to be answered by { $day }
correct-waits = Waits for an answer
correct-needs = Name the item and say why it is wrong.
answer = Answer
answer-corrected = Corrected
answer-declined = Right as it is
answer-send = Send the answer
answer-needs = Choose an answer and say why.
done-correction = Your request is recorded.
done-answer = The answer is recorded.
done-outcome = The loan outcome is recorded.
outcome = Loan outcome
outcome-is-repaid = repaid
outcome-is-defaulted = not repaid
outcome-note = Record
case-outcome = Choose the loan outcome.
download = All your data
download-words = One file: your data, your result and its reasons, decisions and messages.
download-page = Download everything

## The list of clients, narrowed
clients-narrow = Narrow and sort
clients-not-ready = All clients are still being looked at: numbers can be searched already, the rest in a moment.
clients-again = Try again
clients-unfit = Something asked for is not known here. Clear the filters and choose again.
column-facts = Application
column-waits = Waiting
waits-decision = For a decision
waits-review = For an answer to an objection
waits-correction = For an answer to a request for correction
waits-by = by { $day }
waits-late = Late
waiting-only = For a person’s decision
choose-any = Any
band-words = { $low } to { $high }
sort = Sort
sort-riskiest = Highest risk first
sort-safest = Lowest risk first
sort-nearest = Nearest to threshold
whose = Looked after by
whose-mine = Me
pages-label = Pages of the list
page-first = First page
page-next = Next page

# The analyst's pages
analyst-nav = Parts of the model
analyst-model = Model
analyst-features = Features
analyst-versions = Versions
analyst-card = The model in force
analyst-lead = It predicts the probability that a client does not repay. Chosen candidate: { $name }.
analyst-trained = It learned from { $clients } clients, { $defaults } of them in default, and reads { $features } features.
analyst-quality = On clients it had not seen: AUC { $auc }, calibration error { $error }. It refuses from { $threshold }.
analyst-board = The candidates
analyst-calibration = Calibration
analyst-roc = Discrimination
analyst-cost = Cost and threshold
analyst-cost-missed = Cost of a default granted
analyst-cost-refused = Cost of a good client refused
analyst-cost-fault = A cost is a number from 0.1 to 100.
analyst-cost-best = Cheapest threshold
analyst-cost-share = Share refused
analyst-cost-client = Cost a client
analyst-limits = What it is not made for, and what to bear in mind:
analyst-cost-same = As many clients refused as today, without reviews.
analyst-cost-more = Refused beyond today’s, among the training clients and without reviews: { $count }.
analyst-cost-less = Refused fewer than today, among the training clients and without reviews: { $count }.
analyst-cost-none = This model does not say what other thresholds would have done: train it again.
analyst-importance = What counts
analyst-curves = Feature by feature
analyst-terms = The glass box, term by term
analyst-segments = By part of the clients
analyst-unmeasured = What the model does over all clients was not measured: run “limpide explain model”.
analyst-search = Name, label or concept
analyst-found = Features found: { $found }, shown: { $shown }.
analyst-feature = Feature
analyst-concept = Concept
analyst-coverage = Known
analyst-size = Importance (log-odds)
analyst-sources = Source columns
analyst-protected = protected
analyst-unread = not read by the model
analyst-proposals = Proposals to publish
analyst-no-proposal = No proposal.
analyst-proposal = Proposal { $number }, by { $who }, on { $when }
analyst-open = Waits for a second person
analyst-stale = Stale: another model was published since
analyst-approved = Approved by { $who }: { $reason }
analyst-declined = Declined by { $who }: { $reason }
analyst-reason = Why
analyst-approve = Approve and publish
analyst-decline = Decline
analyst-models = Registered models
analyst-version = Model
analyst-stage = Stage
analyst-since = Since
analyst-stage-published = in force
analyst-stage-candidate = candidate
analyst-stage-retired = retired
analyst-why = Why publish this model
analyst-propose = Propose
analyst-reason-fault = A reason is expected, of at most 2,000 letters.
analyst-in-force = This model is in force already.
analyst-same-person = Whoever proposes a model does not approve it: another person must answer.
analyst-stale-fault = Another model was published since this proposal: propose again.
analyst-proposed-already = { $who } proposed this model already.
analyst-answered-already = { $who } answered this proposal already.

## Navigation and the decision log
nav-application = New application
nav-result = My result
nav-data = My information
nav-requests = My case
nav-model = Model
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
kind-overridden = Decision against the recommendation
kind-commented = Comment
kind-contested = Objection
kind-upheld = Decision upheld
kind-reversed = Decision changed
kind-outcome = Loan outcome
kind-correction = Request for correction
kind-answer = Answer to a request for correction
kind-erased = Erasure
verify-found = What was found
verify-whole = Every entry is as it was written. Entries: { $count }, since { $since }. Erased entries: { $erased }.
verify-empty = The log is empty: nothing was decided yet.
verify-broken = The log is broken at entry { $entry }: it is not as it was written.
verify-note = Note this head elsewhere: it proves later that no entry was cut off the end.
verify-again = Verify again
replay-same = Recomputed to the same bits: probability, interval, threshold, recommendation and reasons.
replay-differs = Recomputed, some parts came out differently.
replay-what = Part
replay-logged = In the log
replay-now = Now

## The frame: foot, colours, tour, glossary, accessibility
foot-label = About these pages
colours = Colours
colours-system = System
colours-light = Light
colours-dark = Dark
tour = First steps
tour-end = Got it, hide this
tour-find-title = Find a client.
tour-find-text = Type a number or its first digits, or filter the list by recommendation, risk and what waits for you.
tour-understand-title = Understand the result.
tour-understand-text = A client’s page says what raises and what lowers the risk, and how sure the estimate is; every reason opens onto its data.
tour-decide-title = Decide.
tour-decide-text = The model advises. You approve or decline at the foot of the client’s page, and give your reason where you depart from the advice.
tour-result-title = Your result.
tour-result-text = At the top: how your application was assessed, and what counted for and against you.
tour-data-title = Your information.
tour-data-text = Below: everything known about you. If something is wrong, ask for it to be corrected.
tour-disagree-title = If you disagree.
tour-disagree-text = Once a decision is made, you can object to it at the foot of this page; another person will read your file again.
tour-model-title = The model.
tour-model-text = How well it separates, how it is calibrated, what weighs most and what each decision threshold costs.
tour-catalogue-title = The features.
tour-catalogue-text = Each one with its source, its coverage and its weight; search them by name or topic.
tour-versions-title = The versions.
tour-versions-text = Propose another version of the model; a second person approves it before it decides.
tour-log-title = The log.
tour-log-text = Every proposal and decision, found by client, kind, person or day.
tour-verify-title = Verify.
tour-verify-text = One page recomputes the whole chain and says whether an entry was changed or removed.
tour-replay-title = Replay.
tour-replay-text = Open a proposal and replay it: the same data must give the same result.
tour-people-title = The people.
tour-people-text = Add, change or close accounts; each role sees only what it needs.
tour-keys-title = The keys.
tour-keys-text = Give programs a key for what they may do, with an end date, and revoke it.
tour-approve-title = The model.
tour-approve-text = Approve, as the second person, the model that another person proposes.
glossary = Glossary
glossary-words = The few terms that these pages use, in plain words.
term-risk-title = Risk of default
term-risk-text = The estimated share of applicants with a similar file who would have serious difficulty repaying. 12% means 12 out of 100.
term-threshold-title = Decision threshold
term-threshold-text = The highest risk that the bank accepts. Below it, approval is recommended; above it, decline. Close to it, a person looks at the application.
term-distance-title = Distance to the threshold
term-distance-text = The gap between the estimated risk and the threshold, in percentage points. Close to the threshold, a small change can alter the recommendation.
term-margin-title = Margin of the estimate
term-margin-text = The range in which the risk most likely lies. The wider it is, the less sure the estimate.
term-points-title = Percentage points
term-points-text = The difference between two percentages. From 8% to 11%, the risk rises by 3 points.
accessibility = Accessibility
accessibility-aim = Everyone should be able to read, understand and act here. The aim is level AA of the Web Content Accessibility Guidelines (WCAG) 2.2. No independent body has audited these pages, so we do not claim that they conform.
accessibility-tested = How it is tested
accessibility-axe = The axe-core checker goes through every page of every role in Chromium, in light, dark and high-contrast colours and 320 pixels wide, and may find no fault.
accessibility-narrow = On every page nothing may run off sideways at 320 pixels, which is also what an enlargement of 400% shows, nor at 200%.
accessibility-scriptless = Reading, deciding and sending forms work without JavaScript.
accessibility-keys = The work of a relationship manager and of a client is done by keyboard alone: the focus is always to be seen, and follows the order of the page.
accessibility-motion = Nothing moves for whoever asks for less motion.
accessibility-texts = Every chart has a summary in words and a table with the same values; no meaning is told by colour alone.
accessibility-missing = What is not tested, or does not work
accessibility-people = The pages have not been tried by people with disabilities, nor with screen readers or other assistive software.
accessibility-keyboard = No test yet walks the pages of analysts, auditors and administrators by keyboard alone. Walking through a chart with the arrow keys needs JavaScript; its table does not.
accessibility-forced = Enlarging the text alone, without the page, is not tested.
accessibility-browsers = Only Chromium is tested. Browsers from before mid-2024 may show wrong colours.
accessibility-letters = Letters are tagged PDF files made to PDF/UA-1; they have not been tried with a screen reader.
accessibility-report = Report a problem
accessibility-report-words = Tell your relationship manager or the administrator of this service which page it is, what you wanted to do and what you use. You can also ask for the information in another form.
accessibility-contact = Contact:
accessibility-appeal = In France, if you get no answer, you can turn to the Défenseur des droits, free of charge.
accessibility-about = This statement describes version { $version } of Limpide.
sureness = How sure this is
term-points-ask = What is a point?
error-status = Error { $status }
error-again = Try again
error-reference = Give the administrator this number: the server’s log tells the cause under it.
error-do-wait = It is possible again in { $seconds } s.
error-do-form = Your form may not have been recorded. Go back in your browser, check the page, then send it again.
error-do-permission = If your work needs it, ask the administrator for access.
error-do-address = Check the address, or start again from the first page.

## People, keys and waiting cases
people-list = Accounts
people-name = Name
people-username = Sign-in name
people-title = Job title (optional)
people-role = Role
people-portfolio = Clients
people-portfolio-adviser = Clients of a relationship manager
people-client = Client number, for a client
people-last = Last sign-in
people-state = State
people-active = active
people-disabled = disabled
people-all = Every client
people-assigned = Assigned clients only
people-own = Client { $client }
people-add = Add a person
people-add-words = The password is made here and shown once.
people-added = { $name } can sign in with this password.
people-once = Note it now: it is not shown again.
people-change = What may be changed
people-change-role = Change the role
people-change-portfolio = Change the clients
people-change-words = A new role, a new password or disabling ends the person’s open sessions.
people-password = New password
people-sessions = End sessions
people-enable = Enable
people-disable = Disable
people-done-role = The role was changed and sessions are over.
people-done-portfolio = The clients seen were changed.
people-done-disable = This person can no longer sign in.
people-done-enable = This person can sign in again, with the password they had.
people-done-sessions = Sessions are over.
people-done-password = Here is the new password. Sessions are over.
people-fault-taken = This sign-in name is taken. Choose another one.
people-fault-username = A sign-in name has 1 to 64 letters, digits or any of . _ - @ +, and no space.
people-fault-name = A name is expected, of at most 128 letters.
people-fault-client = The role of client needs a client number, and no other role takes one.
people-fault-account = This client has an account already. Disable it first.
people-fault-portfolio = Only a relationship manager has assigned clients.
people-fault-role = A client’s account becomes no other one, nor the other way round. Add another account.
people-fault-last = Nobody else administers. Give somebody this role first.
keys-list = Keys of programs
keys-name = Name of the key
keys-scopes = What it opens
keys-made = Made on
keys-used = Last used
keys-none = No key was made.
keys-add = Make a key
keys-add-words = The key is made here and shown once. It opens the API to the program that sends it.
keys-days = Valid for how many days (empty: for ever)
keys-revoke = Revoke
keys-active = active
keys-until = until { $day }
keys-expired = expired on { $day }
keys-revoked = revoked on { $day }
keys-added = Here is the key { $name }.
keys-done-revoke = The key { $name } opens nothing any more. A running server knows it within two seconds.
keys-fault-name = A name has 1 to 64 letters, digits or any of . _ - @ +, and no space.
keys-fault-taken = This name is taken. Choose another one, or revoke that key first.
keys-fault-scope = Choose at least one thing that the key opens.
keys-fault-days = A number of days is expected, from 1 to 3650.
keys-fault-unknown = No active key has this name: it may be revoked already.
scope-read = Read clients, scores and explanations
scope-score = Compute scores
scope-decide = Propose and decide
scope-audit = Read the decision log
nav-reviews = Waiting cases
nav-agreement = Agreement with the model
reviews-list = Soonest due first
reviews-count = { $waiting } waiting, { $overdue } of them late.
reviews-none = No case waits.
reviews-due = Due
reviews-no-day = no date
agreement-words = First decisions, compared with what the model suggested. A share judges nobody: read it with its interval and the number of decisions.
agreement-days = Decisions of these days
agreement-from = From
agreement-to = To
agreement-show = Show
agreement-none = No decision was made on these days.
agreement-who = Who decided
agreement-agreed = As recommended
agreement-overridden = Against the recommendation
agreement-unadvised = No recommendation (a review was advised)
agreement-reversed = Changed later
agreement-rate = Share against the recommendation (95% interval)
agreement-interval = { $rate } ({ $low } to { $high })
agreement-all = All together

## New application
apply-words = Type what the client says, and see what the model makes of it. Leave empty what is not known.
apply-needed = required
apply-unknown = Not known
apply-who = Client
apply-client = Client number
apply-client-hint = Only if the client has one already. It is needed to open a case.
apply-history = Rows of past credits (JSON)
apply-history-label = Rows by table
apply-history-hint = Lists of rows by table, as for the API’s POST /api/v1/score/rows, without the application’s own row:
apply-score = Show the result
apply-clear = Start again
apply-none = The published model’s recipe is not at hand, so no form can be made of it. Ask whoever runs the server.
apply-wrong = Nothing was scored yet. These fields need a look:
apply-stale = Another model was published since this form was opened, and it asks other things. Check the form and send it again.
apply-day = Start date; for age, date of birth.
apply-from = from { $number }
apply-above = above { $number }
apply-to = up to { $number }
apply-below = below { $number }
apply-fault-needed = This is needed.
apply-fault-number = This is no number.
apply-fault-range = This number may not be. Expected: { $range }.
apply-fault-day = Expected a day that is over, as 2026-01-31.
apply-fault-choice = Choose from the list.
apply-fault-long = Expected 200 characters at most.
apply-fault-client = This is no client number. Expected digits alone, or nothing.
apply-fault-history = This is not the JSON that is expected.
apply-fault-table = The row of { $table } is typed above: leave it out here.
apply-fault-rules = The lender’s rules do not allow this.
apply-fault-rows = The lender’s rules do not allow some of these rows.
apply-next = What now
apply-empty = No credit history was entered: the result rests on the application alone.
apply-empty-tables = No rows were typed for these tables, and they were scored as empty: { $tables }.
apply-orphans = Rows of { $table } left out because the row that they belong to is missing: { $count }.
apply-case-words = A case keeps these values, the result and its reasons in the decision log.
apply-case = Open a case on client
apply-no-case = To open a case with these values, type the number of a client whom you may see, and show the result again.

# Drift of the probabilities
drift = Drift
drift-summary = Have the probabilities moved?
drift-unknown = This model does not say how its probabilities spread in training: train it again to follow their drift.
drift-none = Nothing to say yet: none of the last twelve weeks has { $fewest } rows scored by this model.
drift-told-chance = Week of { $week }: nothing shows that the probabilities have moved. PSI { $psi } over { $rows } rows; chance alone gives up to { $chance } in 19 cases of 20.
drift-told-small = Week of { $week }: the probabilities have moved a little. PSI { $psi } over { $rows } rows, beyond chance ({ $chance }) and below 0.1, the customary limit.
drift-told-moderate = Week of { $week }: the probabilities have moved. PSI { $psi } over { $rows } rows, beyond 0.1: look for who the new clients are and which features have changed.
drift-told-large = Week of { $week }: the probabilities have moved a lot. PSI { $psi } over { $rows } rows, from 0.25 on: check the data, then think of training again.
drift-method = The PSI (population stability index) compares, in about ten parts, the probabilities that were answered with those of the training clients, out of fold: 0 where both spread alike. A row scored more than once in a week counts once; what was only tried does not count. Below { $fewest } rows nothing is said.
drift-limit = A low PSI does not prove that the model is still right: only known repayments show that. And the rows scored are no random draw: they are the clients whom somebody looked up.
drift-weeks = Week by week
drift-plot = The PSI of the last twelve weeks
drift-plot-words = A bar a week, as long as its PSI; weeks of too few rows are left out.
drift-bar = Week of { $week }: { $finding }
drift-week = Week of
drift-rows = Rows
drift-chance-head = By chance alone
drift-by-chance = { $mean } on average, { $most } at most (95%)
drift-finding = Finding
drift-too-few = too few rows
drift-chance = no more than chance
drift-small = moved a little
drift-moderate = moved
drift-large = moved a lot
drift-parts = Week of { $week }, part by part
drift-probability = Probability
drift-expected = In training
drift-found = This week

# One feature
feature-what = What it is
feature-name = Name
feature-unit = Unit
feature-direction = Expected direction of the risk
feature-up = rises with the value
feature-down = falls as the value rises
feature-no-direction = none
feature-actionable = The client can change it
feature-protection = Protection
feature-scored = protected and read by the model: a reason that rests on it says so
feature-watched = protected and not read by the model: it serves to watch only
feature-free = not protected
feature-yes = yes
feature-no = no
feature-rank = Importance
feature-rank-of = { $size } in log-odds, place { $place } of { $all }
feature-unmeasured = not measured: run “limpide explain model”
feature-unread = not read by the model
feature-origin = Where it comes from
feature-no-origin = The recipe is not at hand: the source columns are not known here.
feature-family = Family
feature-table = Table
feature-column = Column
feature-role = Role
feature-role-value = gives its value
feature-role-rows = chooses the rows
feature-formula = The formula
feature-distribution = Distribution
feature-no-distribution = No known value.
feature-dependence = What it adds to the score
feature-no-curve = No curve: only the features that count most are drawn.
feature-none = no unit
feature-unit-money = amount, in { $currency }
feature-unit-days = days
feature-unit-date = date, in days before the request
feature-unit-months = months
feature-unit-years = years
feature-unit-ratio = ratio
feature-unit-share = share, in %
feature-unit-count = count
feature-unit-score = rating
feature-unit-flag = yes or no
feature-category = category

# Parts of the clients
fairness = Fairness
fairness-measured = What was measured
fairness-unmeasured = Nothing was measured by parts of the clients. This command measures it, for the feature that you name; restart the server after it:
fairness-more = To measure by another feature too, then restart the server:
fairness-note = The mean probability is over all clients of the part, the default rate over those whose outcome is known. The model may have learned from these clients: the agreement then flatters. Shares refused by part are not measured here.
fairness-by = By { $label }
fairness-part = Part
fairness-clients = Clients
fairness-known = Known outcomes
fairness-rate = Default rate (95%)
fairness-mean = Mean probability
fairness-calibration = Calibration
fairness-fits = within the interval
fairness-above = too high
fairness-below = too low
fairness-few = too few outcomes
fairness-protected = The protected features
fairness-scored = Read by the model
fairness-scored-words = They go into the score, and a reason that rests on one of them tells the client so.
fairness-watched = Only watched
fairness-watched-words = The recipe knows them, the model does not read them: they serve to watch.
fairness-no-feature = None.
fairness-others = And { $count } others, of less importance.

# A client: sources, steps
information-dates = All values are as they were known on the day of the request. Our data count days and months from that day and do not say which day it was.
source = Source: { $source }
source-dated = { $source }, latest: { $age }
source-nothing = { $source } (nothing there)
months-before = { $n ->
    [one] 1 month before the request
   *[other] { $count } months before the request
}
steps = Where the application stands
step-applied = Application received
step-proposed = Proposal by the model
step-decided = Decision by a person
step-contested = Objection
step-reviewed = Review by another person
step-is-done = done
step-is-now = present step
step-is-later = to come
step-not-needed = Not needed for now.
step-verdict = Decision: { $verdict }.
step-upheld = The decision stands: { $verdict }.
step-reversed = The decision was changed: { $verdict }.
step-due = By { $day }.
step-overdue = The deadline has passed: it was { $day }.
step-may-contest = The client may object at any time; another person answers within 30 days.
step-may-contest-own = You may object at any time; another person answers within 30 days.

# A new application: a client's past, and what is given back
apply-from-client = Start from client number
apply-fill = Fill in
apply-past = Take this client’s past along
apply-past-hint = Past credits, requests and payments, as the portfolio holds them, are added to what is typed here.
apply-past-taken = The client’s past, as the portfolio holds it, was taken along.
apply-past-number = Type the number of the client whose past is to be taken along.
apply-past-unknown = No client whom you may see has this number.
apply-past-both = Take the client’s past along, or type rows below: not both.
apply-again = Back to the form
apply-again-words = Sign in in another tab, then come back here. The form opens again as you filled it in; nothing is sent for you.
apply-again-kept = { $n ->
    [0] No field was filled in.
    [one] One filled field is kept on this page.
   *[other] { $count } filled fields are kept on this page.
}
apply-new = New application
ways-changes = What could change, as it is today:

# Training runs and data quality
nav-log-short = Log
nav-verify-short = Verify
nav-reviews-short = Waiting
nav-agreement-short = Agreement
list-shown = { $from } to { $to } of { $all }
page-before = Previous page
runs = Training runs
runs-title = Training run of { $when }
runs-run = Start
runs-kind = Search
runs-candidate = Candidate chosen
runs-clients = Clients
runs-features = Features
runs-auc = AUC (95%)
runs-cost = Cost a client
runs-brier = Brier
runs-quick = quick
runs-standard = standard
runs-thorough = thorough
runs-none = No training run yet. This command makes one:
runs-away = This server has no workspace at hand: training runs are not known here.
runs-lead = Each line is a training run: what was asked, and how good the chosen candidate is on clients it had not seen. Tick two to four to compare them.
runs-compare = Compare training runs
runs-compare-this = Compare the run of
runs-compare-chosen = Compare the ticked runs
runs-compare-in-force = Compare with the one in force
runs-in-force = in force
runs-in-force-long = Its model is in force
runs-failed = failed
runs-failed-words = This training run stopped:
runs-finished = finished
runs-unreadable = Unreadable run
runs-unreadable-words = The other runs can still be read. Bring this folder back from a backup, or take it out of the workspace.
runs-all = All training runs
runs-synthetic = synthetic data
runs-metrics = Metrics of the chosen candidate
runs-metric = Metric
runs-value = Value
runs-how-read = How to read it
runs-done = What was done
runs-status = Status
runs-who = By
runs-start = Start
runs-end = End
runs-seconds = Seconds
runs-read = Features that the model reads
runs-bundle = Model
runs-data = Data it learned from
runs-defaults = Defaults
runs-recipe = Recipe
runs-recipe-hash = Hash of the recipe
runs-portfolio = Portfolio
runs-matrix = Matrix of features
runs-folds = Folds
runs-from-seed = drawn from the seed
runs-parameters = What was asked
runs-policy = Costs and threshold
runs-hyperparameters = Settings chosen
runs-candidates = Candidates
runs-candidate-head = Candidate
runs-board-words = The chosen one first. The distance in AUC from it comes with its standard error, corrected for what folds share.
runs-apart = AUC, distance
runs-calibration = Calibration error
runs-chosen = chosen
runs-seen-all = saw the clients judged
runs-files = Files
runs-files-words = In the workspace, folder
runs-not-compared = Nothing to compare
runs-choose = Choose two to { $most } training runs, then compare.
runs-too-few = Fewer than two of the chosen runs can be read.
runs-show-all = Show all lines
runs-show-differences = Show only the differences
runs-uneven = These runs were not judged on the same folds of the same clients: compare their metrics with care.
runs-what = What
runs-differs-head = Difference
runs-differs = different
runs-same = the same
runs-best = best
quality = Data quality
quality-what = In short
quality-summary = Errors: { $errors }. Warnings: { $warnings }. Notes: { $notes }. Checks that found nothing: { $held }.
quality-lead = This report was made when the data came in: it changes no row, it says where to look.
quality-absent = Absent files, whose features are left out:
quality-search = Word, table or column
quality-severity = Severity
quality-table = Table
quality-found = Findings: { $findings }. Columns: { $columns }.
quality-findings = What was found, worst first
quality-none-found = No finding fits this search.
quality-nothing = Nothing: no check found anything.
quality-wrong = Finding
quality-place = Where
quality-rows = Rows
quality-share = Share
quality-done = What was done about it
quality-examples = First rows
quality-error = error
quality-warning = warning
quality-note = note
quality-kept = kept as they are
quality-kept-unless-strict = kept as they are; “limpide ingest --strict” would have refused the data
quality-rows-unread = no feature reads them
quality-value-unread = the value is not read, the rest of the row is
quality-columns = Column by column
quality-columns-words = The missing share counts values agreed on for “not known” as well.
quality-no-column = No column fits this search.
quality-column = Column
quality-missing = Missing share
quality-files = Files read
quality-files-words = Values agreed on for “not known” were set to missing; this is the only change made to values.
quality-file = File
quality-file-rows = Rows
quality-file-columns = Columns
quality-set = Set to missing
quality-held = What was looked for and found nowhere
quality-none = No report
quality-none-words = No report on data quality is at hand for this server. It is made when data come in, with this command:
sort-farthest = Farthest from threshold
sort-latest = Highest number first

## Settings, advisers' clients, versions by the API
nav-settings = Settings
settings-facts = What holds now, in plain words
settings-sessions = Somebody who is signed in stays so for { $idle } without doing anything, and for { $absolute } at most.
settings-decisions = What a case tells is erased { $span } after its last entry. The chain of entries stays, so that it can still be verified.
settings-decisions-never = What a case tells is never erased by itself.
settings-predictions = The results that were answered are kept for { $span }.
settings-predictions-never = The results that were answered are kept without end.
settings-idempotency = A request that is sent again under the same key is recognised for { $span }.
settings-decide-within = A person has { $span } to decide what the model does not suggest approving.
settings-answer-within = A second person has { $span } to answer an objection.
settings-batches = The results of a batch are kept for { $span } after its end.
settings-fixed = (fixed by the program)
settings-change = How to change a setting
settings-change-words = Settings are read once, when the server starts. Change one on the machine, by its flag, its variable or its line in the configuration file, then restart the server. This page shows what was read; it changes nothing.
settings-change-order = A flag counts more than a variable, a variable more than the file, the file more than the default.
settings-change-secrets = Secrets are never shown. They come from a variable, or from a file that another setting names.
settings-which = Which settings
settings-all = All settings
settings-set = Only those that somebody set
settings-none-set = Nobody set anything: every default holds.
settings-unknown = The program did not say what it was set to.
settings-nothing = nothing
settings-hidden = set, and hidden
settings-default = default
settings-flag = from the command line
settings-variable = from the environment
settings-file = from { $path }, line { $line }
span-minutes = { $n ->
    [one] { $count } minute
   *[other] { $count } minutes
}
span-hours = { $n ->
    [one] { $count } hour
   *[other] { $count } hours
}
span-days = { $n ->
    [one] { $count } day
   *[other] { $count } days
}
span-months = { $n ->
    [one] { $count } month
   *[other] { $count } months
}
span-years = { $n ->
    [one] { $count } year
   *[other] { $count } years
}
assigned = Clients of this person
assigned-count = { $n ->
    [0] No client is assigned.
    [one] { $count } client is assigned.
   *[other] { $count } clients are assigned.
}
assigned-alone = This person sees these clients alone.
assigned-not-alone = This person sees every client. As soon as you add or take away a client here, they see the assigned clients alone.
assigned-search = Number, or its first digits
assigned-found = Assigned clients
assigned-no-found = No assigned client has a number that starts so.
assigned-next = Next clients
assigned-first = First clients
assigned-remove = Take the chosen ones away
assigned-add = Add clients
assigned-numbers = Client numbers, separated by commas, spaces or lines
assigned-add-words = All are added, or none where one number does not fit. The person’s list follows at once.
assigned-none-typed = Type at least one client number.
assigned-none-chosen = Choose at least one client of the list.
assigned-too-many = These are { $found } numbers; at most { $most } are added at once.
assigned-fault = { $n ->
    [one] Nothing was added: a number does not fit.
   *[other] Nothing was added: { $count } numbers do not fit.
}
assigned-problem = { $found }: { $words }
assigned-unknown = No client of the portfolio has this number.
assigned-more = { $n ->
    [one] And one other number.
   *[other] And { $count } other numbers.
}
assigned-added = { $n ->
    [0] No client was added.
    [one] { $count } client was added.
   *[other] { $count } clients were added.
}
assigned-already = { $n ->
    [one] One was assigned already.
   *[other] { $count } were assigned already.
}
assigned-removed = { $n ->
    [0] No client was taken away.
    [one] { $count } client was taken away.
   *[other] { $count } clients were taken away.
}

# Features that moved, and the model in more detail
moved = Have the features moved?
moved-told = Features compared: { $all }. Have moved (PSI of 0.1 or more): { $moved }, { $large } of them a lot (0.25 or more). Beyond chance and below 0.1: { $small }; chance alone would take about { $chance } there.
moved-method = { $clients } of the { $everyone } clients served, taken evenly, are compared with the training clients: the known values in about ten parts, and the share of unknown ones. Below 0.01 nothing is said: the model keeps no more than percentiles.
moved-limit = As long as features are not computed on new data, most of these clients are those of the training: hardly anything can show then.
moved-few = Too few clients are served to compare them: { $clients }, at least { $fewest } are needed.
moved-unread = This is not known: a client’s data cannot be read. The rest of the page does not rest on it; the server’s log says what is wrong.
moved-table = The features whose values have moved most
moved-chance = By chance alone, at most
moved-missing-then = Unknown in training
moved-missing-now = Unknown now
analyst-leading = The features that count most
analyst-mixed = What the model would lose without a concept
analyst-nothing-to-propose = No other model can be proposed: a new training gives one.
feature-term = What the readable model gives it
feature-term-words = The readable model is the one that can be read term by term, beside the model in force.
quality-short = Data

# An account of the sign-in service
provider-other = The sign-in service gives your name to another account than the one you first came with. Nothing was opened. Tell the administrator, who can let the new account in.
people-release = Let another account of the sign-in service in
people-release-words = This person signs in with one account of the sign-in service, the one they first came with. Once released, the next account of that name is the one.
people-done-release = The next account of the sign-in service that comes under this name is the one.

# Where a value stands, in short
standing-words = Below a value, “lower than 83%” means that 83% of clients have more; “same as 9%”, that 9% of clients have the same.
standing-less = lower than { $share }
standing-more = higher than { $share }
standing-earlier = earlier than { $share }
standing-later = later than { $share }
standing-same = same as { $share }
standing-ordinary = a common value
standing-nearly-all = nearly all
standing-few = very few

# After a correction
case-unproposed-answered = Nothing is decided yet; the request for a correction has been answered.
corrected-next = An item was corrected. To calculate again with this correction:

# A new application: fields that are seldom filled
apply-more = Other fields ({ $count })
