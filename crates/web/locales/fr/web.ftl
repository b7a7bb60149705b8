# Words of the dashboard. Numbers arrive already written for French.
# Typography: U+202F before ; ? ! %, U+00A0 before : and between a number and its word.

## Frame
skip = Aller au contenu
brand-label = Limpide, accueil
nav-label = Navigation principale
crumbs-label = Fil d’Ariane
other-language = English
sign-out = Se déconnecter
foot = Limpide · modèle
synthetic = Données synthétiques
synthetic-words = Les clients et leurs dossiers sont inventés.
role-adviser = Chargé de clientèle
role-client = Client
role-analyst = Analyste
role-auditor = Auditeur
role-admin = Administrateur

## Signing in
sign-in = Se connecter
sign-in-fault-page = Connexion refusée
sign-in-fault = Identifiant ou mot de passe incorrect.
sign-in-locked = { $n ->
    [one] Trop d’essais manqués sous cet identifiant. Réessayez dans une minute.
   *[other] Trop d’essais manqués sous cet identifiant. Réessayez dans { $count } minutes.
}
sign-in-with = Se connecter avec { $provider }
provider-down = Le service de connexion ne répond pas. Réessayez dans un instant, ou connectez-vous avec un mot de passe.
provider-stale = Cette connexion a été commencée ailleurs, a trop duré ou a déjà servi. Recommencez.
provider-denied = Le service de connexion ne vous a pas laissé entrer. Recommencez, ou connectez-vous avec un mot de passe.
provider-untrusted = La réponse du service de connexion n’est pas digne de confiance. Recommencez ; si cela se reproduit, prévenez l’administrateur.
provider-unknown = Vous êtes connecté là-bas, mais aucun compte ne vous est ouvert ici. Prévenez l’administrateur.
username = Identifiant
password = Mot de passe

## List of clients
clients = Clients
search-heading = Trouver un client
client-number = Numéro de client
search = Rechercher
search-clear = Effacer
search-digits = Un numéro de client ne contient que des chiffres.
column-client = N° de client
column-risk = Risque de défaut
column-distance = Écart au seuil
column-decision = Recommandation
clients-found = { $n ->
    [0] Aucun client trouvé.
    [one] Un client trouvé.
   *[other] { $count } clients trouvés.
}
points = { $points } pts

## A client
client-title = Client n° { $client }
number-sign = N°
own-title = Ma demande
print = Imprimer le rapport
decision = Recommandation
own-decision = Risque estimé
risk = Risque de défaut
gauge-words = Risque de défaut estimé à { $risk }, pour un seuil de décision à { $threshold }. { $verdict }.
decision-granted = Accord suggéré — risque sous le seuil
decision-refused = Refus suggéré — risque au-dessus du seuil
decision-review = À examiner — risque proche du seuil
decision-granted-short = Accord
decision-refused-short = Refus
decision-review-short = À examiner
own-granted = Le risque estimé est sous le seuil accepté
own-refused = Le risque estimé dépasse le seuil accepté
own-review = Votre dossier sera examiné par une personne
own-decided-granted = Votre demande est acceptée : une personne a décidé, l’estimation n’est qu’un conseil.
advice = Le modèle conseille, vous décidez. Notez vos raisons si vous vous en écartez.
own-advice = Ce résultat est une estimation. Votre chargé de clientèle peut le revoir avec vous et corriger une information inexacte.
distance = Écart au seuil
distance-below = { $apart } au-dessous
distance-above = { $apart } au-dessus
margin = Marge de l’estimation
margin-words = de { $low } à { $high }
simulate = Simuler

## What explains the result
drivers = Ce qui explique ce résultat
drivers-words = En partant du demandeur moyen, chaque facteur augmente ou diminue le risque estimé.
legend-label = Légende
raises = Augmente le risque
lowers = Diminue le risque
threshold = Seuil de décision
chart-keys = Les flèches du clavier parcourent le graphique ; le tableau ci-dessous contient les mêmes valeurs.
as-table = Voir en tableau
column-factor = Facteur
column-effect = Effet (points)
column-after = Risque estimé
reasons = Les raisons, en clair
reasons-words = Les principaux facteurs et ce qu’ils changent au risque estimé, en points de pourcentage.
reasons-against = Ce qui augmente le risque
reasons-favour = Ce qui diminue le risque
reasons-none = Aucun facteur notable.
detail = Les données derrière ce facteur
detail-show = Afficher ces données
detail-features = Les informations qui composent le facteur
detail-others = { $n ->
    [one] Une autre information du même facteur pèse moins.
   *[other] { $count } autres informations du même facteur pèsent moins.
}
detail-source = D’où vient cette information :
detail-formula = Le calcul exact
column-information = Information
column-value = Valeur
column-effect-on-risk = Effet
rows-none = { $label } : aucune ligne.
rows-some = { $label } : les { $shown } plus récentes sur { $total }.
rows-all = { $label } : { $total }.

## Comparison with others
comparison = Comparaison du client
own-comparison = Votre situation parmi les autres
comparison-feature = Information
comparison-with = Croiser avec
comparison-with-none = Rien
comparison-among = Comparer à
among-all = Tous les clients
among-similar = Clients semblables
comparison-weightiest = Ce qui pèse le plus
comparison-few = quelques-uns
comparison-missing = { $n ->
    [one] L’information manque pour un client.
   *[other] L’information manque pour { $count } clients.
}
comparison-unknown = Les valeurs des autres clients ne sont pas conservées pour cette information. Choisissez-en une autre.
mark-client = Ce client
mark-own = Vous
show = Afficher
column-clients = Clients
cloud-levels = Du moins au plus de clients
cloud-rows = Là où les clients sont les plus nombreux

## Similar clients
similar = Clients semblables
own-similar = Des clients comme vous
similar-defaults = { $n ->
    [0] Aucun n’a eu de sérieuses difficultés.
    [one] Un a eu de sérieuses difficultés.
   *[other] { $count } ont eu de sérieuses difficultés.
}
similar-repaid = { $n ->
    [0] Aucun n’a remboursé.
    [one] Un a remboursé.
   *[other] { $count } ont remboursé.
}
similar-unknown = { $n ->
    [one] Pour un, on ne sait pas encore.
   *[other] Pour { $count }, on ne sait pas encore.
}
similar-decisions = Ce que le modèle recommande pour eux : accord pour { $granted }, refus pour { $refused }, examen par une personne pour { $review }.
similar-rows = Les plus semblables, un par un
column-alike = Ressemblance
column-outcome = Ce qu’il en est advenu
outcome-default = Difficultés
outcome-repaid = Remboursé
outcome-unknown = Pas encore connu

## What if
what-if = Simulation
what-if-words = Modifiez la demande : l’estimation suit aussitôt. La demande elle-même n’est pas changée ; les réponses données sont enregistrées.
try = Simuler
try-reset = Réinitialiser
try-now = Actuellement
try-risk = Risque simulé
try-nothing = Rien n’est modifié pour l’instant.
try-same = Le risque passerait de { $before } à { $after } ; la recommandation resterait la même.
try-granted = Le risque passerait de { $before } à { $after } : la recommandation deviendrait un accord.
try-refused = Le risque passerait de { $before } à { $after } : la recommandation deviendrait un refus.
try-review = Le risque passerait de { $before } à { $after } : une personne devrait examiner la demande.
try-changes = Ce qui change dans les raisons, en points
try-no-changes = Aucune raison ne change de façon visible.
try-faults = Une valeur ne convient pas ; corrigez-la pour voir le résultat.
try-fault = Écrivez un nombre de { $low } à { $high }.
column-before = Avant
column-after-change = Après
yes = oui
no = non

## Ways to a yes
ways = Comment obtenir un accord
ways-words = Les plus petits changements de la demande avec lesquels elle serait acceptée.
ways-find = Chercher
ways-busy = Recherche en cours…
ways-try = Simuler ce changement

## The client's information
information = Informations du client
own-information = Mes informations
filter = Filtrer…
filter-label = Filtrer les informations
filter-button = Filtrer
place-label = Comparer les valeurs à
place-all = Parmi tous les clients
place-similar = Parmi les semblables
filter-count = { $n ->
    [0] Aucune information ne correspond.
    [one] Une information affichée.
   *[other] { $count } informations affichées.
}

