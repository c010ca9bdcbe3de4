//! The body of PROPFIND.

use statuary::{
    request::Propfind,
    xml::{Error, ErrorKind, Limits, Name},
};

const BOX: &str = "http://ns.example.com/boxschema/";

fn propfind(inside: &str) -> Result<Propfind, Error> {
    let body = format!("<D:propfind xmlns:D='DAV:' xmlns:R='{BOX}'>{inside}</D:propfind>");
    Propfind::parse(body.as_bytes(), &Limits::request())
}

fn all(include: Vec<Name<'static>>) -> Result<Propfind, Error> {
    Ok(Propfind::AllProp { include })
}

/// The example of RFC 4918, section 9.1.3.
#[test]
fn named_properties() {
    let body = br#"<?xml version="1.0" encoding="utf-8" ?>
     <D:propfind xmlns:D="DAV:">
       <D:prop xmlns:R="http://ns.example.com/boxschema/">
         <R:bigbox/>
         <R:author/>
         <R:DingALing/>
         <R:Random/>
       </D:prop>
     </D:propfind>"#;
    let names = ["bigbox", "author", "DingALing", "Random"];
    let names = names.map(|local| Name::new(BOX, local).unwrap()).to_vec();
    assert_eq!(
        Propfind::parse(body, &Limits::request()),
        Ok(Propfind::Prop(names))
    );
}

/// The examples of RFC 4918, sections 9.1.4 to 9.1.6.
#[test]
fn names_and_all_properties() {
    assert_eq!(propfind("<D:propname/>"), Ok(Propfind::PropName));
    assert_eq!(propfind("<D:allprop/>"), all(vec![]));
    assert_eq!(
        propfind("<D:allprop/><D:include><D:supported-live-property-set/><D:a/></D:include>"),
        all(vec![
            Name::dav("supported-live-property-set"),
            Name::dav("a")
        ])
    );
    assert_eq!(
        propfind("<D:include><D:a/></D:include><D:allprop/>"),
        all(vec![Name::dav("a")])
    );
    assert_eq!(Propfind::parse(b"", &Limits::request()), all(vec![]));
    assert_eq!(Ok(Propfind::default()), all(vec![]));
}

#[test]
fn a_name_is_asked_for_once_and_in_order() {
    let names = vec![Name::dav("b"), Name::dav("a"), Name::new("", "a").unwrap()];
    assert_eq!(
        propfind("<D:prop><D:b/><D:a/><x:b xmlns:x='DAV:'/><a xmlns=''/></D:prop>"),
        Ok(Propfind::Prop(names))
    );
    assert_eq!(propfind("<D:prop/>"), Ok(Propfind::Prop(vec![])));
}

/// RFC 4918, section 17 and A.4: what is added is ignored, and processing instructions are, too.
#[test]
fn unknown_elements_are_passed_over() {
    assert_eq!(
        propfind("<R:a><D:propname/></R:a>text<D:propname R:b='c'>d<e/></D:propname><R:f/>"),
        Ok(Propfind::PropName)
    );
    assert_eq!(
        propfind("<D:prop> a <D:b><D:c/>d</D:b> e </D:prop>"),
        Ok(Propfind::Prop(vec![Name::dav("b")]))
    );
    assert_eq!(
        propfind("<?a <D:propname/>?><D:prop><?b?><D:b><!-- c --></D:b></D:prop><?d e?>"),
        Ok(Propfind::Prop(vec![Name::dav("b")]))
    );
}

