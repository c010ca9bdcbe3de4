//! The forms of a resource, as types.

/// The form of a [`Resource`](super::Resource): [`Properties`], a [`Status`], or [`Either`].
pub trait Form: private::Sealed {}

/// The form of a [`Resource`](super::Resource) that has properties.
#[derive(Debug)]
#[non_exhaustive]
pub enum Properties {}

/// The form of a [`Resource`](super::Resource) that has a status.
#[derive(Debug)]
#[non_exhaustive]
pub enum Status {}

/// The form of a [`Resource`](super::Resource) that has either properties or a status, which its type
/// does not say.
#[derive(Debug)]
#[non_exhaustive]
pub enum Either {}

mod private {
    #[expect(unnameable_types, reason = "nobody else may implement it")]
    pub trait Sealed {}
}

// === impl Form ===

impl Form for Properties {}
impl Form for Status {}
impl Form for Either {}

impl private::Sealed for Properties {}
impl private::Sealed for Status {}
impl private::Sealed for Either {}
