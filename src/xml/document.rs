//! A document as a whole.

use super::{
    buffer::Buffer, content::Content, escape::IllegalChars, name::Name, prefixes::Prefixes,
};

/// Writes a document: one element with what `write` puts into it, and all prefixes declared on it.
pub(crate) fn document(root: &Name<'_>, write: impl FnOnce(&mut Content<'_>)) -> Vec<u8> {
    let (mut inside, mut prefixes) = (Buffer::default(), Prefixes::default());
    let prefix = prefixes.of(root);
    write(&mut Content::new(
        &mut inside,
        &mut prefixes,
        IllegalChars::default(),
    ));

    let mut document = Buffer::with_capacity(inside.len() + 160);
    document.extend_from_slice(br#"<?xml version="1.0" encoding="utf-8"?><"#);
    prefix.push_name(&mut document, root.local());
    document.extend_from_slice(br#" xmlns:D="DAV:""#);
    prefixes.push_declarations(&mut document, &Prefixes::default());
    document.push(b'>');
    document.extend_from_slice(&inside);
    document.extend_from_slice(b"</");
    prefix.push_name(&mut document, root.local());
    document.push(b'>');
    document.into_vec()
}