/// RFC 4918, A.3 and A.4.
#[test]
fn a_propfind_asks_for_one_thing() {
    let conflict = "`propfind` holds more than one of `prop`, `allprop` and `propname`";
    for inside in [
        "<D:allprop/><D:propname/>",
        "<D:propname/><D:allprop/>",
        "<D:prop/><D:propname/>",
        "<D:propname/><D:prop/>",
        "<D:allprop/><D:prop/>",
        "<D:prop/><D:allprop/>",
        "<D:include/><D:prop/>",
        "<D:prop/><D:include/>",
        "<D:propname/><D:include/>",
        "<D:include/><D:propname/>",
        "<D:prop/><D:prop/>",
        "<D:propname/><D:propname/>",
        "<D:allprop/><D:allprop/>",
        "<D:allprop/><D:include/><D:include/>",
    ] {
        let error = propfind(inside).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Conflict, "{inside}");
        assert!(error.to_string().starts_with(conflict), "{error}");
    }
    let error = propfind("<D:propname/><D:allprop/>").unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("{conflict} at line 1, column 84")
    );

    let none = "`propfind` holds none of `prop`, `allprop` and `propname` at line 1, column";
    let error = propfind("<D:expired-props/>").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::MissingElement);
    assert_eq!(error.to_string(), format!("{none} 89"));
    let error = propfind("").unwrap_err();
    assert_eq!(error.to_string(), format!("{none} 71"));
    let error = propfind("<D:include/>").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::MissingElement);
    assert_eq!(
        error.to_string(),
        "`include` has no `allprop` at line 1, column 83"
    );
}

#[test]
fn the_root_has_its_name() {
    let limits = Limits::request();
    let sentence = "the root element is not `propfind` in the namespace `DAV:`, send that one at line 1, column 1";
    for body in [
        "<propfind><propname/></propfind>",
        "<D:prop xmlns:D='DAV:'/>",
    ] {
        let error = Propfind::parse(body.as_bytes(), &limits).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnexpectedRoot);
        assert_eq!(error.to_string(), sentence);
    }
}

#[test]
fn the_rest_of_the_document_is_read_too() {
    let limits = Limits::request();
    let body = b"<propfind xmlns='DAV:'><propname/></propfind><a/>";
    assert_eq!(
        Propfind::parse(body, &limits).unwrap_err().kind(),
        ErrorKind::Syntax
    );
}

#[test]
fn a_namespace_that_will_be_written_is_a_uri() {
    for namespace in [
        "é",
        "a b",
        "urn:x&lt;y",
        "%zz",
        ":",
        "http://[",
        "http://[]/a",
        "http://[::1",
        "http://[::1]]",
        "http://[::1]a/",
        "http://a[::1]/",
        "http://[::1]/[::1]",
        "http://[a/b]/",
        "urn:a//[::1]",
        "a//[::1]",
        "[::1]",
    ] {
        let body =
            format!("<propfind xmlns='DAV:'><prop><a xmlns='{namespace}'/></prop></propfind>");
        let error = Propfind::parse(body.as_bytes(), &Limits::request()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidNamespace, "{namespace}");
        assert!(
            error
                .to_string()
                .starts_with("a namespace is not a URI, send one that is at line 1"),
            "{error}"
        );
    }
    for namespace in [
        "",
        "urn:x",
        "http://a/?b=%20#c",
        "relative/x",
        "http://[2001:db8::1]/ns",
        "http://[::ffff:192.0.2.1]:8080?a#b",
        "http://user@[v1.a:b]",
        "//[::1]/ns",
    ] {
        let body =
            format!("<propfind xmlns='DAV:'><prop><a xmlns='{namespace}'/></prop></propfind>");
        assert!(
            Propfind::parse(body.as_bytes(), &Limits::request()).is_ok(),
            "{namespace}"
        );
    }
}

#[test]
fn the_names_of_a_propfind_are_in_few_namespaces() {
    let names = |count: usize| {
        let names: String = (0..count)
            .map(|index| format!("<a xmlns='urn:{index}'/>"))
            .collect();
        let body = format!("<propfind xmlns='DAV:'><prop>{names}</prop></propfind>");
        Propfind::parse(body.as_bytes(), &Limits::request())
    };
    assert!(names(128).is_ok());
    assert_eq!(names(129).unwrap_err().kind(), ErrorKind::TooManyNamespaces);
}
