//! The codes of RFC 4918, section 16, and those that extend it a little.

use http::{
    HeaderValue, Response, StatusCode,
    header::{CONTENT_LENGTH, CONTENT_TYPE, WWW_AUTHENTICATE},
};
use roxmltree::Document;
use statuary::{
    Condition, DavError, Href, Resource,
    dav::condition::{Caldav, Carddav, LockRoots, NeedPrivileges, Search},
    xml::{Element, Name},
};

use super::{DAV, assert_inside, assert_written};
use crate::{
    documents::{body, one},
    infoset::all,
};

#[test]
fn section_16_a_condition_is_inside_error() {
    let conditions = [
        (
            Condition::CannotModifyProtectedProperty,
            "cannot-modify-protected-property",
            403,
        ),
        (
            Condition::LockTokenMatchesRequestUri,
            "lock-token-matches-request-uri",
            409,
        ),
        (
            Condition::LockTokenSubmitted(Href::path("/l").into()),
            "lock-token-submitted",
            423,
        ),
        (
            Condition::NoConflictingLock(vec![Href::path("/l")]),
            "no-conflicting-lock",
            423,
        ),
        (Condition::NoExternalEntities, "no-external-entities", 403),
        (
            Condition::PreservedLiveProperties,
            "preserved-live-properties",
            409,
        ),
        (Condition::PropfindFiniteDepth, "propfind-finite-depth", 403),
    ];
    for (condition, local, status) in conditions {
        assert_eq!(condition.name(), Name::dav(local));
        assert_eq!(
            condition.status().map(|status| status.as_u16()),
            Some(status)
        );
        let hrefs = matches!(local, "lock-token-submitted" | "no-conflicting-lock");
        let answer = one(Resource::status(Href::path("/a"), StatusCode::LOCKED).error(condition));
        let document = Document::parse(&answer).expect("well-formed");
        let error = all(document.root_element(), "error")[0];
        assert!(
            error
                .first_element_child()
                .expect("a child")
                .has_tag_name(("DAV:", local))
        );
        assert_eq!(all(error, "href").len(), usize::from(hrefs));
    }
}

#[test]
fn section_16_an_error_is_a_document_of_its_own() {
    let error =
        DavError::from(Condition::PropfindFiniteDepth).with_description("ask for less & less");
    assert_eq!(error.status(), StatusCode::FORBIDDEN);
    let response = error.into_http();
    assert_eq!(
        response.headers()["content-type"],
        "application/xml; charset=utf-8"
    );
    let document = body(response);
    let document = Document::parse(&document).expect("well-formed");
    let root = document.root_element();
    assert!(root.has_tag_name(("DAV:", "error")));
    let code = root.first_element_child().expect("a code");
    assert!(code.has_tag_name(("DAV:", "propfind-finite-depth")));

    let plain = DavError::new(StatusCode::CONFLICT).with_description("the parent is missing");
    assert_eq!(plain.to_string(), "409 Conflict: the parent is missing");
    let response = plain.into_http();
    assert_eq!(
        response.headers()["content-type"],
        "text/plain; charset=utf-8"
    );
    assert_eq!(body(response), "the parent is missing");
}

/// 401 and 405 must have one (RFC 9110, sections 15.5.2 and 15.5.6).
#[test]
fn an_error_has_the_fields_that_belong_to_its_status() {
    let value = HeaderValue::from_static;
    for unauthorized in [
        DavError::new(StatusCode::UNAUTHORIZED),
        DavError::new(StatusCode::UNAUTHORIZED).with_description("who are you?"),
        DavError::from(Condition::PropfindFiniteDepth),
    ] {
        let plain = unauthorized.clone();
        assert!(plain.headers().is_empty());
        let error = unauthorized
            .with_header(WWW_AUTHENTICATE, value("Basic realm=\"a\""))
            .with_header(WWW_AUTHENTICATE, value("Bearer realm=\"b\""))
            .with_header(CONTENT_TYPE, value("image/png"))
            .with_header(CONTENT_LENGTH, value("9"));
        assert_eq!(error.headers().len(), 4);
        assert_ne!(error, plain);
        let (plain, response) = (plain.into_http(), error.into_http());
        let challenges: Vec<_> = response
            .headers()
            .get_all(WWW_AUTHENTICATE)
            .iter()
            .collect();
        assert_eq!(challenges, ["Basic realm=\"a\"", "Bearer realm=\"b\""]);
        let content = |response: &Response<_>| {
            let headers = response.headers();
            [CONTENT_TYPE, CONTENT_LENGTH].map(|name| headers.get(name).cloned())
        };
        assert_eq!(content(&plain), content(&response));
        assert_eq!(body(plain), body(response));
    }
}