## The API's page
api-title = L’API, à lire et à essayer
api-words = Chaque route avec ses paramètres, ses réponses et des commandes prêtes à l’emploi. Les descriptions viennent du document OpenAPI, en anglais.
api-access = Comment y accéder
api-access-words = Les commandes lisent une clé d’API dans la variable LIMPIDE_API_KEY. Les formulaires de cette page utilisent votre session si vous êtes connecté, ou la clé saisie ici.
api-key = Clé d’API
api-key-words = Elle reste dans ce champ et n’est envoyée qu’à ce serveur.
api-document = Document OpenAPI (JSON)
api-routes = Routes
api-try = Essayer
api-writes = L’effet est réel et définitif : il est inscrit au journal des décisions.
api-required = (obligatoire)
api-optional = (facultatif)
api-body = Corps
api-send = Envoyer
api-sending = Envoyé, en attente de la réponse…
api-took = Réponse #status après #took ms
api-lost = Le serveur n’a pas répondu. Vérifiez qu’il fonctionne, puis renvoyez.
api-answer-headers = En-têtes de la réponse
api-answer-body = Corps de la réponse
api-parameters = Paramètres
api-no-parameters = Aucun.
api-answers = Réponses

## The case
case = Décision et historique
own-case = Mon dossier
case-none = Rien n’est encore décidé pour ce client.
own-case-none = Votre dossier n’est pas encore ouvert : rien n’est décidé.
case-stands = { $status } Décision : { $verdict }.
case-proposed = Décision prise par le calcul, sans intervention d’une personne.
case-unproposed = Rien n’est encore décidé ; une correction est demandée.
case-awaiting = Une personne doit décider.
case-decided = Une personne a décidé.
case-contested = La décision est contestée ; une seconde personne doit la revoir.
case-reviewed = Une seconde personne a revu la décision.
case-erased = Ce dossier a été effacé.
case-due = À faire avant le { $day }.
case-conflict = Ce n’est plus possible : le dossier a changé entre-temps, voyez l’historique. Votre texte est conservé ci-dessous.
case-verdict = Choisissez accord ou refus.
case-needs-reason = Cette décision s’écarte de la recommandation : dites pourquoi.
case-needs-words = Écrivez un texte de 1 à 10 000 caractères.
verdict = Décision
verdict-granted = accord
verdict-refused = refus
verdict-review = examen par une personne
decide = Décider
decide-reason = Raison
decide-hint = Nécessaire si vous vous écartez de la recommandation.
review = Répondre
review-words = Le client conteste. Maintenez la décision, ou changez-la.
review-reason = Raison, que le client lira
contest = Contester
contest-text = Pourquoi contestez-vous cette décision ?
contest-hint = Une autre personne relira votre dossier et vous répondra sous 30 jours.
comment = Commenter
comment-text = Commentaire
reopen = Ouvrir un nouveau dossier
history = Historique
history-none = Rien pour l’instant.
done-decision = La décision est enregistrée.
done-comment = Le commentaire est enregistré.
done-contest = Votre contestation est enregistrée.
done-review = La réponse est enregistrée.
done-proposal = Un nouveau dossier est ouvert.
by-model = Le modèle
by-you = Vous
by-program = Un programme
event-proposed = proposition : { $advice } (risque { $risk })
event-decided = décision : { $verdict }
event-overridden = décision contre la recommandation : { $verdict }
event-reversed = décision changée : { $verdict }
event-upheld = décision maintenue
event-commented = commentaire
event-contested = contestation
event-repaid = crédit remboursé
event-defaulted = crédit non remboursé
event-correction = demande de correction : { $item }
event-corrected = information corrigée
event-declined = correction refusée
event-forgotten = effacé

## What could not be sent
again = Votre session a pris fin
again-words = Ce que vous avez écrit est conservé ici. Connectez-vous dans un autre onglet, puis revenez et envoyez à nouveau.
again-later = Pas encore enregistré
again-sign-in = Se connecter dans un autre onglet
again-typed = Ce que vous avez écrit
again-send = Envoyer à nouveau

## Errors
error-home = Revenir à l’accueil
error-signed-out-title = Connexion nécessaire
error-signed-out-text = Connectez-vous pour voir cette page.
error-forbidden-title = Accès refusé
error-forbidden-text = Votre compte ne donne pas accès à cette page.
error-cross-site-title = Demande refusée
error-cross-site-text = Ce formulaire a été envoyé depuis un autre site. Revenez à l’accueil et recommencez.
error-unknown-client-title = Client inconnu
error-unknown-client-text = Aucun client que vous pouvez consulter ne porte ce numéro. Vérifiez le numéro.
error-unknown-case-title = Dossier inconnu
error-unknown-case-text = Ce client n’a pas de dossier de décision sous ce numéro. Une proposition en ouvre un.
error-unknown-feature-title = Variable inconnue
error-unknown-feature-text = Le modèle ne connaît aucune variable de ce nom. Vérifiez-le dans le catalogue des variables.
error-not-found-title = Page introuvable
error-not-found-text = Il n’y a rien à cette adresse.
error-method-title = Adresse mal utilisée
error-method-text = Cette adresse ne répond pas à ce type de demande.
error-bad-request-title = Demande illisible
error-bad-request-text = L’adresse ou le formulaire contient une valeur inattendue. Un numéro de client ne contient que des chiffres.
error-media-type-title = Format inattendu
error-media-type-text = Le formulaire est arrivé dans un format inattendu.
error-too-large-title = Envoi trop volumineux
error-too-large-text = Le formulaire contient plus de texte que ce qui est accepté.
error-unfit-values-title = Valeurs inattendues
error-unfit-values-text = Des valeurs de ce client ne correspondent pas au modèle publié. Le journal du serveur en donne la liste.
error-not-ready-title = Pas encore prêt
error-not-ready-text = Les clients semblables sont en cours de recherche. Réessayez dans un instant.
error-no-likeness-title = Aucun client n’est plus semblable qu’un autre
error-no-likeness-text = Le modèle donne le même risque à tous les clients.
error-too-few-title = Trop peu de clients
error-too-few-text = Trop peu de clients passent ces filtres pour en dire quelque chose.
error-no-recipe-title = Calcul impossible ici
error-no-recipe-text = Le modèle publié a été entraîné avec une autre recette que celle de ce serveur. Prévenez l’administrateur.
error-conflict-title = Impossible en l’état
error-conflict-text = Ce qui est demandé ne va pas avec l’état du dossier. Rechargez la page.
error-unavailable-title = Momentanément indisponible
error-unavailable-text = La base de données ne répond pas. Réessayez dans un instant.
error-full-title = Plus de place
error-full-text = Rien ne peut être écrit pour le moment : le disque est plein. Les pages restent lisibles. Prévenez l’administrateur.
error-not-measured-title = Pas encore mesuré
error-not-measured-text = Ce que fait le modèle sur tous les clients n’a pas encore été mesuré. Prévenez l’administrateur.
error-too-many-title = Trop de demandes
error-too-many-text = Il y a eu plus de demandes que ce qui est permis en une minute. Attendez un instant, puis réessayez.
error-busy-title = Serveur très occupé
error-busy-text = Le serveur ne peut pas en faire plus pour l’instant. Réessayez dans un instant.
error-slow-body-title = Envoi trop lent
error-slow-body-text = L’envoi n’est pas arrivé à temps. Vérifiez la connexion, puis réessayez.
error-too-late-title = Pas de réponse à temps
error-too-late-text = La réponse a pris trop de temps. Réessayez plus tard.
error-uri-too-long-title = Adresse trop longue
error-uri-too-long-text = L’adresse est plus longue que toutes celles de ce site. Revenez à l’accueil.
error-unknown-batch-title = Lot inconnu
error-unknown-batch-text = Aucun lot de ce numéro n’a été déposé avec ce compte, ou il a été gardé assez longtemps.
error-too-many-batches-title = Trop de lots en attente
error-too-many-batches-text = Déposez ce lot quand un autre sera terminé.
error-no-batches-title = Pas de lots ici
error-no-batches-text = Ce serveur ne traite pas de lots.
error-internal-title = Une erreur est survenue
error-internal-text = Le serveur n’a pas pu répondre. Réessayez dans un instant ; si cela se répète, prévenez l’administrateur.
month-of-request = le mois de la demande

## The model's card
card-use = Aider un chargé de clientèle à décider d’une demande de crédit : le modèle propose, une personne décide et en répond.
card-not-for = Refuser sans qu’une personne ait regardé ; fixer un taux ou un montant ; le recouvrement, l’emploi, l’assurance ou toute autre fin ; un public ou un produit que les données d’entraînement ne couvrent pas.
card-limit-accepted = L’issue n’est connue que des clients acceptés : ailleurs, le modèle extrapole.
card-limit-past = Le modèle apprend du passé et peut en répéter les inégalités.
card-limit-cause = Une contribution n’est pas une cause : changer une valeur ne change pas le risque.
card-limit-amount = Les coûts ne dépendent pas du montant.
card-limit-groups = La performance par groupe n’est pas mesurée ici.

