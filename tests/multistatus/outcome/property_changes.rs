//! PROPPATCH, extended MKCOL and MKCALENDAR: RFC 4918, section 9.2; RFC 5689; RFC 4791, section 5.3.1.

use std::convert::Infallible;

use http::{
    HeaderValue, Request, StatusCode,
    header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE},
};
use http_body_util::BodyExt;
use roxmltree::Document;
use statuary::{
    Condition, DavError, Href, MultiStatusLayer, PropertyUpdate,
    outcome::PropertyChanges,
    xml::{Limits, Name},
};
use tower::{Layer, ServiceExt, service_fn};

use super::{href, responses};
use crate::{
    documents::body,
    infoset::{all, said},
};

const Z3950: &str = "http://ns.example.com/standards/z39.50/";
const AUTHORS: Name<'static> = Name::from_static(Z3950, "Authors");
const COPYRIGHT_OWNER: Name<'static> = Name::from_static(Z3950, "Copyright-Owner");
const OK: &str = "HTTP/1.1 200 OK";
const FAILED_DEPENDENCY: &str = "HTTP/1.1 424 Failed Dependency";

fn update() -> PropertyUpdate {
    let body =
        br#"<D:propertyupdate xmlns:D="DAV:" xmlns:Z="http://ns.example.com/standards/z39.50/">
        <D:set><D:prop><Z:Authors>Jim</Z:Authors><D:getetag>"1"</D:getetag></D:prop></D:set>
        <D:remove><D:prop><Z:Copyright-Owner/><Z:Authors/></D:prop></D:remove>
    </D:propertyupdate>"#;
    PropertyUpdate::parse(body, &Limits::request()).expect("an update")
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().copied().map(String::from).collect()
}

#[test]
fn m35_if_one_is_200_all_are_and_only_names_are_told_each_once_in_order() {
    let outcome = update().outcome();
    assert!(!outcome.is_refused());
    let answer = outcome.proppatch(Href::path("/bar")).to_string();
    let all = names(&["Authors", "getetag", "Copyright-Owner"]);
    assert_eq!(
        responses(&answer),
        [("/bar".to_owned(), None, vec![(OK.to_owned(), all)])]
    );
    assert!(!answer.contains("Jim"), "{answer}");
}

#[test]
fn m35_if_one_is_refused_the_rest_failed_for_want_of_it() {
    let mut outcome = update().outcome();
    outcome.refuse(&COPYRIGHT_OWNER, StatusCode::CONFLICT);
    assert!(outcome.is_refused());
    let answer = outcome.proppatch(Href::path("/bar")).to_string();
    let (_, _, propstats) = &responses(&answer)[0];
    assert_eq!(
        *propstats,
        [
            (FAILED_DEPENDENCY.to_owned(), names(&["Authors", "getetag"])),
            (
                "HTTP/1.1 409 Conflict".to_owned(),
                names(&["Copyright-Owner"])
            ),
        ]
    );
    assert!(!answer.contains("200 OK"));
}

#[test]
fn m35_a_protected_property_is_403_with_its_condition() {
    let outcome = update()
        .outcome()
        .protect(&[Name::dav("getetag"), Name::dav("getcontentlength")]);
    let answer = outcome.proppatch(Href::path("/bar")).to_string();
    let (_, _, propstats) = &responses(&answer)[0];
    assert_eq!(
        *propstats,
        [
            (
                FAILED_DEPENDENCY.to_owned(),
                names(&["Authors", "Copyright-Owner"])
            ),
            ("HTTP/1.1 403 Forbidden".to_owned(), names(&["getetag"])),
        ]
    );
    let document = Document::parse(&answer).unwrap();
    let codes = all(document.root_element(), "cannot-modify-protected-property");
    assert_eq!(codes.len(), 1);
    assert!(codes[0].parent().unwrap().has_tag_name(("DAV:", "error")));
}

#[test]
fn m34_the_answer_is_207_whatever_became_of_it() {
    let fine = update().outcome();
    let refused = update().outcome().protect(&[AUTHORS]);
    for outcome in [fine, refused] {
        let response = outcome.proppatch(Href::path("/bar")).into_http();
        assert_eq!(response.status(), StatusCode::MULTI_STATUS);
        // Nothing that could let a cache keep it.
        let headers: Vec<_> = response.headers().keys().collect();
        assert_eq!(headers, ["content-type"]);
    }
}

#[test]
fn refusals_that_agree_share_a_propstat_and_the_first_of_one_property_stays() {
    let full = || DavError::from(Condition::QuotaNotExceeded).with_description("no room");
    let mut outcome = update().outcome();
    outcome.refuse(&AUTHORS, full());
    outcome.refuse(&Name::dav("getetag"), StatusCode::CONFLICT);
    // A field, for which there is no place, makes no difference.
    let later = full().with_header(RETRY_AFTER, HeaderValue::from_static("60"));
    outcome.refuse(&COPYRIGHT_OWNER, later);
    outcome.refuse(&AUTHORS, StatusCode::LOCKED);
    let answer = outcome.proppatch(Href::path("/bar")).to_string();
    let (_, _, propstats) = &responses(&answer)[0];
    assert_eq!(
        *propstats,
        [
            (
                "HTTP/1.1 507 Insufficient Storage".to_owned(),
                names(&["Authors", "Copyright-Owner"])
            ),
            ("HTTP/1.1 409 Conflict".to_owned(), names(&["getetag"])),
        ]
    );
    assert!(answer.contains(
        "<D:error><D:quota-not-exceeded/></D:error>\
         <D:responsedescription>no room</D:responsedescription>"
    ));
}

