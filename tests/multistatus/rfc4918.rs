//! The examples of RFC 4918, built by this crate, byte by byte. White space between elements,
//! prefixes and the zone of a time are free, and are brought into this crate's form first.

use std::time::{Duration, SystemTime};

use http::StatusCode;
use statuary::{
    Condition, Href, MultiStatus, PropStat, Property, Resource,
    dav::{ActiveLock, InvalidEntityTag, LockScope, LockToken, TimeType, ZeroOrInfinity},
    prop::{
        self, CreationDate, DisplayName, GetContentLength, GetContentType, GetEtag,
        GetLastModified, LockDiscovery, ResourceType, SupportedLock,
    },
    xml::{Element, Name},
};

use crate::infoset::compact;

const BOX: &str = "http://ns.example.com/boxschema/";
const BIGBOX: Name<'static> = Name::from_static(BOX, "bigbox");
const AUTHOR: Name<'static> = Name::from_static(BOX, "author");

#[track_caller]
fn assert_example(example: &str, ours: MultiStatus) {
    // The RFC gives these two in Pacific time.
    let example = example
        .replace("1997-12-01T17:42:21-08:00", "1997-12-02T01:42:21Z")
        .replace("1997-12-01T18:27:21-08:00", "1997-12-02T02:27:21Z");
    assert_eq!(ours.to_string(), compact(&example));
}