## Everything that is kept about a client
export-title = Données conservées sur le client n° { $client }
export-made = Extraites le { $at }, avec le modèle { $model }.
export-not-kept = Les simples consultations ne sont pas conservées ; chaque résultat communiqué l’est, avec le rôle de la personne qui l’a demandé.
export-erased = Ce qui était conservé jusqu’au { $at } a été effacé.
export-result = Le résultat actuel et ses raisons
export-cases = Demandes et décisions
export-predictions = Résultats communiqués
export-account = Compte et chargés de clientèle
export-table = Données brutes :
export-features = Informations lues par le modèle
export-features-words = Plus le poids est grand, plus l’information a compté. Au-dessus de 0, elle augmente le risque ; au-dessous, elle le diminue.
export-feature = Information
export-value = Valeur
export-weight = Poids
export-when = Quand
export-who = Qui
export-what = Quoi
export-asked-by = Demandé par
export-model = Modèle
export-name = Nom
export-last-sign-in = Dernière connexion
export-program = un programme
export-proposed = Proposé par le modèle
export-unproposed = Correction demandée
export-awaiting = En attente d’une décision
export-decided = Décidé
export-contested = Contesté
export-reviewed = Réexaminé
export-forgotten = Effacé
export-score = Risque estimé { $risk }, seuil { $threshold }
export-advised-granted = Le modèle conseille d’accorder
export-advised-refused = Le modèle conseille de refuser
export-advised-review = Le modèle conseille un examen
export-granted = Crédit accordé
export-refused = Crédit refusé
export-commented = Commentaire
export-contest = Contestation
export-upheld = Décision maintenue
export-reversed = Décision changée
export-outcome = Issue du crédit
export-correction = Demande de correction
export-correction-answer = Réponse à la demande de correction
export-kind-score = Score
export-kind-explanation = Score expliqué
export-kind-posted = Score de valeurs saisies
export-kind-what-if = Simulation
export-kind-batch = Score par lot

## Letters
letter-foot = { $sender } · établi le { $day } · modèle { $model }
letter-title-granted = Votre demande de crédit est acceptée
letter-title-refused = Votre demande de crédit n’est pas acceptée
letter-title-waiting = Votre demande de crédit est à l’étude
letter-title-contested = Votre contestation est à l’étude
letter-title-upheld = Notre décision est maintenue
letter-title-reversed-granted = Après réexamen, votre demande est acceptée
letter-title-reversed-refused = Après réexamen, votre demande n’est pas acceptée
letter-subject = Demande étudiée le { $day }
letter-subject-facts = Demande étudiée le { $day } — { $facts }
letter-opening = Nous avons étudié votre demande. Vous trouverez ci-dessous où elle en est, ce qui l’explique et ce que vous pouvez faire.
letter-how-waiting = Le calcul ne décide pas seul : une personne examine votre demande et décidera au plus tard le { $due }.
letter-how-waiting-open = Le calcul ne décide pas seul : une personne examine votre demande avant de décider.
letter-how-alone = La demande a été acceptée par un calcul, sans intervention d’une personne.
letter-how-program = Un programme a enregistré cette décision le { $day }.
letter-how-agreed = Une personne a pris cette décision le { $day }, en s’appuyant sur un calcul.
letter-how-unadvised = Le calcul ne suffisait pas à décider. Une personne a examiné votre demande et a pris cette décision le { $day }.
letter-how-overridden = Une personne a pris cette décision le { $day }. Le calcul seul conseillait le contraire.
letter-how-contested = Vous avez contesté notre décision le { $day }. Une personne qui ne l’a pas prise vous répondra au plus tard le { $due }. { $stands }
letter-how-upheld = À votre demande, une autre personne a réexaminé votre dossier le { $day } et maintient la décision. { $stands }
letter-how-reversed = À votre demande, une autre personne a réexaminé votre dossier le { $day } et a changé la décision.
letter-stands-granted = La demande reste acceptée.
letter-stands-refused = La demande reste refusée.
letter-said = Ce qui a été noté : « { $said } »
letter-risk = Risque estimé
letter-gauge = Risque estimé à { $risk }, pour un seuil à { $threshold }. { $verdict }
letter-below = Le risque estimé est sous le seuil accepté.
letter-above = Le risque estimé dépasse le seuil accepté.
letter-near = Le risque estimé est proche du seuil accepté.
letter-effects-heading = Ce qui a le plus compté
letter-effects = Ce qui a le plus compté, et l’effet sur le risque estimé
letter-factor = Votre situation
letter-effect = Effet sur le risque
letter-points = Points
letter-points-words = Un point de plus : sur 100 demandeurs semblables, une personne de plus en difficulté.
letter-next = La suite
letter-next-granted = Prenez contact avec votre chargé de clientèle pour la suite. Un crédit vous engage et doit être remboursé : vérifiez que les mensualités vous conviennent avant de signer.
letter-next-refused = Un autre montant, une autre durée ou un élément nouveau peuvent changer le résultat. Parlez-en avec votre chargé de clientèle.
letter-next-waiting = Vous n’avez rien à faire. Si vous avez un élément nouveau, écrivez-le dès maintenant sur votre page : il sera joint à votre dossier.
letter-next-contested = Vous pouvez encore écrire tout élément utile sur votre page : il sera joint à votre dossier.
letter-rights = Vos droits
letter-right-review = Contester la décision et donner votre point de vue, depuis votre page ou par écrit. Une autre personne vous répond sous 30 jours.
letter-right-see = Voir toutes vos données et d’où elles viennent.
letter-right-correct = Faire corriger une donnée inexacte. Nous répondons sous 30 jours.
letter-right-authority = Vous adresser à l’autorité qui protège les données : CNIL, 3 place de Fontenoy, TSA 80715, 75334 Paris Cedex 07, www.cnil.fr.
letter-contact = Pour nous joindre : { $contact }.
letter-contact-adviser = Pour toute question, adressez-vous à votre chargé de clientèle.
letter-link = Courrier au client (PDF)
letter-link-own = Mon courrier (PDF)
record-link = Dossier à conserver (PDF)
record-title = Dossier de la décision
record-decision = La décision
record-verdict = Décision
record-undecided = aucune pour l’instant
record-advice = Recommandation du modèle
record-proposed-at = Étudiée
record-case = Numéro du dossier
record-score = Le score
record-interval = Intervalle
record-threshold = Seuil de refus
record-margin = Marge (log-cotes)
record-made-with = Fait avec
record-model = Empreinte du modèle
record-recipe = Empreinte de la recette
record-matrix = Empreinte de la matrice
record-program = Version du programme
record-log = Le journal des décisions
record-entry = N°
record-hash = Empreinte
record-inputs = Valeurs lues par le modèle
record-weight = Poids (log-cotes)
record-no-model = Le modèle n’est plus conservé ici : les poids manquent, et les valeurs portent leur nom technique.
error-no-letter-title = Pas encore de courrier
error-no-letter-text = Rien n’a encore été décidé sur cette demande. Le courrier pourra être lu dès qu’elle aura été étudiée.

## Corrections et données à emporter
own-corrections = Corriger ou télécharger mes données
corrections = Demandes de correction
corrections-none = Aucune correction n’a été demandée.
correct-item = Corriger
correct-title = Demander une correction
correct-words = Dites ce qui est inexact. Une personne vous répondra sous 30 jours.
correct-found = Ce qui est indiqué
correct-expected = Ce qui serait exact
correct-why = Pourquoi
correct-send = Envoyer la demande
correct-asked = Demandé le
correct-due = réponse attendue avant le { $day }
correct-waits = En attente d’une réponse
correct-needs = Nommez l’information et dites pourquoi elle est fausse.
answer = Réponse
answer-corrected = Corrigée
answer-declined = Exacte telle quelle
answer-send = Envoyer la réponse
answer-needs = Choisissez une réponse et dites pourquoi.
done-correction = Votre demande est enregistrée.
done-answer = La réponse est enregistrée.
done-outcome = L’issue du crédit est enregistrée.
outcome = Issue du crédit
outcome-is-repaid = remboursé
outcome-is-defaulted = non remboursé
outcome-note = Enregistrer
case-outcome = Choisissez l’issue du crédit.
download = Toutes vos données
download-words = Un seul fichier : vos données, votre résultat et ses raisons, les décisions et les échanges.
download-page = Tout télécharger

## La liste des clients, restreinte
clients-narrow = Filtrer et trier
clients-not-ready = Tous les clients sont encore en cours d’examen : la recherche par numéro marche déjà, le reste dans un instant.
clients-again = Réessayer
clients-unfit = Un choix est inconnu ici. Effacez les filtres et choisissez à nouveau.
column-facts = Demande
column-waits = En attente
waits-decision = D’une décision
waits-review = D’une réponse à une contestation
waits-correction = D’une réponse à une demande de correction
waits-by = avant le { $day }
waits-late = En retard
waiting-only = D’une décision humaine
choose-any = Sans filtre
band-words = { $low } à { $high }
sort = Trier
sort-riskiest = Risque décroissant
sort-safest = Risque croissant
sort-nearest = Proches du seuil
whose = Suivis par
whose-mine = Moi
pages-label = Pages de la liste
page-first = Première page
page-next = Page suivante