#[test]
fn a_refusal_that_is_no_failure_is_a_fault_of_the_server() {
    for status in [100, 200, 204, 207, 302, 600] {
        let status = StatusCode::from_u16(status).unwrap();
        let mut outcome = update().outcome();
        outcome.refuse(&AUTHORS, status);
        assert!(outcome.is_refused());
        assert_eq!(outcome.mkcol().status(), StatusCode::INTERNAL_SERVER_ERROR);
    }
}

/// Its status is that of the answer, and some have to say more
/// ([RFC 9110, section 15.5.2](https://www.rfc-editor.org/rfc/rfc9110#section-15.5.2)).
#[test]
fn the_fields_of_what_was_refused_first_are_those_of_a_mkcol() {
    let basic = HeaderValue::from_static("Basic");
    let text = HeaderValue::from_static("text/plain");
    let unknown = DavError::new(StatusCode::UNAUTHORIZED)
        .with_header(WWW_AUTHENTICATE, basic)
        .with_header(CONTENT_TYPE, text);
    let busy = DavError::new(StatusCode::SERVICE_UNAVAILABLE)
        .with_header(RETRY_AFTER, HeaderValue::from_static("60"));
    let mut outcome = PropertyChanges::from_iter([AUTHORS, COPYRIGHT_OWNER]);
    outcome.refuse(&AUTHORS, unknown);
    outcome.refuse(&COPYRIGHT_OWNER, busy);
    let response = outcome.mkcol();
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    let headers = response.headers();
    assert_eq!(headers["www-authenticate"], "Basic");
    assert_eq!(headers["cache-control"], "no-cache");
    assert_eq!(headers["content-type"], "application/xml; charset=utf-8");
    assert!(!headers.contains_key(RETRY_AFTER));
}

