//! What all bodies have in common.

use http::HeaderMap;

use crate::{
    dav::{Depth, InvalidHeader},
    xml::{Error, Limits, Parser, Token},
};

/// A body that can be read.
pub(super) trait Body: Sized {
    /// Reads the root element, which was just entered, and goes to its end.
    fn read(parser: &mut Parser<'_>) -> Result<Self, Error>;

    /// What a request without a body asks for, if it may do without one.
    fn of_nothing() -> Option<Self> {
        None
    }

    /// Whether the request is about its target alone, so that its depth has to be zero.
    fn is_about_target_alone(&self) -> bool {
        false
    }
}

/// Reads a whole body.
pub(super) fn parse<T: Body>(body: &[u8], limits: &Limits) -> Result<T, Error> {
    if body.is_empty() {
        if let Some(nothing) = T::of_nothing() {
            return Ok(nothing);
        }
    }
    let mut parser = Parser::of_request(body, limits)?;
    parser.next()?;
    let read = T::read(&mut parser);
    // A malformed body is an error of its syntax, whatever its beginning seemed to mean.
    let is_readable = |error: &Error| error.kind().is_about_meaning();
    if read.as_ref().err().is_none_or(is_readable) {
        while parser.next()? != Token::Eof {}
    }
    read
}

/// Checks the depth of a report that may have to be about its target alone.
pub(super) fn check_depth<T: Body>(body: &T, headers: &HeaderMap) -> Result<(), InvalidHeader> {
    match body.is_about_target_alone() {
        true => Depth::check_zero(headers),
        false => Ok(()),
    }
}

/// The two ways to read a body that each of the types has.
macro_rules! body {
    ($body:ty, $method:literal) => {
        impl $body {
            #[doc = concat!("Reads a request of ", $method, ": collects the body, looks at its media")]
            /// type, and parses it, under the [`Limits`](crate::xml::Limits) in the extensions of the
            /// request or the default ones. With axum, the type is an extractor that does the same.
            ///
            /// # Errors
            ///
            /// When the body cannot be read; the rejection has the status.
            ///
            /// # Panics
            ///
            /// Outside of a Tokio runtime that has its timers enabled.
            pub async fn from_request<B>(
                request: http::Request<B>,
            ) -> Result<Self, $crate::request::Rejection>
            where
                B: http_body::Body<Error: Into<Box<dyn std::error::Error + Send + Sync>>>,
            {
                $crate::request::collect::read_request(request).await
            }

            /// Reads the body of a request.
            ///
            /// # Errors
            ///
            /// When the body does not follow the grammar, or exceeds a limit; the error says what is wrong,
            /// and where.
            pub fn parse(
                body: &[u8],
                limits: &$crate::xml::Limits,
            ) -> Result<Self, $crate::xml::Error> {
                $crate::request::body::parse(body, limits)
            }
        }
    };
}

/// The check that a report also has if it may have to be about its target alone.
macro_rules! depth {
    ($report:ty) => {
        impl $report {
            /// Checks the `Depth` header, which has to be `0` for a report that is about its target alone.
            /// [`from_request`](Self::from_request) does this, too; [`parse`](Self::parse), which sees no
            /// headers, does not.
            ///
            /// # Errors
            ///
            /// When the header has a depth that the report may not have.
            pub fn check_depth(
                &self,
                headers: &http::HeaderMap,
            ) -> Result<(), $crate::dav::InvalidHeader> {
                $crate::request::body::check_depth(self, headers)
            }
        }
    };
}

pub(super) use {body, depth};
