//! The conditions of SEARCH.

use super::code::codes;
use crate::xml::Element;

codes! {
    /// The preconditions of SEARCH
    /// ([RFC 5323, section 2.2.2](https://www.rfc-editor.org/rfc/rfc5323#section-2.2.2)).
    ///
    /// # Examples
    ///
    /// ```
    /// use statuary::{DavError, dav::condition::Search};
    ///
    /// let refused = DavError::from(Search::SearchScopeValid(vec![]));
    /// assert_eq!(refused.status(), 409);
    /// ```
    pub enum Search in "DAV:" {
        /// The server does not support query schema discovery. With 403.
        SearchGrammarDiscoverySupported = "search-grammar-discovery-supported", FORBIDDEN;
        /// The query grammar is not supported. With 403.
        SearchGrammarSupported = "search-grammar-supported", FORBIDDEN;
        /// There may not be more than one scope. With 403.
        SearchMultipleScopeSupported = "search-multiple-scope-supported", FORBIDDEN;
        /// A scope is not valid; the elements, if given, are `DAV:response`s that say why. With
        /// 409.
        SearchScopeValid(responses: Vec<Element>) = "search-scope-valid", CONFLICT;
    }
}
