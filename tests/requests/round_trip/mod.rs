//! What is written as XML in any legal way is read as it was meant.
//!
//! The model of a document is written here by hand, with prefixes, white space, comments, the order of
//! attributes and elements of extensions chosen at random; what is read has to say the same.

mod bodies;
mod filters;

use proptest::prelude::*;

/// An element of the model.
#[derive(Clone, Debug, Default)]
pub(crate) struct Node {
    namespace: String,
    local: String,
    attributes: Vec<(String, String)>,
    inside: Vec<Self>,
    text: Option<String>,
}

/// What is chosen at random while a document is written: a source of small numbers.
#[derive(Debug)]
pub(crate) struct Whims {
    numbers: Vec<u8>,
    at: usize,
}

pub(crate) fn whims() -> impl Strategy<Value = Whims> {
    let numbers = prop::collection::vec(any::<u8>(), 1..64);
    numbers.prop_map(|numbers| Whims { numbers, at: 0 })
}

impl Whims {
    fn choose<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.next() % choices.len()]
    }

    fn next(&mut self) -> usize {
        self.at += 1;
        usize::from(self.numbers[self.at % self.numbers.len()])
    }
}

pub(crate) fn node(namespace: &str, local: &str) -> Node {
    Node {
        namespace: namespace.to_owned(),
        local: local.to_owned(),
        ..Node::default()
    }
}

pub(crate) fn dav(local: &str) -> Node {
    node("DAV:", local)
}

impl Node {
    pub(crate) fn attribute(mut self, name: &str, value: &str) -> Self {
        self.attributes.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn with(mut self, inside: impl IntoIterator<Item = Self>) -> Self {
        self.inside.extend(inside);
        self
    }

    pub(crate) fn text(mut self, text: &str) -> Self {
        self.text = Some(text.to_owned());
        self
    }

    /// The document.
    pub(crate) fn write(&self, whims: &mut Whims) -> String {
        let mut out = whims
            .choose(&[
                "",
                "<?xml version='1.0'?>",
                "<?xml version=\"1.0\" encoding=\"utf-8\" ?>\n",
                "\u{FEFF}",
            ])
            .to_owned();
        out += whims.choose(&["", "<!-- a -->", "<?a b?>\n"]);
        self.element(&mut out, whims, true);
        out += whims.choose(&["", "\n", "<!-- z -->"]);
        out
    }

    /// Whether a stranger may be put beside what is inside decides the parent.
    fn element(&self, out: &mut String, whims: &mut Whims, is_open: bool) {
        let prefix = whims.choose(&["", "D", "C", "x", "ns-1"]);
        let qualified = match prefix {
            "" => self.local.clone(),
            _ => format!("{prefix}:{}", self.local),
        };
        let mut attributes: Vec<_> = self
            .attributes
            .iter()
            .map(|(name, value)| format!("{name}={}", quoted(value, whims)))
            .collect();
        let declaration = match prefix {
            "" => format!("xmlns={}", quoted(&self.namespace, whims)),
            _ => format!("xmlns:{prefix}={}", quoted(&self.namespace, whims)),
        };
        attributes.insert(whims.next() % (attributes.len() + 1), declaration);
        if whims.next() % 4 == 0 {
            let stranger = format!("xmlns:odd='urn:odd' odd:name={}", quoted("odd", whims));
            attributes.insert(whims.next() % (attributes.len() + 1), stranger);
        }
        *out += &format!("<{qualified}");
        for attribute in attributes {
            *out += whims.choose(&[" ", "\n  ", "\t"]);
            *out += &attribute;
        }
        *out += whims.choose(&["", " "]);
        if self.inside.is_empty() && self.text.is_none() && whims.next() % 2 == 0 {
            *out += "/>";
            return;
        }
        *out += ">";
        match &self.text {
            Some(text) => written(text, out, whims),
            None => {
                for child in &self.inside {
                    beside(out, whims, is_open);
                    child.element(out, whims, is_open && !is_names(child));
                }
                beside(out, whims, is_open && !self.inside.is_empty());
            }
        }
        *out += &format!("</{qualified}{}>", whims.choose(&["", " "]));
    }
}

/// Whether all that is inside has a meaning of its own.
fn is_names(node: &Node) -> bool {
    matches!(
        &*node.local,
        "prop" | "include" | "set" | "remove" | "where" | "principal-property"
    )
}

/// What may stand between two elements.
fn beside(out: &mut String, whims: &mut Whims, is_open: bool) {
    *out += whims.choose(&["", "\n  ", " <!-- - --> ", "<?target data?>", "\t"]);
    if is_open && whims.next() % 5 == 0 {
        *out += whims.choose(&[
            "<stranger xmlns='urn:odd'><prop xmlns='DAV:'><odd/></prop></stranger>",
            "<o:href xmlns:o='urn:odd'>/odd</o:href>",
            "<allprop xmlns=''/>",
        ]);
    }
}

fn quoted(value: &str, whims: &mut Whims) -> String {
    let escaped = value.replace('&', "&amp;").replace('<', "&#60;");
    match whims.next() % 2 {
        0 => format!("\"{}\"", escaped.replace('"', "&quot;")),
        _ => format!("'{}'", escaped.replace('\'', "&#x27;")),
    }
}

fn written(text: &str, out: &mut String, whims: &mut Whims) {
    for c in text.chars() {
        match (c, whims.next() % 6) {
            ('<' | '&' | '>', 0) => *out += &format!("<![CDATA[{c}]]>"),
            ('<', _) => *out += "&lt;",
            ('&', _) => *out += "&amp;",
            ('>', _) => *out += "&gt;",
            (_, 1) => *out += &format!("&#{};", u32::from(c)),
            (_, 2) => *out += &format!("<!--x-->{c}"),
            _ => out.push(c),
        }
    }
}

/// A local name.
pub(crate) fn local() -> impl Strategy<Value = String> {
    "[a-zA-Z_é][a-zA-Z0-9._é-]{0,6}"
}

/// A text without white space at its ends, and perhaps empty.
pub(crate) fn token() -> impl Strategy<Value = String> {
    "([!-~é]([ -~é\n]{0,6}[!-~é])?)?"
}

/// Names, each once.
pub(crate) fn names() -> impl Strategy<Value = Vec<(String, String)>> {
    let namespace = prop::sample::select(vec![
        "DAV:".to_owned(),
        "urn:x".into(),
        "http://e.org/".into(),
    ]);
    let names = prop::collection::hash_set((namespace, local()), 0..6);
    names.prop_map(|names| names.into_iter().collect())
}

/// Names as elements inside of a `prop`.
pub(crate) fn prop(names: &[(String, String)]) -> Node {
    let name = |(namespace, local): &(String, String)| node(namespace, local);
    dav("prop").with(names.iter().map(name))
}
