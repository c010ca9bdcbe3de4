//! The namespaces that a start tag declares, and those of its names.

use std::collections::HashSet;

use super::{
    error::{ErrorKind, Fault},
    limits::Limits,
    name::{XML, XMLNS},
    prefixes::FixedPrefix,
    scope::Scope,
    start_tag::{Attribute, QName, StartTag, check_length},
};

/// Brings the declarations of a tag into the scope of the element just entered. Places count from the
/// start of the tag.
pub(crate) fn declare(
    scope: &mut Scope,
    tag: &StartTag,
    limits: &Limits,
    uris_only: bool,
) -> Result<(), Fault> {
    for attribute in &tag.attributes {
        let (value, at) = (tag.value(attribute), attribute.name.range().start);
        if let Some(prefix) = tag.declares(attribute) {
            check_declaration(prefix, value)
                .map_err(|sentence| Fault::new(ErrorKind::InvalidNamespace, sentence, at))?;
            let fixed = FixedPrefix::of(value);
            if uris_only && fixed.is_none() {
                check_uri(value, at)?;
            }
            check_length(value.len(), limits, at)?;
            if scope.declared() >= limits.namespaces {
                let most = limits.namespaces;
                let sentence =
                    format!("there are more than {most} namespaces in scope, declare fewer");
                return Err(Fault::new(ErrorKind::TooManyNamespaces, sentence, at));
            }
            scope.bind(prefix, value, fixed);
        } else if tag.written(&attribute.name) == "xml:lang" {
            check_length(value.len(), limits, at)?;
            scope.speak(value);
        }
    }
    Ok(())
}

/// Refuses a namespace that is not a URI reference.
pub(crate) fn check_uri(namespace: &str, at: usize) -> Result<(), Fault> {
    if is_uri_reference(namespace) {
        return Ok(());
    }
    let sentence = "a namespace is not a URI, send one that is";
    Err(Fault::new(ErrorKind::InvalidNamespace, sentence, at))
}

/// Finds the namespace of an element, and checks the names of its attributes.
pub(crate) fn resolve(scope: &Scope, tag: &StartTag) -> Result<Option<usize>, Fault> {
    let find = |name: &QName| find(scope, tag.prefix(name), name.range().start);
    let namespace = |name: &QName| {
        Ok(match tag.prefix(name) {
            "" => "",
            "xmlns" => XMLNS,
            _ => scope.namespace(find(name)?),
        })
    };
    // If there are few, they are compared with each other, which takes no memory.
    let mut seen = HashSet::new();
    for (count, attribute) in tag.attributes.iter().enumerate() {
        let (own, local) = (namespace(&attribute.name)?, tag.local(&attribute.name));
        let is_new = if tag.attributes.len() <= FEW {
            let is_same = |before: &Attribute| {
                tag.local(&before.name) == local
                    && namespace(&before.name).is_ok_and(|before| before == own)
            };
            !tag.attributes[..count].iter().any(is_same)
        } else {
            seen.insert((own, local))
        };
        if !is_new {
            let written = tag.written(&attribute.name);
            let sentence = format!("the attribute `{written}` is there twice, send it once");
            let at = attribute.name.range().start;
            return Err(Fault::new(ErrorKind::DuplicateAttribute, sentence, at));
        }
    }
    find(&tag.name)
}

/// The binding of a prefix that is written at this place; `None` for a name without namespace.
#[inline]
pub(crate) fn find(scope: &Scope, prefix: &str, at: usize) -> Result<Option<usize>, Fault> {
    let found = scope.find(prefix);
    if found.is_none() && !prefix.is_empty() {
        let sentence =
            format!("the prefix `{prefix}` is not declared, declare it by `xmlns:{prefix}`");
        return Err(Fault::new(ErrorKind::UndeclaredPrefix, sentence, at));
    }
    Ok(found)
}

const FEW: usize = 8;

// === helpers ===

/// Checks a declaration as in [Namespaces in XML, section 3](https://www.w3.org/TR/xml-names/#ns-decl).
fn check_declaration(prefix: &str, namespace: &str) -> Result<(), &'static str> {
    match (prefix, namespace) {
        ("xmlns", _) => Err("the prefix `xmlns` is declared, choose another"),
        ("xml", XML) => Ok(()),
        ("xml", _) => Err("the prefix `xml` is bound to another namespace, choose another prefix"),
        (_, XML | XMLNS) => {
            Err("a namespace that is reserved for XML itself is declared, choose another")
        }
        ("", _) => Ok(()),
        (_, "") => Err("a prefix is bound to no namespace, give it one"),
        _ => Ok(()),
    }
}

/// Whether a namespace looks like a URI of [RFC 3986](https://www.rfc-editor.org/rfc/rfc3986), as far as
/// readers check: it has only the allowed characters, complete percent-encodings, and brackets only around an
/// address.
fn is_uri_reference(namespace: &str) -> bool {
    let (before, behind) = around_address(namespace).unwrap_or((namespace, ""));
    is_of_uri(before) && is_of_uri(behind) && !namespace.starts_with(':')
}

/// The text before and behind the address that is the host, if there is one.
fn around_address(namespace: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = namespace.split_once("//")?;
    let has_authority = scheme.is_empty() || scheme.find([':', '/', '?', '#'])? == scheme.len() - 1;
    let authority = rest
        .split(['/', '?', '#'])
        .next()
        .filter(|_| has_authority)?;
    let host = authority.rfind('@').map_or(0, |at| at + 1);
    let (address, port) = authority[host..].strip_prefix('[')?.split_once(']')?;
    let is_of_address = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'.');
    let is_address = !address.is_empty() && address.bytes().all(is_of_address);
    let before = namespace.len() - rest.len() + host;
    let behind = before + address.len() + 2;
    (is_address && (port.is_empty() || port.starts_with(':')))
        .then(|| (&namespace[..before], &namespace[behind..]))
}

fn is_of_uri(part: &str) -> bool {
    let bytes = part.as_bytes();
    bytes.iter().enumerate().all(|(at, byte)| match byte {
        b'%' => bytes
            .get(at + 1..at + 3)
            .is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)),
        b'"' | b'<' | b'>' | b'[' | b']' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' => false,
        byte => byte.is_ascii_graphic(),
    })
}
