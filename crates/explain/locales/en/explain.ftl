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
date-same = on the day of the request

## Where a value stands among all clients
clients-share = { $share } of clients
clients-nearly-all = nearly all clients
comparison-lower = lower than for { $clients }
comparison-higher = higher than for { $clients }
comparison-less = less than for { $clients }
comparison-more = more than for { $clients }
comparison-earlier = earlier than for { $clients }
comparison-later = later than for { $clients }
clients-few = very few clients
comparison-same = as with { $clients }
comparison-unknown = as with { $clients }
comparison-ordinary = a common value among clients

## Reasons
reason-compared = { $sentence }, { $comparison }
reason-plain = { $sentence }.
reason-raises-here = { $sentence }; in this file, it raises the risk.
reason-lowers-here = { $sentence }; in this file, it lowers the risk.
reason-missing = We know nothing of this: { $label }
reason-raises = { $label }: { $value } ({ $comparison }); this raises the estimated risk.
reason-lowers = { $label }: { $value } ({ $comparison }); this lowers the estimated risk.
reason-raises-alone = { $label }: { $value }; this raises the estimated risk.
reason-lowers-alone = { $label }: { $value }; this lowers the estimated risk.
reason-protected = { $sentence } This is a characteristic protected by law.
reason-partly-protected = { $sentence } This factor partly depends on a characteristic protected by law.

## Waterfall
waterfall-start = Average applicant
waterfall-end = This client
waterfall-end-you = You
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
summary-chart-you = The estimated risk starts at { $start } for an average applicant and comes to { $end } for you; the decision threshold is { $threshold }.
summary-raises = What raises it most: { $list }.
summary-lowers = What lowers it most: { $list }.
summary-item = { $label } ({ $points } { $count ->
    [one] point
   *[other] points
})

## How far the decision is from another
points-apart = { $count ->
    [one] { $shown } point
   *[other] { $shown } points
}
points-hardly = less than { $shown } points
would-grant = the request would be granted
would-review = a person would look at the request
would-refuse = the request would be refused
stability-below = The risk is { $apart } below { $edge }. From that level on, { $beyond }.
stability-above = The risk is { $apart } above { $edge }. Below that level, { $beyond }.
stability-certain = Allowing for the margin, the risk is from { $low } to { $high }: always on the same side.
stability-uncertain = Allowing for the margin, the risk is from { $low } to { $high }: it may be on either side.
stability-turn = If “{ $label }” were as for an average applicant, { $then }.
stability-no-turn = No single factor would change the recommendation on its own.

## A second model
second-agrees = A second, simpler calculation gives the same recommendation: it puts the risk at { $second }, the first at { $first }.
second-refuses-granted = Two models do not agree here. The main one puts the risk at { $first } and would grant; the second, simpler one says { $second } and would refuse.
second-grants-refused = Two models do not agree here. The main one puts the risk at { $first } and would refuse; the second, simpler one says { $second } and would grant.
second-grants-reviewed = Two models do not agree here. The main one puts the risk at { $first } and asks for a person to look; the second, simpler one says { $second } and would grant.
second-refuses-reviewed = Two models do not agree here. The main one puts the risk at { $first } and asks for a person to look; the second, simpler one says { $second } and would refuse.
second-divides-first = They differ most on “{ $label }”: the main model sees more risk there.
second-divides-second = They differ most on “{ $label }”: the second model sees more risk there.

## Similar clients
similar-hundred = Of the { $clients } clients most like this one, { $count ->
    [0] none had serious repayment difficulties
   *[other] { $shown } had serious repayment difficulties
} (between { $low } and { $high } out of 100)
similar-rate = Of the { $clients } clients most like this one whose outcome is known, { $count ->
    [0] none had serious repayment difficulties
   *[other] { $shown } had serious repayment difficulties
}, that is { $rate } out of 100 (between { $low } and { $high } out of 100)
similar-beside-all = { $similar }; among all clients, { $all } out of 100.
similar-alone = { $similar }.
similar-few = { $count ->
    [0] The outcome is known for none of these clients
   *[other] The outcome is known for only { $shown } of these clients
}: at least { $least } are needed to give a rate.
similar-caveat = The model learned from these clients: this rate illustrates its estimate and is not a second opinion.

## Comparison with other clients
standing-number = { $label }: { $value }, more than for { $below } of the clients compared, less than for { $above }.
standing-date = { $label }: { $value }, later than for { $below } of the clients compared, earlier than for { $above }.
standing-category = { $label }: { $value }, as with { $same } of the clients compared.
standing-missing = { $label }: no data, as with { $same } of the clients compared.
standing-nobody = { $label }: { $value }; no value is known among the clients compared.
categories-others = others

## Which values a bin holds
values-any = any value
values-below = below { $high }
values-until = until { $high }
values-from = from { $low }
values-between = from { $low } to { $high }
values-other = any other value
