//! The `expand-property` report: RFC 3253, section 3.8.

use roxmltree::Document;
use statuary::{Href, MultiStatus, MultiStatusLayer, Resource, prop, xml::Name};

use super::href;
use crate::infoset::{all, said, text};

const ACTIVITY_SET: Name<'static> = Name::dav("activity-set");

fn expanded(name: &'static str, resources: Vec<Resource>) -> impl statuary::Property {
    prop::with_content(Name::dav(name), move |value| {
        resources.iter().for_each(|resource| resource.write(value));
    })
}

#[test]
fn e3_rfc3253_section_3_8_1_expand_property() {
    let version = |at, creator, activity| {
        Resource::new(href(at))
            .prop(prop::text(Name::dav("creator-displayname"), creator))
            .prop(prop::href(ACTIVITY_SET, href(activity)))
    };
    let versions = vec![
        version(
            "http://repo.webdav.org/his/23/ver/1",
            "Fred",
            "http://www.webdav.org/ws/dev/sally",
        ),
        version(
            "http://repo.webdav.org/his/23/ver/2",
            "Sally",
            "http://repo.webdav.org/act/add-refresh-cmd",
        ),
    ];
    let history = Resource::new(href("http://repo.webdav.org/his/23"))
        .prop(expanded("version-set", versions));
    let foo = Resource::new(href("http://www.webdav.org/foo.html"))
        .prop(expanded("version-history", vec![history]));
    let ours = MultiStatus::from_iter([foo]).to_string();
    let example = include_str!("../rfc3253/3.8.1-expand-property.xml");
    assert_eq!(said(&ours), said(example));
}

#[test]
fn e3_namespaces_inside_and_outside_never_collide() {
    let names = ["urn:a", "urn:b", "urn:c"].map(|namespace| Name::from_static(namespace, "x"));
    let [a, b, c] = names.clone();
    let innermost = Resource::new(Href::path("/3"))
        .prop(prop::text(c.clone(), "3c"))
        .prop(prop::text(a.clone(), "3a"));
    let inner = Resource::new(Href::path("/2"))
        .prop(prop::text(b.clone(), "2b"))
        .prop(expanded("owner", vec![innermost]))
        .missing(&a);
    let outer = Resource::new(Href::path("/1"))
        .prop(prop::text(a, "1a"))
        .prop(expanded("group", vec![inner.clone(), inner]))
        .prop(prop::text(c, "1c"))
        .prop(prop::text(b, "1b"));
    let mut answer = MultiStatus::from_iter([
        Resource::new(Href::path("/0")).prop(prop::text(Name::from_static("urn:z", "x"), "0z"))
    ]);
    answer.push(outer);
    let answer = answer.to_string();
    let document = Document::parse(&answer).expect("well-formed");
    let mut read = 0;
    for element in document
        .descendants()
        .filter(|it| it.tag_name().name() == "x")
    {
        let (namespace, text) = (element.tag_name().namespace().unwrap(), text(element));
        read += 1;
        if let Some(letter) = text.chars().last() {
            assert_eq!(namespace, format!("urn:{letter}"), "{text}");
        } else {
            assert_eq!(namespace, "urn:a", "the missing one");
        }
    }
    assert_eq!(read, 4 + 2 * 4);
    assert_eq!(all(document.root_element(), "response").len(), 2 + 2 * 2);
}

#[tokio::test]
async fn e3_a_nested_href_begins_with_the_mount_too() {
    use http::{Request, Response};
    use http_body_util::BodyExt;
    use tower::{Layer, ServiceExt, service_fn};

    let service = MultiStatusLayer::new()
        .mounted_at("/dav")
        .layer(service_fn(async |_| {
            let ann = Resource::new(Href::path("/people/ann"));
            let notes = Resource::new(Href::path("/notes")).prop(expanded("owner", vec![ann]));
            let answer = MultiStatus::from_iter([notes]).into_http();
            Ok::<Response<_>, std::convert::Infallible>(answer)
        }));
    let request = Request::builder()
        .method("REPORT")
        .uri("/notes")
        .body(())
        .unwrap();
    let answer = service.oneshot(request).await.unwrap().into_body();
    let answer = answer.collect().await.unwrap().to_bytes();
    let answer = String::from_utf8_lossy(&answer);
    assert!(
        answer.contains("<D:href>/dav/people/ann</D:href>"),
        "{answer}"
    );
}