# The analyst's pages
analyst-nav = Parties du modèle
analyst-model = Modèle
analyst-features = Variables
analyst-versions = Versions
analyst-card = Le modèle en vigueur
analyst-lead = Il prédit la probabilité qu’un client ne rembourse pas. Candidat retenu : { $name }.
analyst-trained = Il a appris de { $clients } clients, dont { $defaults } en défaut, et lit { $features } variables.
analyst-quality = Sur des clients qu’il n’avait pas vus : AUC { $auc }, erreur de calibration { $error }. Il refuse à partir de { $threshold }.
analyst-board = Les candidats
analyst-calibration = Calibration
analyst-roc = Discrimination
analyst-cost = Coût et seuil
analyst-cost-missed = Coût d’un défaut accordé
analyst-cost-refused = Coût d’un bon client refusé
analyst-cost-fault = Un coût est un nombre de 0,1 à 100.
analyst-cost-best = Seuil le moins cher
analyst-cost-share = Part refusée
analyst-cost-client = Coût par client
analyst-limits = Ce pour quoi il n’est pas fait, et ce qu’il faut garder à l’esprit :
analyst-cost-same = Autant de clients refusés qu’aujourd’hui, sans revue humaine.
analyst-cost-more = Refusés en plus qu’aujourd’hui, parmi les clients d’apprentissage et sans revue humaine : { $count }.
analyst-cost-less = Refusés en moins qu’aujourd’hui, parmi les clients d’apprentissage et sans revue humaine : { $count }.
analyst-cost-none = Ce modèle ne dit pas ce que d’autres seuils auraient fait : entraînez-le à nouveau.
analyst-importance = Ce qui compte
analyst-curves = Variable par variable
analyst-terms = Le modèle lisible, terme par terme
analyst-segments = Par partie des clients
analyst-unmeasured = Ce que le modèle fait de tous les clients n’a pas été mesuré : lancez « limpide explain model ».
analyst-search = Nom, libellé ou concept
analyst-found = Variables trouvées : { $found }, montrées : { $shown }.
analyst-feature = Variable
analyst-concept = Concept
analyst-coverage = Renseignée
analyst-size = Importance (log-cotes)
analyst-sources = Colonnes d’origine
analyst-protected = protégée
analyst-unread = non lue par le modèle
analyst-proposals = Propositions de publication
analyst-no-proposal = Aucune proposition.
analyst-proposal = Proposition { $number }, par { $who }, le { $when }
analyst-open = En attente d’une deuxième personne
analyst-stale = Périmée : un autre modèle a été publié depuis
analyst-approved = Approuvée par { $who } : { $reason }
analyst-declined = Rejetée par { $who } : { $reason }
analyst-reason = Pourquoi
analyst-approve = Approuver et publier
analyst-decline = Rejeter
analyst-models = Modèles enregistrés
analyst-version = Modèle
analyst-stage = État
analyst-since = Depuis
analyst-stage-published = en vigueur
analyst-stage-candidate = candidat
analyst-stage-retired = retiré
analyst-why = Pourquoi publier ce modèle
analyst-propose = Proposer
analyst-reason-fault = Une raison est attendue, de 2 000 signes au plus.
analyst-in-force = Ce modèle est déjà en vigueur.
analyst-same-person = Qui propose un modèle ne l’approuve pas : une autre personne doit répondre.
analyst-stale-fault = Un autre modèle a été publié depuis cette proposition : proposez à nouveau.
analyst-proposed-already = { $who } a déjà proposé ce modèle.
analyst-answered-already = { $who } a déjà répondu à cette proposition.

## Navigation et journal des décisions
nav-application = Nouvelle demande
nav-result = Mon résultat
nav-data = Mes informations
nav-requests = Mon dossier
nav-model = Modèle
nav-log = Journal des décisions
nav-verify = Vérifier le journal
nav-people = Personnes
nav-keys = Clés
audit-find = Trouver des entrées
audit-by = Qui
audit-kind = Ce qui s’est passé
audit-day = Jour
audit-all = Tout
audit-none = Aucune entrée du journal ne correspond.
audit-older = Entrées plus anciennes
audit-model = modèle
audit-hash = Empreinte
audit-previous = Empreinte de l’entrée précédente
audit-case = Dossier
audit-entry = Entrée { $entry }
audit-told = Tout ce que dit l’entrée
audit-replay = Rejouer cette décision
audit-fault-person = Personne n’est connu sous ce nom. Choisissez dans la liste.
audit-fault-kind = Rien de tel n’est conservé. Choisissez dans la liste.
audit-fault-day = Ce n’est pas un jour. Écrivez-le comme 2026-01-31.
kind-proposed = Proposition
kind-decided = Décision
kind-overridden = Décision contre la recommandation
kind-commented = Commentaire
kind-contested = Contestation
kind-upheld = Décision maintenue
kind-reversed = Décision changée
kind-outcome = Suite du crédit
kind-correction = Demande de correction
kind-answer = Réponse à une demande de correction
kind-erased = Effacement
verify-found = Ce qui a été constaté
verify-whole = Chaque entrée est telle qu’elle a été écrite. Entrées{"\u00A0"}: { $count }, depuis le { $since }. Entrées effacées{"\u00A0"}: { $erased }.
verify-empty = Le journal est vide{"\u00A0"}: rien n’a encore été décidé.
verify-broken = Le journal est rompu à l’entrée { $entry }{"\u00A0"}: elle n’est pas telle qu’elle a été écrite.
verify-note = Notez cette tête ailleurs{"\u00A0"}: elle prouvera plus tard qu’aucune entrée n’a été coupée à la fin.
verify-again = Vérifier de nouveau
replay-same = Recalculée au bit près{"\u00A0"}: probabilité, intervalle, seuil, recommandation et raisons.
replay-differs = Recalculée, des parties diffèrent.
replay-what = Partie
replay-logged = Dans le journal
replay-now = Maintenant

