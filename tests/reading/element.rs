//! Elements that stand on their own, and those where they were read.

use std::time::{Duration, UNIX_EPOCH};

use statuary::{
    read::{ElementRef, Reader},
    xml::{Element, Name},
};

use crate::oracle::{bound, infoset};

#[track_caller]
fn written(text: &str) -> String {
    let element = Element::parse(text).unwrap();
    let again = Element::parse(element.as_str()).unwrap();
    assert_eq!(again, element, "read again, it is another element");
    assert_eq!(again.lang(), element.lang());
    assert_eq!(
        infoset(&bound(element.as_str())),
        infoset(&bound(text)),
        "the text says something else than the original"
    );
    element.as_str().to_owned()
}

#[test]
fn a_child_by_its_name() {
    let list =
        "<list xmlns:x='urn:x' xml:lang='en'>a<b>1</b><x:b>2</x:b><b>3</b><c><d/></c></list>";
    let list = Element::parse(list).unwrap();
    let child = |namespace, local| list.child(&Name::new(namespace, local).unwrap());
    assert_eq!(child("", "b"), list.children().next());
    let other = child("urn:x", "b").unwrap();
    assert_eq!(
        other.as_str(),
        "<x:b xmlns:x=\"urn:x\" xml:lang=\"en\">2</x:b>"
    );
    assert_eq!(child("", "d"), None, "not directly inside");
    assert_eq!(other.child(&Name::new("", "b").unwrap()), None);
    assert_eq!(Element::parse("<a/>").unwrap().child(&Name::dav("a")), None);
}

#[test]
fn the_text_is_compact_and_keeps_what_counts() {
    for (given, expected) in [
        ("<a></a>", "<a/>"),
        ("<a> </a>", "<a> </a>"),
        ("<D:a/>", "<D:a/>"),
        ("<D:a xmlns:D='DAV:'/>", "<D:a/>"),
        ("<D:a xmlns:D='urn:d'/>", "<D:a xmlns:D=\"urn:d\"/>"),
        (
            "<x:a xmlns:x='urn:x'  x:b = 'c' d='e'><f/></x:a>",
            "<x:a xmlns:x=\"urn:x\" x:b=\"c\" d=\"e\"><f/></x:a>",
        ),
        ("<a><!-- b -->c<?d?>e</a>", "<a>ce</a>"),
        ("<a><![CDATA[<b>&]]></a>", "<a>&lt;b&gt;&amp;</a>"),
        ("<a>b <c>d</c> e</a>", "<a>b <c>d</c> e</a>"),
        ("<a>\r\nb\rc&#13;</a>", "<a>\nb\nc&#13;</a>"),
        ("<a b='\tc\r\nd&#10;\"'/>", "<a b=\" c d&#10;&quot;\"/>"),
        (
            "<a xml:space='preserve'> </a>",
            "<a xml:space=\"preserve\"> </a>",
        ),
        (
            "<a xmlns='urn:a'><b xmlns=''/></a>",
            "<a xmlns=\"urn:a\"><b xmlns=\"\"/></a>",
        ),
        (
            "<a><D:b xmlns:D='urn:d'><D:c xmlns:D='DAV:'/></D:b></a>",
            "<a><D:b xmlns:D=\"urn:d\"><D:c xmlns:D=\"DAV:\"/></D:b></a>",
        ),
        ("<a></a ><!-- after -->", "<a/>"),
    ] {
        assert_eq!(written(given), expected, "{given}");
    }
}

#[test]
fn a_child_stands_on_its_own() {
    let parent = Element::parse(
        "<a xmlns='urn:a' xmlns:x='urn:x' xmlns:y='urn:y' xml:lang='de'>
            <b/><x:b z='1'/><D:b/><x:b><c x:d='e'/></x:b><b f='y:g'/><b>x:h</b><b xml:lang=''/>
        </a>",
    )
    .unwrap();
    let children: Vec<_> = parent.children().map(|child| child.to_string()).collect();
    assert_eq!(
        children,
        [
            "<b xmlns=\"urn:a\" xml:lang=\"de\"/>",
            "<x:b xmlns:x=\"urn:x\" z=\"1\" xml:lang=\"de\"/>",
            "<D:b xml:lang=\"de\"/>",
            "<x:b xmlns:x=\"urn:x\" xmlns=\"urn:a\" xml:lang=\"de\"><c x:d=\"e\"/></x:b>",
            "<b xmlns=\"urn:a\" xmlns:y=\"urn:y\" f=\"y:g\" xml:lang=\"de\"/>",
            "<b xmlns=\"urn:a\" xmlns:x=\"urn:x\" xml:lang=\"de\">x:h</b>",
            "<b xmlns=\"urn:a\" xml:lang=\"\"/>",
        ]
    );
    for child in parent.children() {
        assert_eq!(Element::parse(child.as_str()).unwrap(), child);
    }
}

