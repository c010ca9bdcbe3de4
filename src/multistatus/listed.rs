//! What a multistatus is collected from.

use super::{
    document::MultiStatus, encoded_resource::EncodedResource, form::Either, resource::Resource,
};

/// What can be listed in a [`MultiStatus`]: a [`Resource`], anything that becomes one, such as an
/// [`Answer`](crate::request::Answer), or an [`EncodedResource`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be listed in a multistatus",
    note = "a `Resource` can, an `Answer`, and an `EncodedResource`"
)]
pub trait Listed: private::Sealed {
    /// Adds it to the end, unless its href occurs already.
    #[doc(hidden)]
    fn push_to(self, answer: &mut MultiStatus);
}

mod private {
    #[expect(unnameable_types, reason = "nobody else may implement it")]
    pub trait Sealed {}
}

// === impl Listed ===

impl<R: Into<Resource<Either>>> Listed for R {
    #[inline]
    fn push_to(self, answer: &mut MultiStatus) {
        answer.push_resource(self.into());
    }
}

impl Listed for EncodedResource {
    fn push_to(self, answer: &mut MultiStatus) {
        answer.push_encoded(&self);
    }
}

impl Listed for &EncodedResource {
    #[inline]
    fn push_to(self, answer: &mut MultiStatus) {
        answer.push_encoded(self);
    }
}

impl<R: Into<Resource<Either>>> private::Sealed for R {}
impl private::Sealed for EncodedResource {}
impl private::Sealed for &EncodedResource {}