## The frame: foot, colours, tour, glossary, accessibility
foot-label = À propos de ces pages
colours = Couleurs
colours-system = Système
colours-light = Clair
colours-dark = Sombre
tour = Premiers pas
tour-end = Compris, masquer
tour-find-title = Trouver un client.
tour-find-text = Saisissez un numéro ou ses premiers chiffres, ou filtrez la liste par recommandation, par risque et par ce qui vous attend.
tour-understand-title = Comprendre le résultat.
tour-understand-text = La page d’un client dit ce qui augmente et ce qui diminue le risque, et si l’estimation est sûre ; chaque raison s’ouvre sur ses données.
tour-decide-title = Décider.
tour-decide-text = Le modèle conseille. Vous accordez ou refusez au bas de la page du client, et donnez votre raison si vous vous écartez du conseil.
tour-result-title = Votre résultat.
tour-result-text = En haut : comment votre demande a été évaluée, ce qui a compté pour et contre vous.
tour-data-title = Vos informations.
tour-data-text = Plus bas : tout ce que l’on sait de vous. Si quelque chose est faux, demandez sa correction.
tour-disagree-title = Si vous n’êtes pas d’accord.
tour-disagree-text = Une fois la décision prise, vous pouvez la contester au bas de cette page ; une personne relira votre dossier.
tour-model-title = Le modèle.
tour-model-text = Comment il distingue, comment il est calibré, ce qui pèse le plus et ce que coûte chaque seuil de décision.
tour-catalogue-title = Les variables.
tour-catalogue-text = Chacune avec sa source, sa couverture et son poids ; cherchez-les par nom ou par sujet.
tour-versions-title = Les versions.
tour-versions-text = Proposez une autre version du modèle ; une deuxième personne l’approuve avant qu’elle ne décide.
tour-log-title = Le journal.
tour-log-text = Chaque proposition et chaque décision, à retrouver par client, nature, personne ou jour.
tour-verify-title = Vérifier.
tour-verify-text = Une page recalcule toute la chaîne et dit si une entrée a été changée ou retirée.
tour-replay-title = Rejouer.
tour-replay-text = Ouvrez une proposition et rejouez-la : les mêmes données doivent donner le même résultat.
tour-people-title = Les personnes.
tour-people-text = Ajoutez, modifiez ou fermez des comptes ; chaque rôle ne voit que ce qu’il lui faut.
tour-keys-title = Les clés.
tour-keys-text = Donnez aux programmes une clé pour ce qu’ils peuvent faire, avec une date de fin, et révoquez-la.
tour-approve-title = Le modèle.
tour-approve-text = Approuvez, en deuxième personne, le modèle qu’une autre propose.
glossary = Glossaire
glossary-words = Les quelques termes que ces pages emploient, en mots simples.
term-risk-title = Risque de défaut
term-risk-text = La part estimée des demandeurs au dossier semblable qui auraient de sérieuses difficultés de remboursement. 12 % veut dire 12 sur 100.
term-threshold-title = Seuil de décision
term-threshold-text = Le risque le plus élevé que la banque accepte. En dessous, l’accord est recommandé ; au-dessus, le refus. Tout près du seuil, une personne examine la demande.
term-distance-title = Écart au seuil
term-distance-text = La distance entre le risque estimé et le seuil, en points de pourcentage. Près du seuil, un petit changement peut modifier la recommandation.
term-margin-title = Marge de l’estimation
term-margin-text = L’intervalle où le risque se trouve le plus probablement. Plus il est large, moins l’estimation est sûre.
term-points-title = Points de pourcentage
term-points-text = La différence entre deux pourcentages. De 8 % à 11 %, le risque augmente de 3 points.
accessibility = Accessibilité
accessibility-aim = Chacun doit pouvoir lire, comprendre et agir ici. L’objectif est le niveau AA des règles pour l’accessibilité des contenus Web (WCAG) 2.2. Aucun organisme indépendant n’a audité ces pages : nous n’affirmons donc pas qu’elles sont conformes.
accessibility-tested = Comment c’est testé
accessibility-axe = Le vérificateur axe-core parcourt dans Chromium chaque page de chaque rôle, en couleurs claires, sombres et à fort contraste et sur 320 pixels de large, et ne doit y trouver aucun défaut.
accessibility-narrow = Sur aucune page rien ne doit déborder sur le côté à 320 pixels, ce que montre aussi un agrandissement de 400 %, ni à 200 %.
accessibility-scriptless = Lire, décider et envoyer les formulaires se fait sans JavaScript.
accessibility-keys = Le travail d’un chargé de clientèle et celui d’un client se font au clavier seul : le focus se voit toujours et suit l’ordre de la page.
accessibility-motion = Rien ne bouge pour qui demande moins d’animations.
accessibility-texts = Chaque graphique a un résumé en mots et un tableau des mêmes valeurs ; aucun sens n’est porté par la couleur seule.
accessibility-missing = Ce qui n’est pas testé, ou ne marche pas
accessibility-people = Ces pages n’ont pas été essayées par des personnes handicapées, ni avec un lecteur d’écran ou un autre logiciel d’assistance.
accessibility-keyboard = Aucun test ne parcourt encore au clavier seul les pages des analystes, des auditeurs et des administrateurs. Parcourir un graphique avec les flèches demande JavaScript ; son tableau, non.
accessibility-forced = L’agrandissement du texte seul, sans la page, n’est pas testé.
accessibility-browsers = Seul Chromium est testé. Les navigateurs d’avant la mi-2024 peuvent montrer de mauvaises couleurs.
accessibility-letters = Les courriers sont des fichiers PDF balisés, faits selon PDF/UA-1 ; ils n’ont pas été essayés avec un lecteur d’écran.
accessibility-report = Signaler un problème
accessibility-report-words = Dites à votre chargé de clientèle ou à l’administrateur de ce service de quelle page il s’agit, ce que vous vouliez faire et ce que vous utilisez. Vous pouvez aussi demander l’information sous une autre forme.
accessibility-contact = Contact :
accessibility-appeal = En France, si vous n’obtenez pas de réponse, vous pouvez saisir gratuitement le Défenseur des droits.
accessibility-about = Cette déclaration décrit la version { $version } de Limpide.
sureness = Fiabilité du résultat
term-points-ask = Qu’est-ce qu’un point ?
error-status = Erreur { $status }
error-again = Réessayer
error-reference = Donnez ce numéro à l’administrateur : le journal du serveur y indique la cause.
error-do-wait = Ce sera de nouveau possible dans { $seconds } s.
error-do-form = Votre formulaire n’a peut-être pas été enregistré. Revenez en arrière dans le navigateur, vérifiez la page, puis envoyez-le à nouveau.
error-do-permission = Si vous en avez besoin pour votre travail, demandez l’accès à l’administrateur.
error-do-address = Vérifiez l’adresse, ou repartez de la première page.

## Personnes, clés et dossiers en attente
people-list = Comptes
people-name = Nom
people-username = Identifiant
people-title = Fonction (facultatif)
people-role = Rôle
people-portfolio = Clients
people-portfolio-adviser = Clients d’un chargé de clientèle
people-client = Numéro de client, pour un client
people-last = Dernière connexion
people-state = État
people-active = actif
people-disabled = désactivé
people-all = Tous les clients
people-assigned = Clients attribués seulement
people-own = Client { $client }
people-add = Ajouter une personne
people-add-words = Le mot de passe est fait ici et montré une seule fois.
people-added = { $name } peut se connecter avec ce mot de passe.
people-once = À noter maintenant : cela ne sera plus montré.
people-change = Ce qui peut changer
people-change-role = Changer le rôle
people-change-portfolio = Changer les clients
people-change-words = Un nouveau rôle, un nouveau mot de passe ou la désactivation terminent les sessions ouvertes de la personne.
people-password = Nouveau mot de passe
people-sessions = Terminer les sessions
people-enable = Réactiver
people-disable = Désactiver
people-done-role = Le rôle a changé et les sessions sont terminées.
people-done-portfolio = Les clients vus ont changé.
people-done-disable = Cette personne ne peut plus se connecter.
people-done-enable = Cette personne peut de nouveau se connecter, avec son mot de passe d’avant.
people-done-sessions = Les sessions sont terminées.
people-done-password = Voici le nouveau mot de passe. Les sessions sont terminées.
people-fault-taken = Cet identifiant est pris. Choisissez-en un autre.
people-fault-username = Un identifiant a de 1 à 64 lettres, chiffres ou signes . _ - @ +, sans espace.
people-fault-name = Un nom est attendu, de 128 signes au plus.
people-fault-client = Le rôle de client demande un numéro de client, et aucun autre rôle n’en prend.
people-fault-account = Ce client a déjà un compte. Désactivez-le d’abord.
people-fault-portfolio = Seul un chargé de clientèle a des clients attribués.
people-fault-role = Un compte de client ne devient pas un autre, ni l’inverse. Ajoutez un autre compte.
people-fault-last = Personne d’autre n’administre. Donnez d’abord ce rôle à quelqu’un.
keys-list = Clés des programmes
keys-name = Nom de la clé
keys-scopes = Ce qu’elle ouvre
keys-made = Faite le
keys-used = Dernier usage
keys-none = Aucune clé n’a été faite.
keys-add = Faire une clé
keys-add-words = La clé est faite ici et montrée une seule fois. Elle ouvre l’API au programme qui l’envoie.
keys-days = Valable combien de jours (vide : sans fin)
keys-revoke = Révoquer
keys-active = active
keys-until = jusqu’au { $day }
keys-expired = expirée le { $day }
keys-revoked = révoquée le { $day }
keys-added = Voici la clé { $name }.
keys-done-revoke = La clé { $name } n’ouvre plus rien. Un serveur en marche le sait en deux secondes.
keys-fault-name = Un nom a de 1 à 64 lettres, chiffres ou signes . _ - @ +, sans espace.
keys-fault-taken = Ce nom est pris. Choisissez-en un autre, ou révoquez d’abord cette clé.
keys-fault-scope = Choisissez au moins une chose que la clé ouvre.
keys-fault-days = Un nombre de jours est attendu, de 1 à 3650.
keys-fault-unknown = Aucune clé de ce nom n’est active : elle est peut-être déjà révoquée.
scope-read = Lire les clients, les scores et les explications
scope-score = Calculer des scores
scope-decide = Proposer et décider
scope-audit = Lire le journal des décisions
nav-reviews = Dossiers en attente
nav-agreement = Accord avec le modèle
reviews-list = Le plus urgent d’abord
reviews-count = { $waiting } en attente, dont { $overdue } en retard.
reviews-none = Aucun dossier n’attend.
reviews-due = Échéance
reviews-no-day = sans date
agreement-words = Premières décisions, comparées à ce que le modèle suggérait. Une part ne juge personne : lisez-la avec son intervalle et le nombre de décisions.
agreement-days = Décisions de ces jours
agreement-from = Du
agreement-to = Au
agreement-show = Montrer
agreement-none = Aucune décision n’a été prise ces jours-là.
agreement-who = Qui a décidé
agreement-agreed = Comme recommandé
agreement-overridden = Contre la recommandation
agreement-unadvised = Sans recommandation (revue demandée)
agreement-reversed = Modifiées ensuite
agreement-rate = Part contre la recommandation (intervalle à 95 %)
agreement-interval = { $rate } ({ $low } à { $high })
agreement-all = Tous ensemble

