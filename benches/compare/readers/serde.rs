//! quick-xml's deserializer for serde, into structs that own their text.

use std::hint::black_box;

use serde::Deserialize;

use super::Reader;

pub const READER: Reader = Reader {
    name: "quick-xml serde",
    note: "into fields known beforehand; no namespaces",
    read: |document| {
        let text = str::from_utf8(document).expect("UTF-8");
        let listing: MultiStatus = quick_xml::de::from_str(text).expect("a multistatus");
        black_box(&listing).responses.len()
    },
};

#[derive(Deserialize)]
struct MultiStatus {
    #[serde(rename = "response", default)]
    responses: Vec<Response>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "it is enough that they are read")]
struct Response {
    href: String,
    #[serde(rename = "propstat", default)]
    propstats: Vec<PropStat>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "it is enough that they are read")]
struct PropStat {
    prop: Prop,
    status: String,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "it is enough that they are read")]
struct Prop {
    creationdate: Option<String>,
    displayname: Option<String>,
    getcontentlength: Option<String>,
    getcontenttype: Option<String>,
    getetag: Option<String>,
    getlastmodified: Option<String>,
    resourcetype: Option<ResourceType>,
    color: Option<String>,
    #[serde(rename = "quota-used-bytes")]
    quota: Option<()>,
    checksums: Option<()>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "it is enough that they are read")]
struct ResourceType {
    collection: Option<()>,
}
