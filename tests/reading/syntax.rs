//! What makes a document one, and the sentence for each way in which it is none.

use std::collections::HashSet;

use statuary::{
    read::Reader,
    xml::{Element, Error, ErrorKind},
};

#[track_caller]
fn error(text: &str) -> Error {
    Element::parse(text).expect_err("the document should be refused")
}

#[track_caller]
fn refused(text: &str, kind: ErrorKind, sentence: &str) {
    let error = error(text);
    assert_eq!(error.to_string(), sentence);
    assert_eq!(error.kind(), kind);
    // What is wrong, and after a comma what to do.
    let (said, _) = sentence.split_once(" at line ").unwrap();
    assert!(said.contains(", "), "{said}");
}

#[track_caller]
fn bytes_refused(bytes: &[u8], kind: ErrorKind, sentence: &str) {
    let error = Reader::new(bytes).next().unwrap().unwrap_err();
    assert_eq!(error.to_string(), sentence);
    assert_eq!(error.kind(), kind);
}

fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(unit).collect()
}

#[test]
fn errors_are_told_apart_and_put_in_order() {
    let (first, second) = (error("<a>\n</b>"), error("<a>\n\n</b>"));
    assert!(first.position() < second.position());
    assert_eq!(first.position(), error("<a>\n</b>").position());
    let distinct = HashSet::from([first.clone(), second, first]);
    assert_eq!(distinct.len(), 2);
    let places: HashSet<_> = distinct.iter().map(Error::position).collect();
    assert_eq!(places.len(), 2);
}

#[test]
fn one_root_and_nothing_beside_it() {
    let beside = "there is something beside the root element, send one element";
    refused(
        "<a/><b/>",
        ErrorKind::Syntax,
        &format!("{beside} at line 1, column 5"),
    );
    refused(
        "<a/>\n x",
        ErrorKind::Syntax,
        &format!("{beside} at line 2, column 2"),
    );
    refused(
        "x<a/>",
        ErrorKind::Syntax,
        &format!("{beside} at line 1, column 1"),
    );
    refused(
        "<a/>&amp;",
        ErrorKind::Syntax,
        &format!("{beside} at line 1, column 5"),
    );
    refused(
        "<a/><![CDATA[]]>",
        ErrorKind::Syntax,
        &format!("{beside} at line 1, column 5"),
    );
    refused(
        "\u{FEFF}\u{FEFF}<a/>",
        ErrorKind::Syntax,
        &format!("{beside} at line 1, column 1"),
    );
    assert!(Element::parse("\u{FEFF}<a/>").is_ok());
    assert!(Element::parse(" <!-- a --> <?b?> <c/> <!-- d --> <?e f?> \n").is_ok());
}

#[test]
fn the_root_is_there_and_closed() {
    let end = "the document ends before its root element does, send all of it";
    refused(
        "<a>",
        ErrorKind::UnexpectedEnd,
        &format!("{end} at line 1, column 4"),
    );
    refused(
        "<a><b></b>",
        ErrorKind::UnexpectedEnd,
        &format!("{end} at line 1, column 11"),
    );
    let none = "the document has no root element, send one";
    refused(
        "",
        ErrorKind::UnexpectedEnd,
        &format!("{none} at line 1, column 1"),
    );
    refused(
        "<!-- a -->",
        ErrorKind::UnexpectedEnd,
        &format!("{none} at line 1, column 11"),
    );
    for cut in ["<a", "<a b='", "<a><!--", "<a><![CDATA[", "<a><?b"] {
        let error = error(cut);
        assert_eq!(error.kind(), ErrorKind::UnexpectedEnd, "{cut}");
        assert!(
            error
                .to_string()
                .starts_with("the document ends inside of markup, send all of it at"),
            "{error}"
        );
    }
}

#[test]
fn tags_match() {
    let sentence = "this is not the end tag of `b`, close that element first at line 1, column 7";
    refused("<a><b></a></b>", ErrorKind::EndTag, sentence);
    refused(
        "</a>",
        ErrorKind::EndTag,
        "an end tag has no start tag, take it away at line 1, column 1",
    );
    refused(
        "<a></a></a>",
        ErrorKind::EndTag,
        "an end tag has no start tag, take it away at line 1, column 8",
    );
}

#[test]
fn prefixes_are_declared() {
    let sentence = "the prefix `p` is not declared, declare it by `xmlns:p` at line 2, column 3";
    refused("<a>\n <p:b/></a>", ErrorKind::UndeclaredPrefix, sentence);
    let sentence = "the prefix `p` is not declared, declare it by `xmlns:p` at line 1, column 4";
    refused("<a p:b='c'/>", ErrorKind::UndeclaredPrefix, sentence);
    let sentence = "the prefix `p` is not declared, declare it by `xmlns:p` at line 1, column 29";
    refused(
        "<a><b xmlns:p='u'/><!----> <p:b/></a>",
        ErrorKind::UndeclaredPrefix,
        sentence,
    );
    assert!(Element::parse("<p:a xmlns:p='urn:p'/>").is_ok());
    assert!(Element::parse("<a xml:lang='en'/>").is_ok());
}