## Nouvelle demande
apply-words = Saisissez ce que dit le client et voyez ce qu’en fait le modèle. Laissez vide ce qui n’est pas connu.
apply-needed = obligatoire
apply-unknown = Non connu
apply-who = Client
apply-client = Numéro de client
apply-client-hint = Seulement si le client en a déjà un. Il faut un numéro pour ouvrir un dossier.
apply-history = Lignes de crédits passés (JSON)
apply-history-label = Lignes par table
apply-history-hint = Des listes de lignes par table, comme pour POST /api/v1/score/rows de l’API, sans la ligne de la demande elle-même{"\u00A0"}:
apply-score = Voir le résultat
apply-clear = Recommencer
apply-none = La recette du modèle publié n’est pas disponible, aucun formulaire ne peut en être tiré. Adressez-vous à qui gère le serveur.
apply-wrong = Rien n’a encore été évalué. Ces champs sont à revoir{"\u00A0"}:
apply-stale = Un autre modèle a été publié depuis l’ouverture de ce formulaire, et il demande autre chose. Vérifiez le formulaire et renvoyez-le.
apply-day = Date de début{"\u202F"}; pour l’âge, date de naissance.
apply-from = à partir de { $number }
apply-above = plus de { $number }
apply-to = jusqu’à { $number }
apply-below = moins de { $number }
apply-fault-needed = Ce champ est nécessaire.
apply-fault-number = Ce n’est pas un nombre.
apply-fault-range = Ce nombre n’est pas admis. Attendu{"\u00A0"}: { $range }.
apply-fault-day = Un jour passé est attendu, comme 2026-01-31.
apply-fault-choice = Choisissez dans la liste.
apply-fault-long = 200 signes au plus sont attendus.
apply-fault-client = Ce n’est pas un numéro de client. Des chiffres seuls sont attendus, ou rien.
apply-fault-history = Ce n’est pas le JSON attendu.
apply-fault-table = La ligne de { $table } se saisit plus haut{"\u00A0"}: ne la répétez pas ici.
apply-fault-rules = Les règles du prêteur ne l’admettent pas.
apply-fault-rows = Les règles du prêteur n’admettent pas certaines de ces lignes.
apply-next = Et maintenant
apply-empty = Aucun historique n’a été saisi{"\u00A0"}: le résultat repose sur la demande seule.
apply-empty-tables = Aucune ligne n’a été saisie pour ces tables, évaluées comme vides{"\u00A0"}: { $tables }.
apply-orphans = Lignes de { $table } laissées de côté parce qu’il manque celle dont elles dépendent{"\u00A0"}: { $count }.
apply-case-words = Un dossier garde ces valeurs, le résultat et ses raisons dans le journal des décisions.
apply-case = Ouvrir un dossier sur le client
apply-no-case = Pour ouvrir un dossier avec ces valeurs, saisissez le numéro d’un client que vous pouvez voir, puis affichez de nouveau le résultat.

# Drift of the probabilities
drift = Dérive
drift-summary = Les probabilités ont-elles bougé{"\u202F"}?
drift-unknown = Ce modèle ne dit pas comment ses probabilités se répartissaient à l’apprentissage{"\u00A0"}: entraînez-le à nouveau pour suivre leur dérive.
drift-none = Rien à dire encore{"\u00A0"}: aucune des douze dernières semaines ne compte { $fewest } lignes notées par ce modèle.
drift-told-chance = Semaine du { $week }{"\u00A0"}: rien ne montre que les probabilités aient bougé. PSI { $psi } sur { $rows } lignes{"\u202F"}; le hasard seul donne jusqu’à { $chance } 19 fois sur 20.
drift-told-small = Semaine du { $week }{"\u00A0"}: les probabilités ont un peu bougé. PSI { $psi } sur { $rows } lignes, au-delà du hasard ({ $chance }) et sous 0,1, le seuil d’usage.
drift-told-moderate = Semaine du { $week }{"\u00A0"}: les probabilités ont bougé. PSI { $psi } sur { $rows } lignes, au-delà de 0,1{"\u00A0"}: cherchez qui sont les nouveaux clients et quelles variables ont changé.
drift-told-large = Semaine du { $week }{"\u00A0"}: les probabilités ont beaucoup bougé. PSI { $psi } sur { $rows } lignes, à partir de 0,25{"\u00A0"}: vérifiez les données, puis envisagez un nouvel apprentissage.
drift-method = Le PSI (indice de stabilité de population) compare, en dix parts environ, les probabilités répondues avec celles des clients d’apprentissage, hors échantillon{"\u00A0"}: 0 quand les deux se répartissent pareil. Une ligne notée plusieurs fois dans la semaine compte une fois{"\u202F"}; les essais ne comptent pas. Sous { $fewest } lignes, rien n’est dit.
drift-limit = Un PSI bas ne prouve pas que le modèle est encore juste{"\u00A0"}: seuls les remboursements connus le montrent. Et les lignes notées ne sont pas un tirage au hasard{"\u00A0"}: ce sont les clients que l’on a consultés.
drift-weeks = Semaine par semaine
drift-plot = Le PSI des douze dernières semaines
drift-plot-words = Une barre par semaine, longue de son PSI{"\u202F"}; les semaines de trop peu de lignes n’y sont pas.
drift-bar = Semaine du { $week }{"\u00A0"}: { $finding }
drift-week = Semaine du
drift-rows = Lignes
drift-chance-head = Par hasard seul
drift-by-chance = { $mean } en moyenne, { $most } au plus (95{"\u202F"}%)
drift-finding = Constat
drift-too-few = trop peu de lignes
drift-chance = pas plus que le hasard
drift-small = a un peu bougé
drift-moderate = a bougé
drift-large = a beaucoup bougé
drift-parts = Semaine du { $week }, part par part
drift-probability = Probabilité
drift-expected = À l’apprentissage
drift-found = Cette semaine

# One feature
feature-what = Ce que c’est
feature-name = Nom
feature-unit = Unité
feature-direction = Sens attendu du risque
feature-up = monte avec la valeur
feature-down = baisse quand la valeur monte
feature-no-direction = aucun
feature-actionable = Le client peut la changer
feature-protection = Protection
feature-scored = protégée et lue par le modèle{"\u00A0"}: une raison qui s’appuie sur elle le dit
feature-watched = protégée et non lue par le modèle{"\u00A0"}: elle sert à observer seulement
feature-free = non protégée
feature-yes = oui
feature-no = non
feature-rank = Importance
feature-rank-of = { $size } en log-cotes, place { $place } sur { $all }
feature-unmeasured = non mesurée{"\u00A0"}: lancez «{"\u00A0"}limpide explain model{"\u00A0"}»
feature-unread = non lue par le modèle
feature-origin = D’où elle vient
feature-no-origin = La recette n’est pas à portée{"\u00A0"}: les colonnes d’origine ne sont pas connues ici.
feature-family = Famille
feature-table = Table
feature-column = Colonne
feature-role = Rôle
feature-role-value = donne sa valeur
feature-role-rows = choisit les lignes
feature-formula = La formule
feature-distribution = Répartition
feature-no-distribution = Aucune valeur connue.
feature-dependence = Ce qu’elle ajoute au score
feature-no-curve = Pas de courbe{"\u00A0"}: seules les variables qui comptent le plus sont tracées.
feature-none = sans unité
feature-unit-money = montant, en { $currency }
feature-unit-days = jours
feature-unit-date = date, en jours avant la demande
feature-unit-months = mois
feature-unit-years = années
feature-unit-ratio = rapport
feature-unit-share = part, en{"\u202F"}%
feature-unit-count = nombre
feature-unit-score = note
feature-unit-flag = oui ou non
feature-category = catégorie

# Parts of the clients
fairness = Équité
fairness-measured = Ce qui a été mesuré
fairness-unmeasured = Rien n’a été mesuré par partie des clients. Cette commande le mesure, pour la variable que vous nommez{"\u202F"}; redémarrez ensuite le serveur{"\u00A0"}:
fairness-more = Pour mesurer aussi selon une autre variable, puis redémarrer le serveur{"\u00A0"}:
fairness-note = La probabilité moyenne porte sur tous les clients de la partie, le taux de défaut sur ceux dont l’issue est connue. Le modèle a pu apprendre de ces clients{"\u00A0"}: l’accord est alors flatteur. Les parts de refus par partie ne sont pas mesurées ici.
fairness-by = Selon { $label }
fairness-part = Partie
fairness-clients = Clients
fairness-known = Issues connues
fairness-rate = Taux de défaut (95{"\u202F"}%)
fairness-mean = Probabilité moyenne
fairness-calibration = Calibration
fairness-fits = dans l’intervalle
fairness-above = trop haute
fairness-below = trop basse
fairness-few = trop peu d’issues
fairness-protected = Les variables protégées
fairness-scored = Lues par le modèle
fairness-scored-words = Elles entrent dans le score, et une raison qui s’appuie sur l’une d’elles le dit au client.
fairness-watched = Observées seulement
fairness-watched-words = La recette les connaît, le modèle ne les lit pas{"\u00A0"}: elles servent à observer.
fairness-no-feature = Aucune.
fairness-others = Et { $count } autres, à moindre importance.

