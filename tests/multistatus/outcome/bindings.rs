//! Collections with several bindings: RFC 5842, section 7.

use http::{HeaderMap, HeaderValue, StatusCode};
use statuary::{
    DavError, Href, MultiStatus, Propfind,
    outcome::{Binding, Bindings},
    prop,
    xml::Name,
};

use super::href;
use crate::infoset::said;

const RESOURCE_ID: Name<'static> = Name::dav("resource-id");

fn knows(classes: &[&'static str]) -> Bindings {
    let mut headers = HeaderMap::new();
    for class in classes {
        headers.append("dav", HeaderValue::from_static(class));
    }
    Bindings::of(&headers)
}

#[test]
fn e14_rfc5842_section_7_1_1_a_client_that_knows_bindings() -> Result<(), DavError> {
    let wanted = Propfind::Prop(vec![Name::dav("displayname"), RESOURCE_ID]);
    let coll = "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf8";
    let foo = "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf9";
    let id = |id: &'static str| prop::with_content(RESOURCE_ID, move |it| href(id).write(it));

    let mut bindings = knows(&["bind"]);
    assert_eq!(bindings.enter(&href(coll))?, Binding::New);
    let listing = [
        wanted
            .answer(href("http://www.example.com/Coll/"))
            .prop(prop::Displayname("Loop Demo"))
            .prop(id(coll)),
        wanted
            .answer(href("http://www.example.com/Coll/Foo"))
            .prop(prop::Displayname("Bird Inventory"))
            .prop(id(foo)),
        match bindings.enter(&href(coll))? {
            Binding::AlreadyReported => {
                wanted.already_reported(href("http://www.example.com/Coll/Bar"))
            }
            _ => wanted.answer(Href::path("/wrong")),
        }
        .prop(prop::Displayname("Loop Demo"))
        .prop_with(&RESOURCE_ID, || id(coll)),
    ];
    let ours = MultiStatus::from_iter(listing).to_string();
    let example = include_str!("../rfc5842/7.1.1-already-reported.xml");
    assert_eq!(said(&ours), said(example));
    Ok(())
}

#[test]
fn e14_rfc5842_section_7_1_2_a_client_that_does_not() -> Result<(), DavError> {
    let (one, two) = (href("urn:1"), href("urn:2"));
    let mut bindings = knows(&["1, 2", "bindings"]);
    assert_eq!(bindings.enter(&one)?, Binding::New);
    assert_eq!(bindings.enter(&two)?, Binding::New);
    let looped = bindings.enter(&one).unwrap_err();
    assert_eq!(looped.status(), StatusCode::LOOP_DETECTED);

    bindings.leave();
    assert_eq!(
        bindings.enter(&two)?,
        Binding::New,
        "beside itself is no loop"
    );
    Ok(())
}

#[test]
fn section_8_2_the_header_is_a_list_in_any_number_of_fields() -> Result<(), DavError> {
    for classes in [&["bind"][..], &["1,2 , BIND"], &["1", "bind"]] {
        let mut bindings = knows(classes);
        bindings.enter(&href("urn:1"))?;
        bindings.leave();
        let again = bindings.enter(&href("urn:1"))?;
        assert_eq!(again, Binding::AlreadyReported, "{classes:?}");
    }
    Ok(())
}

#[test]
fn section_7_1_names_and_missing_properties_of_another_binding() {
    let wanted = Propfind::PropName;
    let answer = wanted
        .already_reported(Href::path("/a"))
        .prop(prop::GetContentLength(1));
    let answer = MultiStatus::from_iter([answer]).to_string();
    assert!(
        answer.contains("<D:getcontentlength/></D:prop><D:status>HTTP/1.1 208 Already Reported")
    );

    let wanted = Propfind::Prop(vec![Name::dav("getetag")]);
    let answer = MultiStatus::from_iter([wanted.already_reported(Href::path("/a"))]).to_string();
    assert!(answer.contains("<D:getetag/></D:prop><D:status>HTTP/1.1 404 Not Found"));
}