#[test]
fn namespaces_are_declared_by_the_rules() {
    let kind = ErrorKind::InvalidNamespace;
    let sentence = "a prefix is bound to no namespace, give it one at line 1, column 4";
    refused("<a xmlns:p=''/>", kind, sentence);
    let sentence = "the prefix `xmlns` is declared, choose another at line 1, column 4";
    refused("<a xmlns:xmlns='urn:p'/>", kind, sentence);
    let sentence =
        "the prefix `xml` is bound to another namespace, choose another prefix at line 1, column 4";
    refused("<a xmlns:xml='urn:p'/>", kind, sentence);
    let reserved = "a namespace that is reserved for XML itself is declared, choose another at line 1, column 4";
    refused(
        "<a xmlns:p='http://www.w3.org/XML/1998/namespace'/>",
        kind,
        reserved,
    );
    refused(
        "<a xmlns='http://www.w3.org/XML/1998/namespace'/>",
        kind,
        reserved,
    );
    refused(
        "<a xmlns:p='http://www.w3.org/2000/xmlns/'/>",
        kind,
        reserved,
    );
    let element = "an element is in a namespace that is reserved for XML itself, choose another at line 1, column 2";
    refused("<xml:a/>", kind, element);
    assert!(Element::parse("<a xmlns:xml='http://www.w3.org/XML/1998/namespace'/>").is_ok());
    assert!(Element::parse("<a xmlns='urn:a'><b xmlns=''/></a>").is_ok());
}

#[test]
fn attributes_are_there_once() {
    let kind = ErrorKind::DuplicateAttribute;
    refused(
        "<a b='1' b='2'/>",
        kind,
        "the attribute `b` is there twice, send it once at line 1, column 10",
    );
    let text = "<a xmlns:p='u' xmlns:q='u' p:b='1' q:b='2'/>";
    refused(
        text,
        kind,
        "the attribute `q:b` is there twice, send it once at line 1, column 36",
    );
    let text = "<a xmlns='u' xmlns='v'/>";
    refused(
        text,
        kind,
        "the attribute `xmlns` is there twice, send it once at line 1, column 14",
    );
    let text = "<a xmlns:p='u' xmlns:p='v'/>";
    refused(
        text,
        kind,
        "the attribute `xmlns:p` is there twice, send it once at line 1, column 16",
    );
    // The default namespace is not that of an attribute.
    assert!(Element::parse("<a xmlns='u' xmlns:p='u' b='1' p:b='2'/>").is_ok());
    assert!(Element::parse("<a xmlns:b='u' b='1' xmlns:xmlns2='v'/>").is_ok());
}

#[test]
fn attributes_follow_the_grammar() {
    let kind = ErrorKind::Syntax;
    refused(
        "<a b/>",
        kind,
        "an attribute has no value, write one in quotes at line 1, column 5",
    );
    refused(
        "<a b=c/>",
        kind,
        "the value of an attribute has no quotes, write it in quotes at line 1, column 6",
    );
    let sentence = "an attribute has no white space before it, write a space at line 1, column 9";
    refused("<a b='1'c='2'/>", kind, sentence);
    let sentence = "the value of an attribute holds `<`, write `&lt;` at line 1, column 8";
    refused("<a b='1<2'/>", kind, sentence);
    refused(
        "<a b='&amp'/>",
        kind,
        "a reference has no `;`, write `&amp;` for `&` at line 1, column 7",
    );
}

#[test]
fn names_follow_the_grammar() {
    let sentence = "this is not a qualified name, write `prefix:name` or `name`";
    for (text, column) in [
        ("<1/>", 2),
        ("<a:b:c/>", 2),
        ("<:a/>", 2),
        ("<a:/>", 2),
        ("<a 1='b'/>", 4),
        ("<a xmlns:='b'/>", 4),
        ("<a xmlns:1='b'/>", 4),
        ("<a / >", 4),
        ("< a/>", 2),
        ("<a><b\u{B7}/><\u{B7}b/></a>", 10),
    ] {
        let sentence = format!("{sentence} at line 1, column {column}");
        refused(text, ErrorKind::InvalidName, &sentence);
    }
    let sentence = "the target of a processing instruction is not a name, begin it with a letter at line 1, column 1";
    refused("<?1?><a/>", ErrorKind::InvalidName, sentence);
}

