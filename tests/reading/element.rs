//! Elements that stand on their own.

use statuary::xml::{Element, Name};

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
