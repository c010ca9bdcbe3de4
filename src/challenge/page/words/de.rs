//! German.

use super::{Saying, Words};
use crate::subscription::{Reason, Remedy};

pub(in crate::challenge::page) const WORDS: Words = Words {
    language: "de",
    denied,
    too_many_requests: (
        "Sie haben ein Limit erreicht",
        "Bitte warten Sie, bis es erneuert wird, und versuchen Sie es dann noch einmal.",
    ),
    unanswered: (
        "Wir können Ihr Abo gerade nicht prüfen",
        "Das liegt an uns, nicht an Ihnen. Bitte versuchen Sie es gleich noch einmal.",
    ),
    store_unanswered: (
        "Wir können Ihre Anfrage gerade nicht bearbeiten",
        "Das liegt an uns, nicht an Ihnen. Es wurde nichts ausgeführt. Bitte versuchen Sie es gleich noch einmal.",
    ),
    misplaced: (
        "Wir können Ihre Anfrage nicht bearbeiten",
        "Es wurde nichts ausgeführt. Bei uns ist etwas falsch eingerichtet, und es hilft nicht, es noch einmal zu versuchen.",
    ),
    in_progress: (
        "Ihre Anfrage wird noch bearbeitet",
        "Bitte warten Sie einen Moment und versuchen Sie es dann noch einmal.",
    ),
    not_kept: (
        "Ihre Anfrage wurde ausgeführt",
        "Die Antwort kann nicht noch einmal angezeigt werden. Es wurde nichts ein zweites Mal ausgeführt.",
    ),
    unclaimed: (
        "Wir konnten Ihre Anfrage nicht bearbeiten",
        "Sie wurde nicht richtig gesendet, und es wurde nichts ausgeführt.",
    ),
    unidentified: (
        "Bitte melden Sie sich an",
        "Um Ihr Abo zu finden, müssen wir wissen, wer Sie sind.",
    ),
    remedy,
    retry: "Erneut versuchen",
    sign_in: "Anmelden",
    support: "Support kontaktieren",
    code: "Code",
    valid_until: "Gültig bis",
    remaining: "Verbleibend",
    wait: "Wieder verfügbar in",
};

const fn denied(reason: Reason) -> Saying {
    match reason {
        Reason::Cancelled => (
            "Ihr Abo ist beendet",
            "Es wurde gekündigt, und der letzte bezahlte Zeitraum ist abgelaufen. Wählen Sie einen Tarif, um zurückzukehren.",
        ),
        Reason::Expired => (
            "Ihr Abo ist abgelaufen",
            "Verlängern Sie es, um dort weiterzumachen, wo Sie aufgehört haben.",
        ),
        Reason::Forbidden => (
            "Sie haben keinen Zugriff auf diese Seite",
            "Ihr Konto darf sie nicht öffnen. Daran ändert auch ein anderer Tarif nichts.",
        ),
        Reason::Incomplete => (
            "Ihre erste Zahlung wurde nicht abgeschlossen",
            "Ihr Abo beginnt, sobald es bezahlt ist. Bitte prüfen Sie Ihre Zahlungsart.",
        ),
        Reason::InsufficientBalance => (
            "Ihr Guthaben reicht nicht aus",
            "Laden Sie es auf, um weiterzumachen.",
        ),
        Reason::NeverSubscribed => (
            "Diese Seite ist für Abonnenten",
            "Wählen Sie einen Tarif, um Zugriff zu erhalten.",
        ),
        Reason::NotInPlan => (
            "Ihr Tarif enthält diese Seite nicht",
            "Wechseln Sie zu einem passenden Tarif, um Zugriff zu erhalten.",
        ),
        Reason::PastDue => (
            "Ihre Zahlung ist überfällig",
            "Wir konnten den letzten Betrag nicht einziehen. Aktualisieren Sie Ihre Zahlungsart, um wieder Zugriff zu erhalten.",
        ),
        Reason::Paused => (
            "Ihr Abo ist pausiert",
            "Setzen Sie es fort, um wieder Zugriff zu erhalten.",
        ),
        Reason::QuotaExhausted => (
            "Das Kontingent Ihres Tarifs ist aufgebraucht",
            "Mit einem größeren Tarif können Sie weitermachen.",
        ),
        Reason::Unpaid => (
            "Ihr Abo ist nicht bezahlt",
            "Unsere Versuche, den Betrag einzuziehen, sind fehlgeschlagen. Aktualisieren Sie Ihre Zahlungsart, um wieder Zugriff zu erhalten.",
        ),
    }
}

const fn remedy(remedy: Remedy) -> &'static str {
    match remedy {
        Remedy::BillingStatus => "Abrechnung ansehen",
        Remedy::TopUp => "Guthaben aufladen",
        Remedy::UpdatePaymentMethod => "Zahlungsart aktualisieren",
        Remedy::Upgrade => "Tarif wählen",
    }
}