#[test]
fn forbidden_characters() {
    let kind = ErrorKind::ForbiddenCharacter;
    let sentence = "the character U+0007 is forbidden in XML, leave it out at line 1, column";
    refused("<a>b\u{7}</a>", kind, &format!("{sentence} 5"));
    refused("<a b='\u{7}'/>", kind, &format!("{sentence} 7"));
    refused("<a><!--\u{7}--></a>", kind, &format!("{sentence} 8"));
    refused("<a><?b \u{7}?></a>", kind, &format!("{sentence} 8"));
    refused("<a><![CDATA[\u{7}]]></a>", kind, &format!("{sentence} 13"));
    let sentence = "the character U+FFFE is forbidden in XML, leave it out at line 1, column 4";
    refused("<a>\u{FFFE}</a>", kind, sentence);
    let sentence = "a reference names a character that XML forbids, leave it out at line 1, column";
    refused("<a>&#0;</a>", kind, &format!("{sentence} 4"));
    refused("<a>&#xFFFF;</a>", kind, &format!("{sentence} 4"));
    refused("<a>&#xD800;</a>", kind, &format!("{sentence} 4"));
    refused("<a b='&#99999999999;'/>", kind, &format!("{sentence} 7"));
}

#[test]
fn references() {
    let element = Element::parse("<a>&lt;&gt;&amp;&apos;&quot;&#65;&#x41;</a>").unwrap();
    assert_eq!(element.text(), "<>&'\"AA");
    let sentence =
        "the entity is not one of XML's own, write the character itself at line 1, column 4";
    refused("<a>&nbsp;</a>", ErrorKind::Entity, sentence);
    let sentence =
        "the entity is not one of XML's own, write the character itself at line 1, column 7";
    refused("<a b='&nbsp;'/>", ErrorKind::Entity, sentence);
    let sentence =
        "a character reference is not a number, write one like `&#38;` at line 1, column 4";
    for text in [
        "<a>&#;</a>",
        "<a>&#x;</a>",
        "<a>&#+1;</a>",
        "<a>&#X41;</a>",
        "<a>&#a;</a>",
    ] {
        refused(text, ErrorKind::Syntax, sentence);
    }
    let sentence = "a reference has no `;`, write `&amp;` for `&` at line 1, column 5";
    refused("<a>b&c</a>", ErrorKind::Syntax, sentence);
}

#[test]
fn text_and_comments_follow_the_grammar() {
    let sentence = "the text holds `]]>`, write `]]&gt;` at line 1, column 5";
    refused("<a>b]]></a>", ErrorKind::Syntax, sentence);
    assert!(Element::parse("<a>]]<![CDATA[]]>&gt;</a>").is_ok());
    let sentence = "a comment holds `--`, write `- -` at line 1, column 4";
    refused("<a><!-- b -- c --></a>", ErrorKind::Syntax, sentence);
    refused("<a><!-- b ---></a>", ErrorKind::Syntax, sentence);
    let sentence =
        "after `<!` comes neither a comment nor CDATA, write `&lt;` for `<` at line 1, column 4";
    refused("<a><!b></a>", ErrorKind::Syntax, sentence);
}

#[test]
fn no_document_type() {
    let sentence = "a document type declaration is refused, send none at line 1, column 1";
    for text in [
        "<!DOCTYPE a><a/>",
        "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
        "<!DOCTYPE a",
    ] {
        refused(text, ErrorKind::Doctype, sentence);
    }
    let sentence = "a document type declaration is refused, send none at line 1, column 22";
    let text = "<?xml version='1.0'?><!DOCTYPE a SYSTEM 'http://example.com/'><a/>";
    refused(text, ErrorKind::Doctype, sentence);
}

#[test]
fn the_declaration_follows_the_grammar() {
    for right in [
        "<?xml version='1.0'?><a/>",
        "<?xml version=\"1.1\" encoding='utf-8' ?><a/>",
        "<?xml version='1.0' encoding='US-ASCII' standalone='no'?><a/>",
        "<?xml version='1.0' standalone='yes'?><a/>",
    ] {
        assert!(Element::parse(right).is_ok(), "{right}");
    }
    let form = "the XML declaration is not of the form \
        `<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>`, write it so";
    for (wrong, column) in [
        ("<?xml?><a/>", 6),
        ("<?xml encoding='UTF-8'?><a/>", 7),
        ("<?xml version='2.0'?><a/>", 7),
        ("<?xml version='1.0' standalone='maybe'?><a/>", 21),
        (
            "<?xml version='1.0' standalone='no' encoding='UTF-8'?><a/>",
            37,
        ),
        ("<?xml version='1.0' encoding=''?><a/>", 21),
        ("<?xml version='1.0' lang='en'?><a/>", 21),
    ] {
        refused(
            wrong,
            ErrorKind::Syntax,
            &format!("{form} at line 1, column {column}"),
        );
    }
    let late = "the XML declaration is not at the start, put it there at line 1, column";
    refused(
        " <?xml version='1.0'?><a/>",
        ErrorKind::Syntax,
        &format!("{late} 2"),
    );
    refused(
        "<a/><?xml version='1.0'?>",
        ErrorKind::Syntax,
        &format!("{late} 5"),
    );
    refused("<a><?XML b?></a>", ErrorKind::Syntax, &format!("{late} 4"));
}