/// A name in a value is one of the innermost declaration, and is declared once, among few declarations or
/// many.
#[test]
fn names_in_values_keep_their_prefixes() {
    let x_and_y = "xmlns:x=\"urn:x\" xmlns:y=\"urn:y\"";
    let many: String = (0..100)
        .map(|at| format!(" xmlns:n{at}='urn:{at}'"))
        .collect();
    for (inside, expected) in [
        (
            "<a>x:b y:c,x:d (z:e) f:g x:</a>",
            format!("<a {x_and_y}>x:b y:c,x:d (z:e) f:g x:</a>"),
        ),
        (
            "<a x:b='y:c'>x:d</a>",
            format!("<a {x_and_y} x:b=\"y:c\">x:d</a>"),
        ),
        (
            "<a xmlns:x='urn:own'>x:b</a>",
            "<a xmlns:x=\"urn:own\">x:b</a>".to_owned(),
        ),
        (
            "<a>xml:b D:c :d 08:15:02</a>",
            "<a>xml:b D:c :d 08:15:02</a>".to_owned(),
        ),
        (
            "<a><b xmlns:x='urn:own'>x:c</b>x:d</a>",
            "<a xmlns:x=\"urn:x\"><b xmlns:x=\"urn:own\">x:c</b>x:d</a>".to_owned(),
        ),
    ] {
        for more in ["", &many] {
            let parent = format!(
                "<p xmlns:x='urn:hidden'{more}><p xmlns:y='urn:y' xmlns:x='urn:x'>{inside}</p></p>"
            );
            let parent = Element::parse(&parent).unwrap();
            let child = parent.children().next().unwrap().children().next().unwrap();
            assert_eq!(child.as_str(), expected, "{inside}");
        }
    }
}

#[test]
fn looking_inside() {
    let kind = Element::parse(
        "<D:resourcetype><D:collection/> <x:y xmlns:x='urn:x'>t</x:y></D:resourcetype>",
    )
    .unwrap();
    assert!(
        kind.children()
            .any(|child| child.name() == Name::dav("collection"))
    );
    assert_eq!(kind.children().count(), 2);
    assert_eq!(kind.text(), " ", "the text of a child is not its parent's");
    assert!(!kind.is_empty());
    assert!(kind.children().next().unwrap().is_empty());
    assert_eq!(kind.lang(), None);
    assert_eq!(
        "<a xml:lang='en'/>".parse::<Element>().unwrap().lang(),
        Some("en")
    );
    assert!(!Element::parse("<a> </a>").unwrap().is_empty());
    assert!(!Element::parse("<a><b/></a>").unwrap().is_empty());
}

#[test]
fn attributes() {
    let unqualified = |local| Name::new("", local).unwrap();
    let (a, xa) = (unqualified("a"), Name::new("urn:x", "a").unwrap());
    let text = "<a xmlns='urn:x' xmlns:x='urn:x' a='1 &amp;\n2' x:a='3' xml:lang='en'><b/></a>";
    let body = format!(
        "<D:multistatus xmlns:D='DAV:' xml:lang='de'><D:response><D:href>/</D:href><D:propstat>\
         <D:prop>{text}<c/></D:prop></D:propstat></D:response></D:multistatus>"
    );
    let response = Reader::new(body.as_bytes()).next().unwrap().unwrap();
    let properties = response.propstats().next().unwrap().properties();
    let [read, plain] = &*properties.collect::<Vec<_>>() else {
        panic!("{response:?}");
    };
    for element in [Element::parse(text).unwrap(), read.to_element()] {
        assert_eq!(element.attribute(&a).as_deref(), Some("1 & 2"));
        assert_eq!(element.attribute(&xa).as_deref(), Some("3"));
        // A declaration is no attribute, and those of another element are its own.
        assert_eq!(element.attribute(&unqualified("xmlns")), None);
        assert_eq!(element.attribute(&unqualified("x")), None);
        assert_eq!(element.children().next().unwrap().attribute(&a), None);
    }
    assert_eq!(read.attribute(&a).as_deref(), Some("1 & 2"));
    assert_eq!(read.attribute(&xa).as_deref(), Some("3"));
    assert_eq!(read.attribute(&Name::new("urn:y", "a").unwrap()), None);
    assert_eq!(plain.attribute(&a), None);
    assert_eq!(read.lang().as_deref(), Some("en"));
    assert_eq!(plain.lang().as_deref(), Some("de"));
}

