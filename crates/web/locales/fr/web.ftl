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
clients-all = { $n ->
    [0] Aucun client dans le portefeuille.
    [one] Un client dans le portefeuille.
   *[other] { $count } clients dans le portefeuille. En voici quelques-uns ; cherchez par numéro pour trouver les autres.
}
clients-found = { $n ->
    [0] Aucun client ne porte un numéro qui commence ainsi.
    [one] Un client trouvé.
   *[other] { $count } clients trouvés.
}
clients-more = Les { $count } premiers clients dont le numéro commence ainsi ; ajoutez des chiffres pour préciser.
points = { $points } pts

## A client
client-title = Client N° { $client }
number-sign = N°
own-title = Ma demande
print = Imprimer le rapport
decision = Recommandation
own-decision = Résultat
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
what-if-words = Modifiez la demande ; l’estimation change aussitôt. Rien n’est enregistré.
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
case-stands = { $status } Résultat : { $verdict }.
case-proposed = Le modèle a proposé, personne n’a besoin de décider.
case-unproposed = Rien n’est encore décidé ; une correction est demandée.
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
review-words = Le client conteste. Confirmez la décision, ou changez-la.
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
event-upheld = décision confirmée
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
error-unknown-client-text = Aucun client que vous pouvez consulter ne porte ce numéro. Vérifiez-le, ou cherchez par les premiers chiffres.
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
export-title = Données conservées sur le client N° { $client }
export-made = Extraites le { $at }, avec le modèle { $model }.
export-not-kept = Les simples consultations ne sont pas conservées ; chaque résultat communiqué l’est, avec le rôle de la personne qui l’a demandé.
export-erased = Ce qui était conservé jusqu’au { $at } a été effacé.
export-result = Le résultat actuel et ses raisons
export-cases = Demandes et décisions
export-predictions = Résultats communiqués
export-account = Compte et chargés de clientèle
export-table = Données brutes :
export-features = Caractéristiques lues par le modèle
export-features-words = Le poids est ce que la valeur ajoute au risque, en log-cotes ; au-dessus de 0 elle l’augmente.
export-feature = Caractéristique
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
export-unproposed = Rectification demandée
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
export-reversed = Décision renversée
export-outcome = Issue du crédit
export-correction = Demande de rectification
export-correction-answer = Réponse à la demande de rectification
export-kind-score = Score
export-kind-explanation = Score expliqué
export-kind-posted = Score de valeurs saisies
export-kind-what-if = Simulation
export-kind-batch = Score par lot

## Navigation et journal des décisions
nav-application = Nouvelle demande
nav-result = Mon résultat
nav-data = Mes données
nav-requests = Mes demandes
nav-model = Modèle
nav-features = Variables
nav-quality = Qualité des données
nav-fairness = Équité
nav-drift = Dérive
nav-runs = Entraînements
nav-versions = Versions
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
kind-overridden = Décision contre la suggestion
kind-commented = Commentaire
kind-contested = Contestation
kind-upheld = Décision maintenue
kind-reversed = Décision modifiée
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
replay-same = Recalculée au bit près{"\u00A0"}: probabilité, intervalle, seuil, suggestion et raisons.
replay-differs = Recalculée, des parties diffèrent.
replay-what = Partie
replay-logged = Dans le journal
replay-now = Maintenant
