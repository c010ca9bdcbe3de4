//! The body of PROPPATCH.

use statuary::{
    request::{Instruction, PropertyUpdate},
    xml::{Error, ErrorKind, Limits, Name},
};

const BOX: &str = "http://ns.example.com/boxschema/";

fn update(inside: &str) -> Result<PropertyUpdate, Error> {
    let body =
        format!("<D:propertyupdate xmlns:D='DAV:' xmlns:R='{BOX}'>{inside}</D:propertyupdate>");
    PropertyUpdate::parse(body.as_bytes(), &Limits::request())
}

/// The example of RFC 4918, section 9.2.2.
#[test]
fn an_update_sets_and_removes() {
    let body = br#"<?xml version="1.0" encoding="utf-8" ?>
     <D:propertyupdate xmlns:D="DAV:"
             xmlns:Z="http://ns.example.com/standards/z39.50/">
       <D:set>
         <D:prop>
           <Z:Authors>
             <Z:Author>Jim Whitehead</Z:Author>
             <Z:Author>Roy Fielding</Z:Author>
           </Z:Authors>
         </D:prop>
       </D:set>
       <D:remove>
         <D:prop><Z:Copyright-Owner/></D:prop>
       </D:remove>
     </D:propertyupdate>"#;
    let update = PropertyUpdate::parse(body, &Limits::request()).unwrap();
    let [Instruction::Set(authors), Instruction::Remove(owner)] = update.instructions() else {
        panic!("not two instructions: {update:?}");
    };
    let namespace = "http://ns.example.com/standards/z39.50/";
    assert_eq!(authors.name(), Name::new(namespace, "Authors").unwrap());
    let names: Vec<_> = authors.children().map(|author| author.text()).collect();
    assert_eq!(names, ["Jim Whitehead", "Roy Fielding"]);
    assert_eq!(*owner, Name::new(namespace, "Copyright-Owner").unwrap());
}

#[test]
fn the_order_of_the_document_is_kept() {
    let update = update(
        "<D:remove><D:prop><R:a/><R:b></R:b></D:prop></D:remove>
         <D:set><D:prop><R:a>1</R:a></D:prop></D:set>
         <R:unknown><D:set><D:prop><R:z/></D:prop></D:set></R:unknown>
         <D:set><R:unknown/><D:prop><R:a>2</R:a></D:prop></D:set>
         <D:remove><D:prop><R:b> <!-- empty --> </R:b></D:prop></D:remove>",
    )
    .unwrap();
    let said: Vec<_> = update
        .into_instructions()
        .into_iter()
        .map(|instruction| match instruction {
            Instruction::Set(value) => format!("{}={}", value.name().local(), value.text()),
            Instruction::Remove(name) => format!("-{}", name.local()),
            _ => unreachable!(),
        })
        .collect();
    assert_eq!(said, ["-a", "-b", "a=1", "a=2", "-b"]);
}

#[test]
fn the_language_in_scope_is_kept() {
    let update = update(
        "<D:set xml:lang='de'><D:prop><R:a/></D:prop></D:set>
         <D:set><D:prop xml:lang='en'><R:b/><R:c xml:lang='fr'/></D:prop></D:set>
         <D:set><D:prop><R:d/></D:prop></D:set>",
    )
    .unwrap();
    let languages: Vec<_> = update
        .instructions()
        .iter()
        .map(|instruction| match instruction {
            Instruction::Set(value) => value.lang(),
            _ => unreachable!(),
        })
        .collect();
    assert_eq!(languages, [Some("de"), Some("en"), Some("fr"), None]);
    assert_eq!(
        update.instructions()[1].name(),
        Name::new(BOX, "b").unwrap()
    );
}

#[test]
fn the_root_has_its_name() {
    let sentence = "the root element is not `propertyupdate` in the namespace `DAV:`, send that one at line 1, column 1";
    let error = PropertyUpdate::parse(b"<propertyupdate/>", &Limits::request()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnexpectedRoot);
    assert_eq!(error.to_string(), sentence);
}

#[test]
fn the_rest_of_the_document_is_read_too() {
    let body = b"<propertyupdate xmlns='DAV:'><remove><prop><a/></prop></remove></propertyupdate>b";
    assert_eq!(
        PropertyUpdate::parse(body, &Limits::request())
            .unwrap_err()
            .kind(),
        ErrorKind::Syntax
    );
}

#[test]
fn an_update_that_cannot_be() {
    let sentence = "`propertyupdate` sets and removes nothing";
    for inside in [
        "",
        "<D:set/>",
        "<D:set><D:prop/></D:set>",
        "<R:set><D:prop/></R:set>",
    ] {
        let error = update(inside).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::MissingElement);
        assert!(error.to_string().starts_with(sentence), "{error}");
    }
    let error = PropertyUpdate::parse(b"", &Limits::request()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnexpectedEnd);

    for value in ["<R:b/>", "b", "<![CDATA[b]]>", "&#98;", "&#160;"] {
        let error = update(&format!(
            "<D:remove><D:prop><R:a>{value}</R:a></D:prop></D:remove>"
        ));
        let error = error.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnexpectedContent);
        assert_eq!(
            error.to_string(),
            "a property inside `remove` has a value at line 1, column 100",
            "{value}"
        );
    }
}

#[test]
fn what_an_update_names_is_in_few_namespaces() {
    let parse = |count: usize| {
        let value = |number| {
            format!(
                "<remove><prop><a xmlns='urn:{}'/></prop></remove>",
                number % count
            )
        };
        let changes: String = (0..200).map(value).collect();
        let body = format!("<propertyupdate xmlns='DAV:'>{changes}</propertyupdate>");
        PropertyUpdate::parse(body.as_bytes(), &Limits::request())
    };
    assert_eq!(parse(128).unwrap().instructions().len(), 200);
    assert_eq!(parse(129).unwrap_err().kind(), ErrorKind::TooManyNamespaces);
}