#[test]
fn what_is_empty_is_so_where_it_was_read_and_on_its_own() {
    for (text, is_empty) in [
        ("<a/>", true),
        ("<a></a>", true),
        ("<a><!-- c --></a>", true),
        ("<a><![CDATA[]]></a>", true),
        ("<a><?b?><!----><![CDATA[]]></a>", true),
        ("<a> </a>", false),
        ("<a><!-- c --> </a>", false),
        ("<a><![CDATA[ ]]></a>", false),
        ("<a><!-- c --><b/></a>", false),
        ("<a>&#32;</a>", false),
    ] {
        let body = format!(
            "<D:multistatus xmlns:D='DAV:'><D:response><D:href>/</D:href><D:propstat>\
             <D:prop>{text}</D:prop></D:propstat></D:response></D:multistatus>"
        );
        let response = Reader::new(body.as_bytes()).next().unwrap().unwrap();
        let propstat = response.propstats().next().unwrap();
        let read = propstat.properties().next().unwrap();
        assert_eq!(read.is_empty(), is_empty, "{text}");
        assert_eq!(read.to_element().is_empty(), is_empty, "{text}");
        assert_eq!(Element::parse(text).unwrap().is_empty(), is_empty, "{text}");
    }
}

/// The example of RFC 4918, section 4.3.1.
#[test]
fn mixed_content() {
    let author = Element::parse(
        "<x:author xmlns:x='http://example.com/ns'>
         <x:name>Jane Doe</x:name>
         <!-- Jane's contact info -->
         <x:uri type='email'
                added='2005-11-26'>mailto:jane.doe@example.com</x:uri>
         <x:notes xmlns:h='http://www.w3.org/1999/xhtml'>
           Jane has been working way <h:em>too</h:em> long on the
           long-awaited revision of <![CDATA[<RFC2518>]]>.
         </x:notes>
       </x:author>",
    )
    .unwrap();
    let notes = author.children().nth(2).unwrap();
    assert_eq!(
        notes.as_str(),
        "<x:notes xmlns:x=\"http://example.com/ns\" xmlns:h=\"http://www.w3.org/1999/xhtml\">
           Jane has been working way <h:em>too</h:em> long on the
           long-awaited revision of &lt;RFC2518&gt;.
         </x:notes>"
    );
}

#[test]
fn a_value_as_a_number() {
    for (written, number) in [
        ("0", Some(0)),
        (" 42\n", Some(42)),
        ("<!-- of bytes -->0042", Some(42)),
        ("18446744073709551615", Some(u64::MAX)),
        ("18446744073709551616", None),
        ("+1", None),
        ("-1", None),
        ("1.5", None),
        ("", None),
        ("<x>1</x>", None),
    ] {
        assert_eq!(of_value(written, |it| it.number()), number, "{written}");
    }
}

#[test]
fn a_value_as_hrefs() {
    let hrefs = |written: &str| of_value(written, |it| it.hrefs().collect::<Vec<_>>());
    assert_eq!(hrefs(""), [""; 0]);
    assert_eq!(hrefs("/a"), [""; 0]);
    assert_eq!(hrefs("\n<href>\n /a%20b&amp;c </href>\n"), ["/a%20b&c"]);
    assert_eq!(
        hrefs(
            "<href>/a</href><y:href xmlns:y='urn:y'>/b</y:href><z><href>/c</href></z><href>/d</href>"
        ),
        ["/a", "/d"]
    );
}

#[test]
fn a_value_as_a_time() {
    let time = UNIX_EPOCH + Duration::from_secs(784_111_777);
    for written in [
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "\n Sun, 06 Nov 1994 08:49:37 GMT ",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
        "Sun, 6 Nov 1994 08:49:37 GMT",
    ] {
        assert_eq!(
            of_value(written, |it| it.http_date()),
            Some(time),
            "{written}"
        );
    }
    for written in [
        "",
        "1994-11-06T08:49:37Z",
        "784111777",
        "Sun, 06 Nov 1994",
        "Sun, 06 Nov 1994 08:49:37",
        "Sun, 06 Nov 1994 08:49:37 +0100",
        "Sun, 06 Nov 1994 08:49:37 GMT and more",
        "Sun Nov  6 08:49:37 1994 GMT",
        "Sun, 31 Nov 1994 08:49:37 GMT",
        "Sun, 29 Feb 1994 08:49:37 GMT",
        "Sun, 06 nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 194 08:49:37 GMT",
        "Sun, 006 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 8:49:37 GMT",
        "Sun, 06 Nov 1994 24:00:00 GMT",
        "Sun, 06 Nov 1994 08:49 GMT",
        "Sun, 06 Nov 1994 08:49:37:00 GMT",
    ] {
        assert_eq!(of_value(written, |it| it.http_date()), None, "{written}");
    }
}

/// Looks at a property with this inside, where it was read.
fn of_value<T>(inside: &str, look: impl FnOnce(ElementRef<'_>) -> T) -> T {
    let body = format!(
        "<multistatus xmlns='DAV:'><response><href>/</href><propstat><prop><x>{inside}</x></prop>\
         <status>HTTP/1.1 200 OK</status></propstat></response></multistatus>"
    );
    let response = Reader::new(body.as_bytes()).next();
    let response = response.expect("a response").expect("a multistatus");
    look(response.value(&Name::dav("x")).expect("a value"))
}