#[test]
fn encodings_that_are_read() {
    let text = "<?xml version='1.0'?>\n<multistatus xmlns='DAV:'>\
        <response><href>/\u{E9}\u{1F600}</href></response></multistatus>";
    let little = utf16(&format!("\u{FEFF}{text}"), u16::to_le_bytes);
    let big = utf16(&format!("\u{FEFF}{text}"), u16::to_be_bytes);
    let unmarked = utf16(text, u16::to_be_bytes);
    let marked = format!("\u{FEFF}{text}");
    let declared = text.replace("?>", " encoding='utf-16'?>");
    let declared = utf16(&format!("\u{FEFF}{declared}"), u16::to_le_bytes);
    for body in [
        text.as_bytes(),
        marked.as_bytes(),
        &little,
        &big,
        &unmarked,
        &declared,
    ] {
        let response = Reader::new(body).next().unwrap().unwrap();
        assert_eq!(response.href().as_deref(), Some("/\u{E9}\u{1F600}"));
    }
}

#[test]
fn encodings_that_are_not_read() {
    let other = "the declared encoding is not that of the bytes, or is not supported, send UTF-8 \
        at line 1, column 21";
    for encoding in ["ISO-8859-1", "windows-1252", "UTF-16", "UTF-7"] {
        let text = format!("<?xml version='1.0' encoding='{encoding}'?><multistatus/>");
        bytes_refused(text.as_bytes(), ErrorKind::Encoding, other);
    }
    let sentence = "UTF-32 is not supported, send UTF-8 at line 1, column 1";
    bytes_refused(
        &[0xFF, 0xFE, 0, 0, b'<', 0, 0, 0],
        ErrorKind::Encoding,
        sentence,
    );
    let sentence = "EBCDIC is not supported, send UTF-8 at line 1, column 1";
    bytes_refused(&[0x4C, 0x6F, 0xA7, 0x94], ErrorKind::Encoding, sentence);
}

#[test]
fn bytes_that_are_not_of_the_encoding() {
    let kind = ErrorKind::MalformedEncoding;
    let sentence = "the bytes are not UTF-8, send UTF-8 or UTF-16 at line 2, column 3";
    bytes_refused(b"<multistatus>\n\xC3\xA9x\xFF</a>", kind, sentence);
    let sentence = "half of a UTF-16 surrogate pair stands alone, send UTF-8 at line 1, column 2";
    bytes_refused(&[0xFF, 0xFE, b'<', 0, 0x00, 0xD8, b'a', 0], kind, sentence);
    let sentence = "half of a UTF-16 unit is missing, send all of it at line 1, column 3";
    bytes_refused(&[0xFF, 0xFE, b'<', 0, b'a', 0, b'/'], kind, sentence);
}

#[test]
fn a_position_counts_bytes_lines_and_characters() {
    let position = error("<a>\n\u{E9}<p:b/></a>").position();
    assert_eq!(
        (position.offset(), position.line(), position.column()),
        (7, 2, 3)
    );

    let text = "\u{FEFF}<multistatus>\n\u{1F600}</b>";
    let start = "<multistatus>\n".len();
    for (bytes, offset) in [
        (text.as_bytes().to_vec(), 3 + start + 4),
        (utf16(text, u16::to_le_bytes), 2 + 2 * start + 4),
        (utf16(text, u16::to_be_bytes), 2 + 2 * start + 4),
    ] {
        let position = Reader::new(&bytes).next().unwrap().unwrap_err().position();
        assert_eq!(
            (position.offset(), position.line(), position.column()),
            (offset, 2, 2)
        );
    }
}

#[test]
fn what_is_read_goes_to_other_threads() {
    fn check<T: Send + Sync + 'static>() {}
    check::<Element>();
    check::<Error>();
    check::<Reader<'static>>();
    check::<statuary::read::Response<'_>>();
    check::<statuary::request::PropertyUpdate>();
    check::<statuary::request::Propfind>();
    check::<statuary::request::Rejection>();
    check::<statuary::dav::Destination>();
    check::<statuary::dav::InvalidHeader>();
    check::<statuary::xml::Children<'static>>();
}
