//! Spanish.

use super::{Saying, Words};
use crate::subscription::{Reason, Remedy};

pub(in crate::challenge::page) const WORDS: Words = Words {
    language: "es",
    denied,
    too_many_requests: (
        "Has alcanzado un límite",
        "Espera a que se renueve e inténtalo de nuevo.",
    ),
    unanswered: (
        "Ahora mismo no podemos comprobar tu suscripción",
        "El problema es nuestro, no tuyo. Inténtalo de nuevo en un momento.",
    ),
    store_unanswered: (
        "Ahora mismo no podemos procesar tu solicitud",
        "No se ha hecho nada. El problema es nuestro, no tuyo. Inténtalo de nuevo en un momento.",
    ),
    misplaced: (
        "No podemos procesar tu solicitud",
        "No se ha hecho nada. Hay algo mal configurado por nuestra parte, y volver a intentarlo no servirá de nada.",
    ),
    in_progress: (
        "Tu solicitud aún se está procesando",
        "Espera un momento e inténtalo de nuevo.",
    ),
    not_kept: (
        "Tu solicitud se ha llevado a cabo",
        "Su respuesta no se puede mostrar otra vez, y no se ha hecho nada por segunda vez.",
    ),
    unclaimed: (
        "No hemos podido procesar tu solicitud",
        "No se envió correctamente, así que no se ha hecho nada.",
    ),
    unidentified: (
        "Inicia sesión",
        "Necesitamos saber quién eres para encontrar tu suscripción.",
    ),
    remedy,
    retry: "Intentar de nuevo",
    sign_in: "Iniciar sesión",
    support: "Contactar con soporte",
    code: "Código",
    valid_until: "Válida hasta",
    remaining: "Restante",
    wait: "Disponible de nuevo en",
};

const fn denied(reason: Reason) -> Saying {
    match reason {
        Reason::Cancelled => (
            "Tu suscripción ha terminado",
            "Se canceló y el último periodo pagado ha finalizado. Elige un plan para volver.",
        ),
        Reason::Expired => (
            "Tu suscripción ha caducado",
            "Renuévala para seguir donde lo dejaste.",
        ),
        Reason::Forbidden => (
            "No tienes acceso a esta página",
            "Tu cuenta no puede abrirla, sea cual sea el plan.",
        ),
        Reason::Incomplete => (
            "Tu primer pago no se completó",
            "Tu suscripción empezará en cuanto esté pagada. Revisa tu método de pago.",
        ),
        Reason::InsufficientBalance => ("Tu saldo no es suficiente", "Recárgalo para continuar."),
        Reason::NeverSubscribed => (
            "Esta página es para suscriptores",
            "Elige un plan para acceder.",
        ),
        Reason::NotInPlan => (
            "Tu plan no incluye esta página",
            "Cambia a un plan que la incluya para acceder.",
        ),
        Reason::PastDue => (
            "Tu pago está atrasado",
            "No pudimos cobrar tu último pago. Actualiza tu método de pago para recuperar el acceso.",
        ),
        Reason::Paused => (
            "Tu suscripción está en pausa",
            "Reanúdala para recuperar el acceso.",
        ),
        Reason::QuotaExhausted => (
            "Has agotado la cuota de tu plan",
            "Con un plan superior puedes continuar.",
        ),
        Reason::Unpaid => (
            "Tu suscripción está impagada",
            "Nuestros intentos de cobro han fallado. Actualiza tu método de pago para recuperar el acceso.",
        ),
    }
}

const fn remedy(remedy: Remedy) -> &'static str {
    match remedy {
        Remedy::BillingStatus => "Ver la facturación",
        Remedy::TopUp => "Recargar el saldo",
        Remedy::UpdatePaymentMethod => "Actualizar el método de pago",
        Remedy::Upgrade => "Elegir un plan",
    }
}
