//! What members cost.

use std::{cell::OnceCell, fmt, sync::Arc};

use super::values::Values;
use crate::{
    dav::{Href, Mount},
    reply::has_parameter,
    subscription::{Unanswered, UnansweredKind, guard},
    xml::{Element, Name},
};

/// What a member of a multistatus costs.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Member<S> {
    /// It belongs to this subject's subscription.
    Costs(S),
    /// It costs nothing.
    Free,
    /// It costs something, and nobody knows who is asking: it is listed with 401.
    Unidentified,
    /// What it costs is not known at the moment: it is listed with 503.
    Unknown,
}

/// Rules for what the members of a multistatus cost: the first that matches a member counts, and a member
/// that none of them matches is [free](Member::Free). A member on which a rule panics is
/// [unknown](Member::Unknown), whatever the [policy for failures](crate::MemberPaywall::on_failure), and the
/// panic is [reported](crate::MemberPaywall::on_unanswered).
///
/// # Examples
///
/// ```
/// use statuary::{Member, MemberRules, xml::Name};
///
/// let rules = MemberRules::new()
///     // By its segments: a query may end as it likes.
///     .predicate(|href| {
///         let is_readme = href.segments().last().is_some_and(|name| name == b"README");
///         is_readme.then_some(Member::Free)
///     })
///     .path("/premium", "premium")
///     .property(Name::dav("getcontenttype"), |value| {
///         // A client that asks for names alone gets no value: it may still be a video.
///         let kind = value.map(|value| value.text()).filter(|kind| !kind.is_empty());
///         kind.is_none_or(|kind| kind.starts_with("video/")).then_some("video")
///     });
/// # let _ = rules;
/// ```
#[must_use]
pub struct MemberRules<S> {
    rules: Vec<Rule<S>>,
    mount: Option<Mount>,
}

/// A member as a rule sees it.
pub(super) struct Seen<'a> {
    href: &'a Href<'a>,
    /// Which response inside of its response it is, with 0 for the outermost.
    place: usize,
    values: &'a Values<'a>,
    /// The segments of its path, parsed on demand.
    segments: OnceCell<Vec<Vec<u8>>>,
}

