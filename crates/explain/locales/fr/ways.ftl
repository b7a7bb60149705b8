# Ways to a yes. Numbers arrive already written for French.
# Typography: U+202F before ; ? ! %, U+00A0 before : and between a number and its word.

ways-sentence = { $changes } : le risque estimé passe de { $before } à { $after }, sous le seuil d’accord de { $limit }.
ways-and = { $first } et { $last }
ways-less = { $request } ({ $share } de moins)
ways-more = { $request } ({ $share } de plus)
ways-follows = { $list }.
ways-follow = { $label } : { $after } au lieu de { $before }
ways-granted = Le modèle suggère un accord pour la demande telle qu’elle est : il n’y a rien à changer.
ways-nothing-open = Rien dans cette demande ne peut être changé.
ways-found = { $count ->
    [one] Un changement ramènerait le risque estimé sous le seuil d’accord de { $limit }. Aucun changement plus petit, parmi ceux que la banque propose, n’y suffirait.
   *[other] { $shown } changements différents ramèneraient chacun le risque estimé sous le seuil d’accord de { $limit }. Aucun changement plus petit que le premier, parmi ceux que la banque propose, n’y suffirait.
}
ways-found-yet = { $count ->
    [one] Un changement ramènerait le risque estimé sous le seuil d’accord de { $limit }. Aucun changement plus petit n’y suffirait.
   *[other] { $shown } changements différents ramèneraient chacun le risque estimé sous le seuil d’accord de { $limit }. Aucun changement plus petit que le premier n’y suffirait.
} Le temps a manqué après { $examined } possibilités sur { $of } : il peut y avoir d’autres solutions.
ways-none = Aucun des changements que la banque propose ne ramènerait le risque estimé sous le seuil d’accord de { $limit }. Ce qui peut changer ici : { $fields }. Les { $of } possibilités ont toutes été examinées.
ways-none-yet = Aucune solution n’est encore trouvée : le temps a manqué après { $examined } possibilités sur { $of }, les plus petits changements d’abord. Ce qui peut changer ici : { $fields }. Un changement plus grand peut encore ramener le risque estimé sous le seuil d’accord de { $limit }.
ways-note = C’est une estimation du modèle et non une promesse : la banque examine à nouveau toute demande modifiée.
