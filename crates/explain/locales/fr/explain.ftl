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
clients-few = très peu de clients
comparison-lower = une valeur plus basse que pour { $clients }
comparison-higher = une valeur plus élevée que pour { $clients }
comparison-less = moins que pour { $clients }
comparison-more = plus que pour { $clients }
comparison-earlier = plus tôt que pour { $clients }
comparison-later = plus tard que pour { $clients }
comparison-same = comme pour { $clients }
comparison-unknown = comme pour { $clients }
comparison-ordinary = une valeur courante parmi les clients

## Reasons
reason-compared = { $sentence }, { $comparison }
reason-plain = { $sentence }.
reason-raises-here = { $sentence } ; dans ce dossier, cela augmente le risque.
reason-lowers-here = { $sentence } ; dans ce dossier, cela diminue le risque.
reason-missing = Nous ne savons rien de ceci : { $label }
reason-raises = { $label } : { $value } ({ $comparison }) ; cela augmente le risque estimé.
reason-lowers = { $label } : { $value } ({ $comparison }) ; cela diminue le risque estimé.
reason-raises-alone = { $label } : { $value } ; cela augmente le risque estimé.
reason-lowers-alone = { $label } : { $value } ; cela diminue le risque estimé.
reason-protected = { $sentence } C’est une caractéristique protégée par la loi.
reason-partly-protected = { $sentence } Ce facteur dépend en partie d’une caractéristique protégée par la loi.

## Waterfall
waterfall-start = Demandeur moyen
waterfall-end = Ce client
waterfall-end-you = Vous
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
summary-chart-you = Le risque estimé part de { $start } pour un demandeur moyen et arrive à { $end } pour vous ; le seuil de décision est à { $threshold }.
summary-raises = Ce qui l’augmente le plus : { $list }.
summary-lowers = Ce qui le diminue le plus : { $list }.
summary-item = { $label } ({ $points } { $count ->
    [one] point
   *[other] points
})

## How far the decision is from another
points-apart = { $count ->
    [one] { $shown } point
   *[other] { $shown } points
}
points-hardly = moins de { $shown } point
would-grant = la demande serait acceptée
would-review = une personne examinerait la demande
would-refuse = la demande serait refusée
stability-below = Le risque est { $apart } sous { $edge }. À partir de ce niveau, { $beyond }.
stability-above = Le risque est { $apart } au-dessus de { $edge }. Sous ce niveau, { $beyond }.
stability-certain = Compte tenu de la marge, le risque va de { $low } à { $high } : toujours du même côté.
stability-uncertain = Compte tenu de la marge, le risque va de { $low } à { $high } : il peut être d’un côté ou de l’autre.
stability-turn = Si « { $label } » était comme chez le demandeur moyen, { $then }.
stability-no-turn = Aucun facteur à lui seul ne changerait la recommandation.

## A second model
second-agrees = Un second calcul, plus simple, donne la même recommandation : il estime le risque à { $second }, le premier à { $first }.
second-refuses-granted = Deux modèles ne sont pas d’accord ici. Le principal place le risque à { $first } et dirait oui ; le second, plus simple, le place à { $second } et dirait non.
second-grants-refused = Deux modèles ne sont pas d’accord ici. Le principal place le risque à { $first } et dirait non ; le second, plus simple, le place à { $second } et dirait oui.
second-grants-reviewed = Deux modèles ne sont pas d’accord ici. Le principal place le risque à { $first } et demande l’avis d’une personne ; le second, plus simple, le place à { $second } et dirait oui.
second-refuses-reviewed = Deux modèles ne sont pas d’accord ici. Le principal place le risque à { $first } et demande l’avis d’une personne ; le second, plus simple, le place à { $second } et dirait non.
second-divides-first = Ce qui les sépare le plus est « { $label } » : le modèle principal y voit plus de risque.
second-divides-second = Ce qui les sépare le plus est « { $label } » : le second modèle y voit plus de risque.

## Similar clients
similar-hundred = Sur les { $clients } clients les plus semblables à celui-ci, { $count ->
    [0] aucun n’a eu de sérieuses difficultés de remboursement
    [one] { $shown } a eu de sérieuses difficultés de remboursement
   *[other] { $shown } ont eu de sérieuses difficultés de remboursement
} (entre { $low } et { $high } sur 100)
similar-rate = Sur les { $clients } clients les plus semblables à celui-ci dont l’issue est connue, { $count ->
    [0] aucun n’a eu de sérieuses difficultés de remboursement
    [one] { $shown } a eu de sérieuses difficultés de remboursement
   *[other] { $shown } ont eu de sérieuses difficultés de remboursement
}, soit { $rate } sur 100 (entre { $low } et { $high } sur 100)
similar-beside-all = { $similar } ; parmi tous les clients, { $all } sur 100.
similar-alone = { $similar }.
similar-few = { $count ->
    [0] L’issue n’est connue pour aucun de ces clients
    [one] L’issue n’est connue que pour { $shown } de ces clients
   *[other] L’issue n’est connue que pour { $shown } de ces clients
} : il en faut au moins { $least } pour donner un taux.
similar-caveat = Le modèle a appris de ces clients : ce taux illustre son estimation, ce n’est pas un second avis.

## Comparison with other clients
standing-number = { $label } : { $value }, plus que pour { $below } des clients comparés, moins que pour { $above }.
standing-date = { $label } : { $value }, plus tard que pour { $below } des clients comparés, plus tôt que pour { $above }.
standing-category = { $label } : { $value }, comme pour { $same } des clients comparés.
standing-missing = { $label } : aucune donnée, comme pour { $same } des clients comparés.
standing-nobody = { $label } : { $value } ; aucune valeur n’est connue parmi les clients comparés.
categories-others = autres

## Which values a bin holds
values-any = toute valeur
values-below = moins de { $high }
values-until = jusqu’à { $high }
values-from = à partir de { $low }
values-between = de { $low } à { $high }
values-other = toute autre valeur
