# Sentences of explanations. Numbers arrive already written for English.

## Values
value-missing = no data
value-yes = yes
value-no = no
span-years = { $count ->
    [one] { $shown } year
   *[other] { $shown } years
}
span-months = { $count ->
    [one] { $shown } month
   *[other] { $shown } months
}
span-days = { $count ->
    [one] { $shown } day
   *[other] { $shown } days
}
date-before = { $span } before the request
date-after = { $span } after the request
date-same = the day of the request

## Where a value stands among all clients
clients-share = { $share } of clients
clients-nearly-all = nearly all clients
comparison-lower = lower than for { $clients }
comparison-higher = higher than for { $clients }
comparison-less = less than for { $clients }
comparison-more = more than for { $clients }
comparison-earlier = earlier than for { $clients }
comparison-later = later than for { $clients }
comparison-same = as for { $clients }
comparison-rare = as for very few clients
comparison-ordinary = close to the median of clients

## Reasons
reason-compared = { $sentence }: { $comparison }.
reason-plain = { $sentence }.
reason-raises = { $label }: { $value } ({ $comparison }); this raises the estimated risk.
reason-lowers = { $label }: { $value } ({ $comparison }); this lowers the estimated risk.
reason-raises-alone = { $label }: { $value }; this raises the estimated risk.
reason-lowers-alone = { $label }: { $value }; this lowers the estimated risk.
reason-protected = { $sentence } This information relates to a characteristic protected by law.

## Waterfall
waterfall-start = Average applicant
waterfall-end = This client
waterfall-others = { $count ->
    [one] { $shown } other factor
   *[other] { $shown } other factors
}

## Summaries
summary-risk = Out of { $per } applicants with a similar file, { $count ->
    [0] fewer than one
   *[other] about { $shown }
} would have serious repayment difficulties. The bank accepts up to { $accepted }.
summary-chart = The estimated risk starts at { $start } for an average applicant and comes to { $end } for this client; the decision threshold is { $threshold }.
summary-raises = What raises it most: { $list }.
summary-lowers = What lowers it most: { $list }.
summary-item = { $label } ({ $points } points)

## Which values a bin holds
values-any = any value
values-below = below { $high }
values-until = until { $high }
values-from = from { $low }
values-between = from { $low } to { $high }
values-other = any other value
