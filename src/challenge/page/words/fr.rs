//! French.

use super::{Saying, Words};
use crate::subscription::{Reason, Remedy};

pub(in crate::challenge::page) const WORDS: Words = Words {
    language: "fr",
    denied,
    too_many_requests: (
        "Vous avez atteint une limite",
        "Veuillez attendre qu’elle soit renouvelée, puis réessayer.",
    ),
    unanswered: (
        "Nous ne pouvons pas vérifier votre abonnement pour le moment",
        "Le problème vient de nous. Veuillez réessayer dans un instant.",
    ),
    store_unanswered: (
        "Nous ne pouvons pas traiter votre demande pour le moment",
        "Rien n’a été fait. Le problème vient de nous. Veuillez réessayer dans un instant.",
    ),
    misplaced: (
        "Nous ne pouvons pas traiter votre demande",
        "Rien n’a été fait. Quelque chose est mal configuré de notre côté, et réessayer n’y changera rien.",
    ),
    in_progress: (
        "Votre demande est encore en cours de traitement",
        "Veuillez patienter un instant, puis réessayer.",
    ),
    not_kept: (
        "Votre demande a été exécutée",
        "Sa réponse ne peut pas être affichée de nouveau, et rien n’a été fait une seconde fois.",
    ),
    unclaimed: (
        "Nous n’avons pas pu traiter votre demande",
        "Elle n’a pas été envoyée correctement, et rien n’a été fait.",
    ),
    unidentified: (
        "Veuillez vous connecter",
        "Nous devons savoir qui vous êtes pour retrouver votre abonnement.",
    ),
    remedy,
    retry: "Réessayer",
    sign_in: "Se connecter",
    support: "Contacter l’assistance",
    code: "Code",
    valid_until: "Valable jusqu’au",
    remaining: "Restant",
    wait: "De nouveau disponible dans",
};

const fn denied(reason: Reason) -> Saying {
    match reason {
        Reason::Cancelled => (
            "Votre abonnement a pris fin",
            "Il a été résilié et la dernière période payée est terminée. Choisissez une formule pour revenir.",
        ),
        Reason::Expired => (
            "Votre abonnement a expiré",
            "Renouvelez-le pour reprendre là où vous vous étiez arrêté.",
        ),
        Reason::Forbidden => (
            "Vous n’avez pas accès à cette page",
            "Votre compte ne peut pas l’ouvrir, quelle que soit la formule.",
        ),
        Reason::Incomplete => (
            "Votre premier paiement n’a pas abouti",
            "Votre abonnement commencera dès qu’il sera payé. Veuillez vérifier votre moyen de paiement.",
        ),
        Reason::InsufficientBalance => (
            "Votre solde est insuffisant",
            "Rechargez votre compte pour continuer.",
        ),
        Reason::NeverSubscribed => (
            "Cette page est réservée aux abonnés",
            "Choisissez une formule pour y accéder.",
        ),
        Reason::NotInPlan => (
            "Votre formule ne comprend pas cette page",
            "Passez à une formule qui la comprend pour y accéder.",
        ),
        Reason::PastDue => (
            "Votre paiement est en retard",
            "Nous n’avons pas pu encaisser votre dernier paiement. Mettez à jour votre moyen de paiement pour rétablir l’accès.",
        ),
        Reason::Paused => (
            "Votre abonnement est en pause",
            "Reprenez-le pour retrouver l’accès.",
        ),
        Reason::QuotaExhausted => (
            "Vous avez épuisé le quota de votre formule",
            "Une formule supérieure vous permet de continuer.",
        ),
        Reason::Unpaid => (
            "Votre abonnement est impayé",
            "Nos tentatives de prélèvement ont échoué. Mettez à jour votre moyen de paiement pour rétablir l’accès.",
        ),
    }
}

const fn remedy(remedy: Remedy) -> &'static str {
    match remedy {
        Remedy::BillingStatus => "Voir la facturation",
        Remedy::TopUp => "Recharger le compte",
        Remedy::UpdatePaymentMethod => "Mettre à jour le moyen de paiement",
        Remedy::Upgrade => "Choisir une formule",
    }
}
