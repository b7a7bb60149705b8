# Sentences of explanations. Numbers arrive already written for French.
# Typography: U+202F before ; ? ! %, U+00A0 before : and between a number and its word.

## Values
value-missing = aucune donnée
value-yes = oui
value-no = non
span-years = { $count ->
    [one] { $shown } an
   *[other] { $shown } ans
}
span-months = { $shown } mois
span-days = { $count ->
    [one] { $shown } jour
   *[other] { $shown } jours
}
date-before = { $span } avant la demande
date-after = { $span } après la demande
date-same = le jour de la demande

## Where a value stands among all clients
clients-share = { $share } des clients
clients-nearly-all = presque tous les clients
comparison-lower = valeur plus basse que chez { $clients }
comparison-higher = valeur plus élevée que chez { $clients }
comparison-less = moins que chez { $clients }
comparison-more = plus que chez { $clients }
comparison-earlier = plus tôt que chez { $clients }
comparison-later = plus tard que chez { $clients }
comparison-same = comme { $clients }
comparison-rare = comme très peu de clients
comparison-ordinary = proche de la médiane des clients

## Reasons
reason-compared = { $sentence } : { $comparison }.
reason-plain = { $sentence }.
reason-raises = { $label } : { $value } ({ $comparison }) ; cela augmente le risque estimé.
reason-lowers = { $label } : { $value } ({ $comparison }) ; cela diminue le risque estimé.
reason-raises-alone = { $label } : { $value } ; cela augmente le risque estimé.
reason-lowers-alone = { $label } : { $value } ; cela diminue le risque estimé.
reason-protected = { $sentence } Cette information touche à une caractéristique protégée par la loi.

## Waterfall
waterfall-start = Demandeur moyen
waterfall-end = Ce client
waterfall-others = { $count ->
    [one] { $shown } autre facteur
   *[other] { $shown } autres facteurs
}

## Summaries
summary-risk = Sur { $per } demandeurs au dossier semblable, { $count ->
    [0] moins d’un aurait
    [one] environ { $shown } aurait
   *[other] environ { $shown } auraient
} de sérieuses difficultés de remboursement. La banque en accepte jusqu’à { $accepted }.
summary-chart = Le risque estimé part de { $start } pour un demandeur moyen et arrive à { $end } pour ce client ; le seuil de décision est à { $threshold }.
summary-raises = Ce qui l’augmente le plus : { $list }.
summary-lowers = Ce qui le diminue le plus : { $list }.
summary-item = { $label } ({ $points } points)

## Which values a bin holds
values-any = toute valeur
values-below = moins de { $high }
values-until = jusqu’à { $high }
values-from = à partir de { $low }
values-between = de { $low } à { $high }
values-other = toute autre valeur