#[test]
fn rfc4918_and_what_extends_it_a_little() {
    let unbind = NeedPrivileges::new(Href::path("/a"), Name::dav("unbind"));
    for (code, local, status) in [
        (
            Condition::CannotModifyProtectedProperty,
            "cannot-modify-protected-property",
            403,
        ),
        (
            Condition::LockTokenMatchesRequestUri,
            "lock-token-matches-request-uri",
            409,
        ),
        (
            Condition::LockTokenSubmitted(Href::path("/l").into()),
            "lock-token-submitted",
            423,
        ),
        (
            Condition::NoConflictingLock(Vec::new()),
            "no-conflicting-lock",
            423,
        ),
        (Condition::NoExternalEntities, "no-external-entities", 403),
        (
            Condition::PreservedLiveProperties,
            "preserved-live-properties",
            409,
        ),
        (Condition::PropfindFiniteDepth, "propfind-finite-depth", 403),
        // RFC 3253, 3744, 4331, 4791 (section 1.3: 403 or 409), 5689, 6578.
        (Condition::SupportedReport, "supported-report", 403),
        (Condition::NeedPrivileges(unbind), "need-privileges", 403),
        (
            Condition::NumberOfMatchesWithinLimits,
            "number-of-matches-within-limits",
            403,
        ),
        (Condition::QuotaNotExceeded, "quota-not-exceeded", 507),
        (Condition::SufficientDiskSpace, "sufficient-disk-space", 507),
        (Condition::ValidResourceType, "valid-resourcetype", 403),
        (
            Condition::SyncTraversalSupported,
            "sync-traversal-supported",
            403,
        ),
        (Condition::ValidSyncToken, "valid-sync-token", 403),
    ] {
        assert_written(code, DAV, local, status);
    }
}

#[test]
fn what_a_condition_tells_beside_its_name() -> Result<(), statuary::xml::Error> {
    let root = || Href::path("/a & b").into_owned();
    let href = "<D:href>/a%20&amp;%20b</D:href>";
    assert_inside(Condition::LockTokenSubmitted(root().into()), href);
    let roots = LockRoots::new(root()).and(root());
    assert_inside(Condition::LockTokenSubmitted(roots), &href.repeat(2));
    assert_inside(
        Condition::NoConflictingLock(vec![root(), root()]),
        &href.repeat(2),
    );
    assert_inside(Caldav::NoUidConflict(Some(root())).into(), href);
    assert_inside(Carddav::NoUidConflict(Some(root())).into(), href);

    let part = Element::parse(r#"<x:prop-filter xmlns:x="urn:x" name="UID"/>"#)?;
    assert_inside(
        Caldav::SupportedFilter(vec![part.clone()]).into(),
        part.as_str(),
    );
    assert_inside(
        Carddav::SupportedFilter(vec![part.clone()]).into(),
        part.as_str(),
    );

    let gone = Element::parse(
        "<D:response><D:href>http://www.example.com/X</D:href>\
         <D:status>HTTP/1.1 404 Not Found</D:status></D:response>",
    )?;
    assert_inside(
        Search::SearchScopeValid(vec![gone.clone()]).into(),
        gone.as_str(),
    );
    Ok(())
}

#[test]
fn what_a_condition_is_about_can_be_asked_and_added() {
    let [a, b, c] = ["/a", "/b", "/c"].map(Href::path);
    let mut roots = LockRoots::new(a.clone());
    roots.extend([b.clone(), c.clone()]);
    assert_eq!(
        roots,
        LockRoots::from(a.clone()).and(b.clone()).and(c.clone())
    );
    assert!(roots.iter().eq([&a, &b, &c]));
    assert!((&roots).into_iter().eq(roots.iter()));

    let (bind, unbind) = (Name::dav("bind"), Name::dav("unbind"));
    let mut lacking = NeedPrivileges::new(a.clone(), bind.clone());
    lacking.extend([(b.clone(), unbind.clone())]);
    assert!(lacking.iter().eq([(&a, &bind), (&b, &unbind)]));
}

#[test]
fn any_other_condition_is_written_as_it_is() -> Result<(), statuary::xml::Error> {
    let element = Element::parse(r#"<x:busy xmlns:x="urn:x"><x:until>noon</x:until></x:busy>"#)?;
    let condition = Condition::Element(element.clone());
    assert_eq!(condition.name(), element.name());
    assert_eq!(condition.status(), None);
    let error = body(DavError::from(condition).into_http());
    assert!(error.contains(element.as_str()), "{error}");
    Ok(())
}