# A client: sources, steps
information-dates = Toutes les valeurs sont celles connues à la date de la demande. Nos données comptent les jours et les mois à partir de cette date, sans dire laquelle c’était.
source = Source{"\u00A0"}: { $source }
source-dated = { $source }, dernier élément{"\u00A0"}: { $age }
source-nothing = { $source } (rien n’y figure)
months-before = { $n ->
    [one] 1 mois avant la demande
   *[other] { $count } mois avant la demande
}
steps = Où en est la demande
step-applied = Demande reçue
step-proposed = Proposition du modèle
step-decided = Décision d’une personne
step-contested = Contestation
step-reviewed = Relecture par une autre personne
step-is-done = fait
step-is-now = étape actuelle
step-is-later = à venir
step-not-needed = Pas nécessaire pour le moment.
step-verdict = Décision{"\u00A0"}: { $verdict }.
step-upheld = La décision est maintenue{"\u00A0"}: { $verdict }.
step-reversed = La décision est changée{"\u00A0"}: { $verdict }.
step-due = Au plus tard le { $day }.
step-overdue = Le délai est passé{"\u00A0"}: c’était le { $day }.
step-may-contest = Le client peut la contester à tout moment{"\u202F"}; une autre personne lui répond sous 30 jours.
step-may-contest-own = Vous pouvez la contester à tout moment{"\u202F"}; une autre personne vous répond sous 30 jours.

# A new application: a client's past, and what is given back
apply-from-client = Partir du client numéro
apply-fill = Remplir
apply-past = Reprendre l’historique de ce client
apply-past-hint = Ses crédits, demandes et paiements passés, tels que le portefeuille les contient, s’ajoutent à ce qui est saisi ici.
apply-past-taken = L’historique du client, tel que le portefeuille le contient, a été repris.
apply-past-number = Saisissez le numéro du client dont l’historique est à reprendre.
apply-past-unknown = Aucun client que vous pouvez voir n’a ce numéro.
apply-past-both = Reprenez l’historique du client, ou saisissez des lignes plus bas{"\u00A0"}: pas les deux.
apply-again = Revenir au formulaire
apply-again-words = Connectez-vous dans un autre onglet, puis revenez ici. Le formulaire se rouvrira tel que vous l’avez rempli{"\u202F"}; rien n’est envoyé à votre place.
apply-again-kept = { $n ->
    [0] Aucun champ n’était rempli.
    [one] Un champ rempli est gardé sur cette page.
   *[other] { $count } champs remplis sont gardés sur cette page.
}
apply-new = Nouvelle demande
ways-changes = Voici ce qui pourrait changer, tel que c’est aujourd’hui{"\u00A0"}:

# Training runs and data quality
nav-log-short = Journal
nav-verify-short = Vérification
nav-reviews-short = En attente
nav-agreement-short = Accord
list-shown = { $from } à { $to } sur { $all }
page-before = Page précédente
runs = Entraînements
runs-title = Entraînement du { $when }
runs-run = Début
runs-kind = Recherche
runs-candidate = Candidat retenu
runs-clients = Clients
runs-features = Variables
runs-auc = AUC (95{"\u202F"}%)
runs-cost = Coût par client
runs-brier = Brier
runs-quick = rapide
runs-standard = normale
runs-thorough = approfondie
runs-none = Aucun entraînement pour l’instant. Cette commande en fait un{"\u00A0"}:
runs-away = Ce serveur n’a pas d’espace de travail à portée{"\u00A0"}: les entraînements ne sont pas connus ici.
runs-lead = Chaque ligne est un entraînement{"\u00A0"}: ce qui a été demandé, et ce que vaut le candidat retenu sur des clients qu’il n’avait pas vus. Cochez-en deux à quatre pour les comparer.
runs-compare = Comparer des entraînements
runs-compare-this = Comparer l’entraînement du
runs-compare-chosen = Comparer les entraînements cochés
runs-compare-in-force = Comparer à celui en vigueur
runs-in-force = en vigueur
runs-in-force-long = Son modèle est en vigueur
runs-failed = échoué
runs-failed-words = Cet entraînement s’est arrêté{"\u00A0"}:
runs-finished = terminé
runs-unreadable = Entraînement illisible
runs-unreadable-words = Les autres entraînements restent lisibles. Rétablissez ce dossier depuis une sauvegarde, ou retirez-le de l’espace de travail.
runs-all = Tous les entraînements
runs-synthetic = données synthétiques
runs-metrics = Mesures du candidat retenu
runs-metric = Mesure
runs-value = Valeur
runs-how-read = Comment la lire
runs-done = Ce qui a été fait
runs-status = État
runs-who = Par
runs-start = Début
runs-end = Fin
runs-seconds = Secondes
runs-read = Variables lues par le modèle
runs-bundle = Modèle
runs-data = Données d’apprentissage
runs-defaults = Défauts
runs-recipe = Recette
runs-recipe-hash = Empreinte de la recette
runs-portfolio = Portefeuille
runs-matrix = Tableau des variables
runs-folds = Plis
runs-from-seed = tirés de la graine
runs-parameters = Ce qui a été demandé
runs-policy = Coûts et seuil
runs-hyperparameters = Réglages retenus
runs-candidates = Candidats
runs-candidate-head = Candidat
runs-board-words = Le retenu d’abord. L’écart d’AUC au retenu est donné avec son erreur type, corrigée de ce que les plis partagent.
runs-apart = Écart d’AUC
runs-calibration = Erreur de calibration
runs-chosen = retenu
runs-seen-all = a vu les clients jugés
runs-files = Fichiers
runs-files-words = Dans l’espace de travail, dossier
runs-not-compared = Rien à comparer
runs-choose = Choisissez de deux à { $most } entraînements, puis comparez.
runs-too-few = Il reste moins de deux entraînements lisibles parmi ceux qui sont choisis.
runs-show-all = Montrer toutes les lignes
runs-show-differences = Montrer seulement les différences
runs-uneven = Ces entraînements n’ont pas été jugés sur les mêmes plis des mêmes clients{"\u00A0"}: leurs mesures se comparent avec prudence.
runs-what = Quoi
runs-differs-head = Différence
runs-differs = différent
runs-same = identique
runs-best = le meilleur
quality = Qualité des données
quality-what = En bref
quality-summary = Erreurs{"\u00A0"}: { $errors }. Alertes{"\u00A0"}: { $warnings }. Remarques{"\u00A0"}: { $notes }. Contrôles sans anomalie{"\u00A0"}: { $held }.
quality-lead = Ce rapport date de l’arrivée des données{"\u00A0"}: il ne change aucune ligne, il dit où regarder.
quality-absent = Fichiers absents, dont les variables manquent{"\u00A0"}:
quality-search = Mot, table ou colonne
quality-severity = Gravité
quality-table = Table
quality-found = Constats{"\u00A0"}: { $findings }. Colonnes{"\u00A0"}: { $columns }.
quality-findings = Ce qui a été trouvé, le plus grave d’abord
quality-none-found = Aucun constat ne répond à cette recherche.
quality-nothing = Rien{"\u00A0"}: tous les contrôles sont sans anomalie.
quality-wrong = Constat
quality-place = Où
quality-rows = Lignes
quality-share = Part
quality-done = Ce qui en a été fait
quality-examples = Premières lignes
quality-error = erreur
quality-warning = alerte
quality-note = remarque
quality-kept = gardées telles quelles
quality-kept-unless-strict = gardées telles quelles{"\u202F"}; «{"\u00A0"}limpide ingest --strict{"\u00A0"}» aurait refusé les données
quality-rows-unread = aucune variable ne les lit
quality-value-unread = la valeur n’est pas lue, le reste de la ligne l’est
quality-columns = Colonne par colonne
quality-columns-words = La part inconnue compte aussi les valeurs convenues pour «{"\u00A0"}inconnu{"\u00A0"}».
quality-no-column = Aucune colonne ne répond à cette recherche.
quality-column = Colonne
quality-missing = Part inconnue
quality-files = Fichiers lus
quality-files-words = Les valeurs convenues pour «{"\u00A0"}inconnu{"\u00A0"}» ont été mises à «{"\u00A0"}inconnu{"\u00A0"}»{"\u202F"}; c’est le seul changement fait aux valeurs.
quality-file = Fichier
quality-file-rows = Lignes
quality-file-columns = Colonnes
quality-set = Mis à «{"\u00A0"}inconnu{"\u00A0"}»
quality-held = Ce qui a été cherché et n’a été trouvé nulle part
quality-none = Pas de rapport
quality-none-words = Aucun rapport sur la qualité des données n’est à portée de ce serveur. Il se fait quand les données arrivent, avec cette commande{"\u00A0"}:
sort-farthest = Loin du seuil
sort-latest = Numéro décroissant

