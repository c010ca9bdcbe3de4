//! Japanese.

use super::{Saying, Words};
use crate::subscription::{Reason, Remedy};

pub(in crate::challenge::page) const WORDS: Words = Words {
    language: "ja",
    denied,
    too_many_requests: (
        "上限に達しました",
        "上限が更新されてから、もう一度お試しください。",
    ),
    unanswered: (
        "現在、ご契約状況を確認できません",
        "システム側の問題です。お手数ですが、しばらくしてからもう一度お試しください。",
    ),
    store_unanswered: (
        "現在、リクエストを処理できません",
        "システム側の問題で、処理は行われていません。お手数ですが、しばらくしてからもう一度お試しください。",
    ),
    misplaced: (
        "リクエストを処理できません",
        "システム側の設定に誤りがあり、処理は行われていません。もう一度お試しいただいても解決しません。",
    ),
    in_progress: (
        "リクエストは処理中です",
        "しばらくしてからもう一度お試しください。",
    ),
    not_kept: (
        "リクエストの処理は完了しています",
        "結果をもう一度表示することはできません。処理が二重に行われることはありません。",
    ),
    unclaimed: (
        "リクエストを処理できませんでした",
        "送信方法に問題があったため、処理は行われていません。",
    ),
    unidentified: (
        "ログインしてください",
        "ご契約を確認するため、ログインが必要です。",
    ),
    remedy,
    retry: "もう一度試す",
    sign_in: "ログイン",
    support: "サポートに問い合わせる",
    code: "コード",
    valid_until: "有効期限",
    remaining: "残り",
    wait: "再開まで",
};

const fn denied(reason: Reason) -> Saying {
    match reason {
        Reason::Cancelled => (
            "ご契約は終了しました",
            "ご契約は解約され、お支払い済みの期間が終了しています。再度ご利用になるには、プランをお選びください。",
        ),
        Reason::Expired => (
            "ご契約の有効期限が切れました",
            "更新すると、引き続きご利用いただけます。",
        ),
        Reason::Forbidden => (
            "このページは表示できません",
            "お使いのアカウントには閲覧権限がありません。プランを変更してもご利用いただけません。",
        ),
        Reason::Incomplete => (
            "初回のお支払いが完了していません",
            "お支払いが完了するとご契約が始まります。お支払い方法をご確認ください。",
        ),
        Reason::InsufficientBalance => (
            "残高が不足しています",
            "チャージすると、引き続きご利用いただけます。",
        ),
        Reason::NeverSubscribed => (
            "このページは契約者限定です",
            "ご利用になるには、プランをお選びください。",
        ),
        Reason::NotInPlan => (
            "現在のプランではこのページをご利用いただけません",
            "このページを含むプランに変更すると、ご利用いただけます。",
        ),
        Reason::PastDue => (
            "お支払い期限が過ぎています",
            "前回のお支払いを確認できませんでした。お支払い方法を更新すると、再びご利用いただけます。",
        ),
        Reason::Paused => (
            "ご契約は一時停止中です",
            "再開すると、再びご利用いただけます。",
        ),
        Reason::QuotaExhausted => (
            "プランの利用上限に達しました",
            "上位のプランに変更すると、引き続きご利用いただけます。",
        ),
        Reason::Unpaid => (
            "ご契約の料金が未払いです",
            "お支払いの処理ができませんでした。お支払い方法を更新すると、再びご利用いただけます。",
        ),
    }
}

const fn remedy(remedy: Remedy) -> &'static str {
    match remedy {
        Remedy::BillingStatus => "お支払い状況を見る",
        Remedy::TopUp => "残高をチャージする",
        Remedy::UpdatePaymentMethod => "お支払い方法を更新する",
        Remedy::Upgrade => "プランを選ぶ",
    }
}
