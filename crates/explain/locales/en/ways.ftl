# Ways to a yes. Numbers arrive already written for English.

ways-sentence = { $changes }: the estimated risk falls from { $before } to { $after }, below the approval threshold of { $limit }.
ways-and = { $first } and { $last }
ways-less = { $request } ({ $share } less)
ways-more = { $request } ({ $share } more)
ways-follows = { $list }.
ways-follow = { $label }: { $after } instead of { $before }
ways-granted = The model suggests approval for the request as it stands: nothing needs to change.
ways-nothing-open = There is nothing in this request that could be changed.
ways-found = { $count ->
    [one] One change would bring the estimated risk below the approval threshold of { $limit }. No smaller one, among those that the bank offers, would do.
   *[other] Each of { $shown } different changes would bring the estimated risk below the approval threshold of { $limit }. None smaller than the first, among those that the bank offers, would do.
}
ways-found-yet = { $count ->
    [one] One change would bring the estimated risk below the approval threshold of { $limit }. No smaller one would do.
   *[other] Each of { $shown } different changes would bring the estimated risk below the approval threshold of { $limit }. None smaller than the first would do.
} Time ran out after { $examined } of { $of } possibilities: there may be other ways.
ways-none = None of the changes that the bank offers would bring the estimated risk below the approval threshold of { $limit }. What may change here: { $fields }. All { $of } possibilities were looked at.
ways-none-yet = No way has been found yet: time ran out after { $examined } of { $of } possibilities, the smallest changes first. What may change here: { $fields }. Larger changes may still bring the estimated risk below the approval threshold of { $limit }.
ways-note = This is an estimate by the model and not a promise: the bank examines every changed request afresh.
