//! Portuguese.

use super::{Saying, Words};
use crate::subscription::{Reason, Remedy};

pub(in crate::challenge::page) const WORDS: Words = Words {
    language: "pt",
    denied,
    too_many_requests: (
        "Atingiu um limite",
        "Aguarde que seja renovado e tente novamente.",
    ),
    unanswered: (
        "De momento não conseguimos verificar a sua assinatura",
        "O problema é nosso, não seu. Tente novamente dentro de momentos.",
    ),
    store_unanswered: (
        "De momento não conseguimos processar o seu pedido",
        "Nada foi feito. O problema é nosso, não seu. Tente novamente dentro de momentos.",
    ),
    misplaced: (
        "Não conseguimos processar o seu pedido",
        "Nada foi feito. Há algo mal configurado do nosso lado, e tentar novamente não adianta.",
    ),
    in_progress: (
        "O seu pedido ainda está a ser processado",
        "Aguarde um momento e tente novamente.",
    ),
    not_kept: (
        "O seu pedido foi executado",
        "A resposta não pode ser mostrada de novo, e nada foi feito uma segunda vez.",
    ),
    unclaimed: (
        "Não conseguimos processar o seu pedido",
        "Não foi enviado corretamente, pelo que nada foi feito.",
    ),
    unidentified: (
        "Inicie sessão",
        "Precisamos de saber quem é para encontrar a sua assinatura.",
    ),
    remedy,
    retry: "Tentar novamente",
    sign_in: "Iniciar sessão",
    support: "Contactar o suporte",
    code: "Código",
    valid_until: "Válida até",
    remaining: "Restante",
    wait: "Disponível novamente em",
};

const fn denied(reason: Reason) -> Saying {
    match reason {
        Reason::Cancelled => (
            "A sua assinatura terminou",
            "Foi cancelada, e o último período pago chegou ao fim. Escolha um plano para voltar.",
        ),
        Reason::Expired => (
            "A sua assinatura expirou",
            "Renove-a para continuar de onde parou.",
        ),
        Reason::Forbidden => (
            "Não tem acesso a esta página",
            "A sua conta não a pode abrir, seja qual for o plano.",
        ),
        Reason::Incomplete => (
            "O seu primeiro pagamento não foi concluído",
            "A sua assinatura começa assim que for paga. Verifique o seu método de pagamento.",
        ),
        Reason::InsufficientBalance => {
            ("O seu saldo não é suficiente", "Carregue-o para continuar.")
        }
        Reason::NeverSubscribed => (
            "Esta página é para assinantes",
            "Escolha um plano para ter acesso.",
        ),
        Reason::NotInPlan => (
            "O seu plano não inclui esta página",
            "Mude para um plano que a inclua para ter acesso.",
        ),
        Reason::PastDue => (
            "O seu pagamento está em atraso",
            "Não foi possível cobrar o seu último pagamento. Atualize o método de pagamento para recuperar o acesso.",
        ),
        Reason::Paused => (
            "A sua assinatura está em pausa",
            "Retome-a para recuperar o acesso.",
        ),
        Reason::QuotaExhausted => (
            "Esgotou o limite do seu plano",
            "Com um plano maior pode continuar.",
        ),
        Reason::Unpaid => (
            "A sua assinatura está por pagar",
            "As nossas tentativas de cobrança falharam. Atualize o método de pagamento para recuperar o acesso.",
        ),
    }
}

const fn remedy(remedy: Remedy) -> &'static str {
    match remedy {
        Remedy::BillingStatus => "Ver a faturação",
        Remedy::TopUp => "Carregar o saldo",
        Remedy::UpdatePaymentMethod => "Atualizar o método de pagamento",
        Remedy::Upgrade => "Escolher um plano",
    }
}