/// A 402 is kept nowhere, whatever its answer is.
#[test]
fn what_a_refusal_says_to_caches_stays_in_a_mkcol() {
    let unpaid = DavError::new(StatusCode::PAYMENT_REQUIRED)
        .with_header(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let mut outcome = PropertyChanges::from_iter([AUTHORS]);
    outcome.refuse(&AUTHORS, unpaid);
    let response = outcome.mkcol();
    let lines = response.headers().get_all(CACHE_CONTROL).iter();
    assert_eq!(lines.collect::<Vec<_>>(), ["no-store", "no-cache"]);
}

#[test]
fn a_refusal_of_what_was_not_asked_for_is_not_lost() {
    let mut outcome = update().outcome();
    outcome.refuse(&Name::dav("owner"), StatusCode::CONFLICT);
    assert!(outcome.is_refused());
    let answer = outcome.proppatch(Href::path("/bar")).to_string();
    assert!(answer.contains("<D:owner/></D:prop><D:status>HTTP/1.1 409 Conflict"));
}

#[test]
fn rfc4918_section_9_2_2_proppatch() {
    let mut outcome = PropertyChanges::from_iter([AUTHORS, COPYRIGHT_OWNER]);
    outcome.refuse(&COPYRIGHT_OWNER, StatusCode::CONFLICT);
    let ours = outcome
        .proppatch(href("http://www.example.com/bar.html"))
        .to_string();
    // Ours would describe the property that was refused, and not the resource.
    let example = include_str!("../rfc4918/9.2.2-proppatch.xml");
    let description = example.find("<D:responsedescription>").unwrap();
    let end = example.find("</D:response>").unwrap();
    let example = format!("{}{}", &example[..description], &example[end..]);
    assert_eq!(said(&ours), said(&example));
}

#[test]
fn e13_rfc5689_section_3_5_a_collection_of_no_known_type() {
    let resourcetype = Name::dav("resourcetype");
    let reason = DavError::from(Condition::ValidResourceType)
        .with_description("Resource type is not supported by this server");
    let mut outcome = PropertyChanges::from_iter([resourcetype.clone(), Name::dav("displayname")]);
    outcome.refuse(&resourcetype, reason);
    let response = outcome.mkcol();
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
    assert_eq!(response.headers()["cache-control"], "no-cache");
    assert_eq!(
        response.headers()["content-type"],
        "application/xml; charset=utf-8"
    );
    let example = include_str!("../rfc5689/3.5-mkcol.xml");
    assert_eq!(said(&body(response)), said(example));
}

#[test]
fn e13_rfc5689_section_4_1_1_collections_that_were_made() {
    let displayname = Name::dav("displayname");
    let response =
        PropertyChanges::from_iter([Name::dav("resourcetype"), displayname.clone()]).mkcol();
    assert_eq!(response.status(), StatusCode::CREATED);
    assert_eq!(response.headers()["cache-control"], "no-cache");
    let example = include_str!("../rfc5689/4.1.1-mkcol.xml");
    assert_eq!(said(&body(response)), said(example));

    let response = PropertyChanges::from_iter([displayname]).mkcalendar(Href::collection("/cal"));
    assert_eq!(response.status(), StatusCode::CREATED);
    assert_eq!(response.headers()["cache-control"], "no-cache");
    let example = include_str!("../rfc5689/4.1.1-mkcalendar.xml");
    assert_eq!(said(&body(response)), said(example));
}

#[test]
fn e13_rfc5689_section_5_2_without_properties_there_is_nothing_to_tell() {
    let none = PropertyChanges::from_iter([]);
    for response in [none.mkcol(), none.mkcalendar(Href::collection("/cal"))] {
        assert_eq!(response.status(), StatusCode::CREATED);
        assert_eq!(response.headers()["cache-control"], "no-cache");
        assert!(!response.headers().contains_key("content-type"));
        assert_eq!(body(response), "");
    }
}

#[test]
fn e8_a_calendar_that_was_not_made_is_a_207() {
    for status in [403, 409, 423, 424, 507] {
        let status = StatusCode::from_u16(status).unwrap();
        let mut outcome = PropertyChanges::from_iter([AUTHORS, COPYRIGHT_OWNER]);
        outcome.refuse(&AUTHORS, status);
        let response = outcome.mkcalendar(Href::collection("/cal"));
        assert_eq!(response.status(), StatusCode::MULTI_STATUS);
        assert_eq!(response.headers()["cache-control"], "no-cache");
        let answer = body(response);
        let (href, no_status, propstats) = &responses(&answer)[0];
        assert_eq!((&**href, no_status), ("/cal/", &None));
        assert!(
            propstats[0]
                .0
                .starts_with(&format!("HTTP/1.1 {}", status.as_str()))
        );
    }
}

#[test]
fn namespaces_of_a_mkcol_response_are_declared_and_never_collide() {
    let names = ["urn:a", "urn:b", "urn:c"].map(|namespace| Name::from_static(namespace, "x"));
    let [a, b, c] = &names;
    let mut outcome = PropertyChanges::from_iter(names.clone());
    outcome.refuse(b, StatusCode::CONFLICT);
    outcome.refuse(c, StatusCode::LOCKED);
    let document = body(outcome.mkcol());
    let document = Document::parse(&document).expect("well-formed");
    let found: Vec<_> = all(document.root_element(), "prop")
        .iter()
        .map(|prop| prop.first_element_child().unwrap().tag_name().namespace())
        .map(|namespace| namespace.unwrap_or_default().to_owned())
        .collect();
    assert_eq!(found, [a.namespace(), b.namespace(), c.namespace()]);
}

#[tokio::test]
async fn e30_rfc8144_section_2_3_a_minimal_success_is_an_empty_201() {
    let names = [AUTHORS, COPYRIGHT_OWNER];
    let made = PropertyChanges::from_iter(names.clone());
    let mut refused = PropertyChanges::from_iter(names);
    refused.refuse(&AUTHORS, StatusCode::CONFLICT);
    for (method, prefer, outcome, status, is_empty) in [
        ("MKCOL", "return=minimal", &made, 201, true),
        ("MKCALENDAR", "return=minimal", &made, 201, true),
        ("MKCOL", "return=representation", &made, 201, false),
        ("MKCOL", "return=minimal", &refused, 409, false),
        ("MKCALENDAR", "return=minimal", &refused, 207, false),
    ] {
        let answer = async |request: Request<()>| {
            Ok::<_, Infallible>(match request.method().as_str() {
                "MKCOL" => outcome.mkcol(),
                _ => outcome.mkcalendar(Href::collection("/cal")),
            })
        };
        let service = MultiStatusLayer::new().layer(service_fn(answer));
        let request = Request::builder().method(method).header("prefer", prefer);
        let response = service.oneshot(request.body(()).unwrap()).await.unwrap();
        assert_eq!(response.status(), status);
        assert_eq!(response.headers()["cache-control"], "no-cache");
        if is_empty {
            assert_eq!(response.headers()["preference-applied"], "return=minimal");
            assert!(response.headers().contains_key("vary"));
            assert!(!response.headers().contains_key("content-type"));
        }
        let body = response.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(body.is_empty(), is_empty, "{method} {prefer} {status}");
    }
}

/// If each name were looked for among all that came before, this would take minutes.
#[test]
fn very_many_properties() {
    let name = |index| Name::new("urn:many", format!("p{index}")).expect("a name");
    let count = 100_000;
    let mut outcome = PropertyChanges::from_iter((0..count).chain(0..count).map(name));
    for index in 0..count {
        outcome.refuse(&name(index), StatusCode::FORBIDDEN);
    }
    let answer = outcome.proppatch(Href::path("/")).to_string();
    assert_eq!(answer.matches("<n0:p").count(), count);
}