## Réglages, clients d’un chargé de clientèle, versions par l’API
nav-settings = Réglages
settings-facts = Ce qui vaut en ce moment, en clair
settings-sessions = Une personne connectée le reste { $idle } sans rien faire, et { $absolute } au plus.
settings-decisions = Le contenu d’un dossier est effacé { $span } après sa dernière entrée. La chaîne des entrées demeure, pour rester vérifiable.
settings-decisions-never = Le contenu d’un dossier n’est jamais effacé de soi-même.
settings-predictions = Les résultats communiqués sont gardés { $span }.
settings-predictions-never = Les résultats communiqués sont gardés sans limite.
settings-idempotency = Une demande renvoyée sous la même clé est reconnue pendant { $span }.
settings-decide-within = Une personne a { $span } pour décider de ce que le modèle ne propose pas d’accorder.
settings-answer-within = Une seconde personne a { $span } pour répondre à une contestation.
settings-batches = Les résultats d’un lot sont gardés { $span } après sa fin.
settings-fixed = (fixé par le programme)
settings-change = Comment changer un réglage
settings-change-words = Les réglages sont lus une seule fois, au démarrage du serveur. Changez-en un sur la machine, par son option, sa variable ou sa ligne du fichier de configuration, puis redémarrez le serveur. Cette page montre ce qui a été lu ; elle ne change rien.
settings-change-order = Une option l’emporte sur une variable, une variable sur le fichier, le fichier sur le défaut.
settings-change-secrets = Les secrets ne sont jamais montrés. Ils viennent d’une variable, ou d’un fichier que nomme un autre réglage.
settings-which = Quels réglages
settings-all = Tous les réglages
settings-set = Seulement ceux que quelqu’un a fixés
settings-none-set = Personne n’a rien fixé : tous les défauts valent.
settings-unknown = Le programme n’a pas dit comment il était réglé.
settings-nothing = rien
settings-hidden = fixé, et caché
settings-default = défaut
settings-flag = par la ligne de commande
settings-variable = par l’environnement
settings-file = par { $path }, ligne { $line }
span-minutes = { $n ->
    [one] { $count } minute
   *[other] { $count } minutes
}
span-hours = { $n ->
    [one] { $count } heure
   *[other] { $count } heures
}
span-days = { $n ->
    [one] { $count } jour
   *[other] { $count } jours
}
span-months = { $n ->
    [one] { $count } mois
   *[other] { $count } mois
}
span-years = { $n ->
    [one] { $count } an
   *[other] { $count } ans
}
assigned = Clients de cette personne
assigned-count = { $n ->
    [0] Aucun client n’est attribué.
    [one] { $count } client est attribué.
   *[other] { $count } clients sont attribués.
}
assigned-alone = Cette personne ne voit que ces clients.
assigned-not-alone = Cette personne voit tous les clients. Dès que vous ajoutez ou retirez un client ici, elle ne voit plus que les clients attribués.
assigned-search = Numéro, ou ses premiers chiffres
assigned-found = Clients attribués
assigned-no-found = Aucun client attribué n’a un numéro qui commence ainsi.
assigned-next = Clients suivants
assigned-first = Premiers clients
assigned-remove = Retirer ceux qui sont cochés
assigned-add = Ajouter des clients
assigned-numbers = Numéros de clients, séparés par des virgules, des espaces ou des lignes
assigned-add-words = Tous sont ajoutés, ou aucun si un numéro ne convient pas. La liste de la personne suit aussitôt.
assigned-none-typed = Écrivez au moins un numéro de client.
assigned-none-chosen = Cochez au moins un client de la liste.
assigned-too-many = Voici { $found } numéros ; on en ajoute { $most } au plus à la fois.
assigned-fault = { $n ->
    [one] Rien n’a été ajouté : un numéro ne convient pas.
   *[other] Rien n’a été ajouté : { $count } numéros ne conviennent pas.
}
assigned-problem = { $found } : { $words }
assigned-unknown = Aucun client du portefeuille n’a ce numéro.
assigned-more = { $n ->
    [one] Et un autre numéro.
   *[other] Et { $count } autres numéros.
}
assigned-added = { $n ->
    [0] Aucun client n’a été ajouté.
    [one] { $count } client a été ajouté.
   *[other] { $count } clients ont été ajoutés.
}
assigned-already = { $n ->
    [one] Un l’était déjà.
   *[other] { $count } l’étaient déjà.
}
assigned-removed = { $n ->
    [0] Aucun client n’a été retiré.
    [one] { $count } client a été retiré.
   *[other] { $count } clients ont été retirés.
}

# Features that moved, and the model in more detail
moved = Les variables ont-elles bougé{"\u202F"}?
moved-told = Variables comparées{"\u00A0"}: { $all }. Ont bougé (PSI de 0,1 ou plus){"\u00A0"}: { $moved }, dont { $large } beaucoup (0,25 ou plus). Dépassent le hasard sans atteindre 0,1{"\u00A0"}: { $small }{"\u202F"}; le hasard seul en mènerait là { $chance } environ.
moved-method = { $clients } des { $everyone } clients servis, pris à intervalles réguliers, sont comparés aux clients d’apprentissage{"\u00A0"}: les valeurs connues en dix parts environ, et la part inconnue. Sous 0,01, rien n’est dit{"\u00A0"}: le modèle ne garde que des centièmes.
moved-limit = Tant que les variables ne sont pas calculées sur de nouvelles données, la plupart de ces clients sont ceux de l’apprentissage{"\u00A0"}: presque rien ne peut alors se voir.
moved-few = Trop peu de clients servis pour comparer{"\u00A0"}: { $clients }, il en faut { $fewest }.
moved-unread = On ne le sait pas{"\u00A0"}: les données d’un client ne peuvent pas être lues. Le reste de la page n’en dépend pas{"\u202F"}; le journal du serveur dit ce qui ne va pas.
moved-table = Les variables dont les valeurs ont le plus bougé
moved-chance = Hasard seul, au plus
moved-missing-then = Inconnue à l’apprentissage
moved-missing-now = Inconnue aujourd’hui
analyst-leading = Les variables qui comptent le plus
analyst-mixed = Ce que perdrait le modèle sans un concept
analyst-nothing-to-propose = Aucun autre modèle ne peut être proposé{"\u00A0"}: un nouvel entraînement en donne un.
feature-term = Ce que lui donne le modèle lisible
feature-term-words = Le modèle lisible est celui qui se lit terme par terme, à côté du modèle en vigueur.
quality-short = Données

# An account of the sign-in service
provider-other = Le service de connexion donne votre nom à un autre compte que celui avec lequel vous êtes venu la première fois. Rien n’a été ouvert. Prévenez l’administrateur, qui peut admettre le nouveau compte.
people-release = Admettre un autre compte du service de connexion
people-release-words = Cette personne se connecte avec un seul compte du service de connexion, celui de sa première venue. Une fois libérée, le prochain compte de ce nom sera le sien.
people-done-release = Le prochain compte du service de connexion qui vient sous ce nom sera le sien.

# Where a value stands, in short
standing-words = Sous une valeur, «{"\u202F"}moins que 83{"\u202F"}%{"\u202F"}» veut dire que 83{"\u202F"}% des clients ont plus{"\u202F"}; «{"\u202F"}comme 9{"\u202F"}%{"\u202F"}», que 9{"\u202F"}% des clients ont la même.
standing-less = moins que { $share }
standing-more = plus que { $share }
standing-earlier = plus tôt que { $share }
standing-later = plus tard que { $share }
standing-same = comme { $share }
standing-ordinary = valeur courante
standing-nearly-all = presque tous
standing-few = de rares clients

# After a correction
case-unproposed-answered = Rien n’est encore décidé{"\u202F"}; la demande de correction a reçu une réponse.
corrected-next = Une information a été corrigée. Pour refaire le calcul avec cette correction{"\u00A0"}:

# A new application: fields that are seldom filled
apply-more = Autres champs ({ $count })
