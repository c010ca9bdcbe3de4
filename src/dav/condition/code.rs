//! A condition on the wire: a name, a status, and its content.

use http::StatusCode;

use crate::{
    dav::Href,
    xml::{Content, Element, Name},
};

/// A condition, taken apart.
pub(super) struct Code<'c> {
    pub(super) name: Name<'c>,
    pub(super) status: Option<StatusCode>,
    pub(super) content: &'c dyn Explanation,
}

/// The content of a condition's element.
pub(super) trait Explanation {
    fn is_empty(&self) -> bool;

    fn write(&self, condition: &mut Content<'_>);
}

/// Makes an enum of codes from a table: one row each, with the name, the status, and the content if
/// there is any.
macro_rules! codes {
    (
        $(#[$family_doc:meta])*
        pub enum $family:ident in $namespace:literal {
            $(
                $(#[$code_doc:meta])*
                $code:ident $(($field:ident: $content:ty))? = $local:literal, $status:ident;
            )*
        }
    ) => {
        $(#[$family_doc])*
        #[derive(Clone, Debug, Eq, Hash, PartialEq)]
        #[non_exhaustive]
        pub enum $family {
            $($(#[$code_doc])* $code $(($content))?,)*
        }

        impl $family {
            pub(super) fn code(&self) -> $crate::dav::condition::code::Code<'_> {
                match self {
                    $(Self::$code $(($field))? => $crate::dav::condition::code::Code {
                        name: const { $crate::xml::Name::from_static($namespace, $local) },
                        status: Some(http::StatusCode::$status),
                        content: codes!(@content $($field)?),
                    },)*
                }
            }
        }

        impl From<$family> for $crate::dav::Condition {
            fn from(code: $family) -> Self {
                Self::$family(code)
            }
        }
    };
    (@content) => { &() };
    (@content $field:ident) => { $field };
}

pub(super) use codes;

// === impl Code ===

impl<'c> Code<'c> {
    pub(super) fn dav(
        local: &'static str,
        status: StatusCode,
        content: &'c dyn Explanation,
    ) -> Self {
        Self {
            name: Name::dav(local),
            status: Some(status),
            content,
        }
    }

    pub(super) fn write(&self, error: &mut Content<'_>) {
        let tag = error.element(&self.name);
        if self.content.is_empty() {
            tag.empty();
        } else {
            tag.content(|condition| self.content.write(condition));
        }
    }
}

// === impl Explanation ===

/// Most conditions are a name without content.
impl Explanation for () {
    fn is_empty(&self) -> bool {
        true
    }

    fn write(&self, _: &mut Content<'_>) {}
}

impl Explanation for Option<Href<'static>> {
    fn is_empty(&self) -> bool {
        self.is_none()
    }

    fn write(&self, condition: &mut Content<'_>) {
        self.iter().for_each(|href| href.write(condition));
    }
}

impl Explanation for Vec<Href<'static>> {
    fn is_empty(&self) -> bool {
        self.is_empty()
    }

    fn write(&self, condition: &mut Content<'_>) {
        self.iter().for_each(|href| href.write(condition));
    }
}

impl Explanation for Vec<Element> {
    fn is_empty(&self) -> bool {
        self.is_empty()
    }

    fn write(&self, condition: &mut Content<'_>) {
        self.iter().for_each(|element| condition.append(element));
    }
}