type Rule<S> = Arc<dyn Fn(&Seen<'_>) -> Option<Member<S>> + Send + Sync>;

// === impl MemberRules ===

impl<S> MemberRules<S> {
    /// Makes an empty set of rules, by which all members are free.
    pub fn new() -> Self {
        Self {
            rules: Vec::new(),
            mount: None,
        }
    }

    /// Sets the mount of the routes. Default: for the rules of a [layer](crate::MemberPaywall::layer), that
    /// of the [`MultiStatusLayer`](crate::MultiStatusLayer::mounted_at) outside; otherwise none.
    ///
    /// The hrefs of a [multiget](crate::outcome::multiget) come from the client, and include the mount; those
    /// that a handler writes get it from the layer. With the mount set, rules see both without it, as the
    /// routes do. Set it for all rules that a handler below a mount applies itself: otherwise, a rule for a
    /// path does not match a member that the client asks for by its href, and lets it pass.
    ///
    /// The path is as in requests. A path with a parameter or a wildcard, such as `/dav/{user}`, cannot be
    /// stripped, and makes every member [`Unknown`](Member::Unknown), which is
    /// [reported](crate::MemberPaywall::on_unanswered): there [all paths are
    /// whole](crate::MultiStatusLayer::mounted_at), including those of rules.
    ///
    /// # Examples
    ///
    /// ```
    /// use statuary::{MemberPaywall, MemberRules, MultiStatus, SubscriptionCheck, dav::Mount};
    ///
    /// /// The answer to a report, below the mount of the layer outside.
    /// async fn paid_for<C: SubscriptionCheck<Subject = &'static str>>(
    ///     paywall: &MemberPaywall<C>,
    ///     mount: Mount,
    ///     found: MultiStatus,
    /// ) -> MultiStatus {
    ///     let rules = MemberRules::new().mounted_at(mount).path("/premium", "premium");
    ///     paywall.enforce(found, &rules).await
    /// }
    /// ```
    pub fn mounted_at(self, path: impl AsRef<str>) -> Self {
        Self {
            mount: Some(Mount::new(path.as_ref())),
            ..self
        }
    }

    /// Adds a rule that a member at this path, or below it, costs something. The path is as in a request, but
    /// not encoded: a `{user}` in it is not a parameter, and would let everything pass. For a pattern, use a
    /// [predicate](Self::predicate). The scheme and the authority of an href are ignored.
    ///
    /// The path is without the mount, if the rules [have one](Self::mounted_at). If they have none, an href
    /// is matched as it was written, in a multiget with whatever prefix the client wrote.
    pub fn path(self, path: &str, subject: S) -> Self
    where
        S: Clone + Send + Sync + 'static,
    {
        let above = Href::path(path).segments();
        self.rule(move |member| {
            let is_below = member.segments().starts_with(&above);
            is_below.then(|| Member::Costs(subject.clone()))
        })
    }

    /// Adds a rule that looks at the value of a property.
    ///
    /// The rule sees what is in the answer. A property that the client did not ask for is `None`, and one
    /// that it asked for by `propname` has no value: a rule that lets such a member pass lets clients choose
    /// whether they pay.
    pub fn property(
        self,
        name: Name<'static>,
        cost: impl Fn(Option<&Element>) -> Option<S> + Send + Sync + 'static,
    ) -> Self
    where
        S: 'static,
    {
        self.rule(
            move |member| match member.values.value(member.place, &name) {
                Ok(value) => cost(value.as_ref()).map(Member::Costs),
                // A response that cannot be parsed is not shown.
                Err(_) => Some(Member::Unknown),
            },
        )
    }

    /// Adds a rule that is a function of the href, which is without the [mount](Self::mounted_at).
    pub fn predicate(
        self,
        cost: impl Fn(&Href<'_>) -> Option<Member<S>> + Send + Sync + 'static,
    ) -> Self
    where
        S: 'static,
    {
        self.rule(move |member| cost(member.href))
    }

    /// Sets the mount, unless the rules have one of their own.
    pub(super) fn or_mounted_at(mut self, mount: Option<Mount>) -> Self {
        self.mount = self.mount.or(mount);
        self
    }

    /// What a member costs; an error if a rule panics, or if the mount stands for many.
    pub(super) fn cost(&self, member: &Seen<'_>) -> Result<Member<S>, Unanswered> {
        if let Some(mount) = self
            .mount
            .as_ref()
            .filter(|mount| has_parameter(mount.path()))
        {
            let why = format!("the path at which they are mounted has a parameter: `{mount}`");
            let failed = Unanswered::new(UnansweredKind::Failed).with_source(why);
            return Err(failed.of_rules());
        }
        let below = self.below_mount(member.href);
        let href = below.as_ref().unwrap_or(member.href);
        let member = Seen::new(href, member.place, member.values);
        let known = guard(|| self.rules.iter().find_map(|rule| rule(&member)));
        let known = known.map_err(Unanswered::of_rules)?;
        Ok(known.unwrap_or(Member::Free))
    }

    /// The href as the routes know it, if it includes the mount.
    fn below_mount(&self, href: &Href<'_>) -> Option<Href<'static>> {
        let mount = self.mount.as_ref().filter(|_| !href.is_mounted())?;
        href.below(mount)
    }

    fn rule(
        mut self,
        rule: impl Fn(&Seen<'_>) -> Option<Member<S>> + Send + Sync + 'static,
    ) -> Self {
        self.rules.push(Arc::new(rule));
        self
    }
}

impl<S> Clone for MemberRules<S> {
    fn clone(&self) -> Self {
        Self {
            rules: self.rules.clone(),
            mount: self.mount.clone(),
        }
    }
}

impl<S> Default for MemberRules<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S> fmt::Debug for MemberRules<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemberRules")
            .field("rules", &self.rules.len())
            .field("mount", &self.mount)
            .finish()
    }
}

// === impl Seen ===

impl<'a> Seen<'a> {
    pub(super) fn new(href: &'a Href<'a>, place: usize, values: &'a Values<'a>) -> Self {
        Self {
            href,
            place,
            values,
            segments: OnceCell::new(),
        }
    }

    /// Its href.
    pub(super) fn href(&self) -> &Href<'a> {
        self.href
    }

    fn segments(&self) -> &[Vec<u8>] {
        self.segments.get_or_init(|| self.href.segments())
    }
}