fn href(encoded: &'static str) -> Href<'static> {
    Href::parse(encoded).expect("an example of the RFC")
}

fn after_epoch(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

/// A property with one element inside that holds text.
fn nested(name: Name<'static>, inner: &'static str, text: &'static str) -> impl Property {
    prop::with_content(name, move |value| {
        value.element(&Name::from_static(BOX, inner)).text(text);
    })
}

#[test]
fn section_9_1_3_named_properties() {
    let refused = PropStat::new(StatusCode::FORBIDDEN)
        .name(&Name::from_static(BOX, "DingALing"))
        .name(&Name::from_static(BOX, "Random"))
        .description("The user does not have access to the DingALing property.");
    let file = Resource::new(href("http://www.example.com/file"))
        .prop(nested(BIGBOX, "BoxType", "Box type A"))
        .prop(nested(AUTHOR, "Name", "J.J. Johnson"))
        .propstat(refused);
    let ours =
        MultiStatus::from_iter([file]).description("There has been an access violation error.");
    assert_example(include_str!("rfc4918/9.1.3-named-properties.xml"), ours);
}

#[test]
fn section_9_1_4_propname() {
    let names = |resource: Resource, names: &[&'static str]| {
        names
            .iter()
            .fold(resource, |resource, name| resource.name(&Name::dav(name)))
    };
    let container = Resource::new(href("http://www.example.com/container/"))
        .name(&BIGBOX)
        .name(&AUTHOR);
    let of_container = [
        "creationdate",
        "displayname",
        "resourcetype",
        "supportedlock",
    ];
    let front = Resource::new(href("http://www.example.com/container/front.html")).name(&BIGBOX);
    let of_front = [
        "creationdate",
        "displayname",
        "getcontentlength",
        "getcontenttype",
        "getetag",
        "getlastmodified",
        "resourcetype",
        "supportedlock",
    ];
    let ours = [names(container, &of_container), names(front, &of_front)];
    assert_example(
        include_str!("rfc4918/9.1.4-propname.xml"),
        MultiStatus::from_iter(ours),
    );
}

#[test]
fn section_9_1_5_allprop() -> Result<(), InvalidEntityTag> {
    let container = Resource::new(href("/container/"))
        .prop(nested(BIGBOX, "BoxType", "Box type A"))
        .prop(nested(AUTHOR, "Name", "Hadrian"))
        .prop(CreationDate(after_epoch(881_026_941)))
        .prop(DisplayName("Example collection"))
        .prop(ResourceType::COLLECTION)
        .prop(SupportedLock::ExclusiveAndShared);
    let front = Resource::new(href("/container/front.html"))
        .prop(nested(BIGBOX, "BoxType", "Box type B"))
        .prop(CreationDate(after_epoch(881_029_641)))
        .prop(DisplayName("Example HTML resource"))
        .prop(GetContentLength(4525))
        .prop(GetContentType("text/html"))
        .prop(GetEtag::strong("zzyzx")?)
        .prop(GetLastModified(after_epoch(884_597_156)))
        .prop(ResourceType::FILE)
        .prop(SupportedLock::ExclusiveAndShared);
    assert_example(
        include_str!("rfc4918/9.1.5-allprop.xml"),
        MultiStatus::from_iter([container, front]),
    );
    Ok(())
}

#[test]
fn section_9_2_2_proppatch() {
    const Z3950: &str = "http://ns.example.com/standards/z39.50/";
    let bar = Resource::new(href("http://www.example.com/bar.html"))
        .withheld(
            &Name::from_static(Z3950, "Authors"),
            StatusCode::FAILED_DEPENDENCY,
        )
        .withheld(
            &Name::from_static(Z3950, "Copyright-Owner"),
            StatusCode::CONFLICT,
        )
        .description("Copyright Owner cannot be deleted or altered.");
    assert_example(
        include_str!("rfc4918/9.2.2-proppatch.xml"),
        MultiStatus::from_iter([bar]),
    );
}

#[test]
fn sections_9_6_2_and_9_8_8_and_9_9_6_a_locked_member() {
    let locked = |member| {
        let status = Resource::status(href(member), StatusCode::LOCKED);
        // The examples name no lock, as section 16 says that they must.
        let unnamed = Name::dav("lock-token-submitted");
        MultiStatus::from_iter([status.error(Condition::Other(unnamed))])
    };
    assert_example(
        include_str!("rfc4918/9.6.2-delete.xml"),
        locked("http://www.example.com/container/resource3"),
    );
    assert_example(
        include_str!("rfc4918/9.8.8-copy.xml"),
        locked("http://www.example.com/othercontainer/R2/"),
    );
    assert_example(
        include_str!("rfc4918/9.9.6-move.xml"),
        locked("http://www.example.com/othercontainer/C2/"),
    );
}

#[test]
fn section_9_10_9_lock() {
    let ours = [
        Resource::status(
            href("http://example.com/webdav/secret"),
            StatusCode::FORBIDDEN,
        ),
        Resource::status(
            href("http://example.com/webdav/"),
            StatusCode::FAILED_DEPENDENCY,
        ),
    ];
    assert_example(
        include_str!("rfc4918/9.10.9-lock.xml"),
        MultiStatus::from_iter(ours),
    );
}

#[test]
fn section_15_8_1_lockdiscovery() -> Result<(), Box<dyn std::error::Error>> {
    let token = LockToken::new("urn:uuid:f81de2ad-7f3d-a1b2-4f3c-00a0c91a9d76")?;
    let container = href("http://www.example.com/container/");
    let owner = Element::parse("<D:owner>Jane Smith</D:owner>")?;
    let zero = ZeroOrInfinity::Zero;
    let lock = ActiveLock::new(token, container.clone(), LockScope::Exclusive, zero)
        .with_owner(owner)
        .with_timeout(TimeType::Infinite);
    let container = Resource::new(container).prop(LockDiscovery(&[lock]));
    assert_example(
        include_str!("rfc4918/15.8.1-lockdiscovery.xml"),
        MultiStatus::from_iter([container]),
    );
    Ok(())
}

#[test]
fn section_15_10_1_supportedlock() {
    let container = Resource::new(href("http://www.example.com/container/"))
        .prop(SupportedLock::ExclusiveAndShared);
    assert_example(
        include_str!("rfc4918/15.10.1-supportedlock.xml"),
        MultiStatus::from_iter([container]),
    );
}
