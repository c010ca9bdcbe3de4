//! Bodies of real servers, which are not ours to pass on: they are read where
//! `STATUARY_CORPUS` points to, against the `expected.json` beside them.

use std::{env, fs, path::Path};

use serde_json::Value;
use statuary::read::{Elements, PropStat, Reader, Response};

#[test]
#[ignore = "needs STATUARY_CORPUS"]
fn every_body_is_read_as_expected() {
    let folder = env::var_os("STATUARY_CORPUS").expect("STATUARY_CORPUS points to a corpus");
    let folder = Path::new(&folder);
    let expected = fs::read(folder.join("expected.json")).unwrap();
    let expected: Value = serde_json::from_slice(&expected).unwrap();
    let expected = expected.as_object().unwrap();
    assert!(!expected.is_empty());

    let mut agreed = 0;
    for (file, expected) in expected {
        let body = fs::read(folder.join(file)).unwrap();
        let mut reader = Reader::new(&body);
        let read: Result<Vec<_>, _> = reader.by_ref().collect();
        if expected["namespace_well_formed"] != true || expected["has_doctype"] == true {
            assert!(read.is_err(), "{file} is no document, but was read");
        } else {
            let read = read.unwrap_or_else(|error| panic!("{file}: {error}"));
            let read: Vec<_> = read.iter().map(response).collect();
            assert_eq!(
                without_raw(&expected["responses"]),
                Value::from(read),
                "{file}"
            );
            assert_eq!(
                expected["sync_token"],
                option(reader.sync_token()),
                "{file}"
            );
            assert_eq!(
                expected["responsedescription"],
                option(reader.description()),
                "{file}"
            );
        }
        agreed += 1;
    }
    println!("{agreed} bodies agree");
}

/// What is expected, without the members that only describe the body.
fn without_raw(expected: &Value) -> Value {
    match expected {
        Value::Array(items) => items.iter().map(without_raw).collect(),
        Value::Object(members) => members
            .iter()
            .filter(|(name, _)| !matches!(&***name, "other_children" | "status_raw"))
            .map(|(name, value)| (name.clone(), without_raw(value)))
            .collect(),
        other => other.clone(),
    }
}

fn response(response: &Response<'_>) -> Value {
    serde_json::json!({
        "hrefs": response.hrefs().collect::<Vec<_>>(),
        "status": response.status().map(|status| status.as_u16()),
        "propstats": response.propstats().map(propstat).collect::<Vec<_>>(),
        "error": names(response.error()),
        "responsedescription": response.description(),
        "location": response.location(),
    })
}

fn propstat(propstat: PropStat<'_>) -> Value {
    serde_json::json!({
        "props": names(propstat.properties()),
        "status": propstat.status().map(|status| status.as_u16()),
        "error": names(propstat.error()),
        "responsedescription": propstat.description(),
    })
}

fn names(elements: Elements<'_>) -> Vec<String> {
    elements.map(|element| element.name().to_string()).collect()
}

fn option(text: Option<&str>) -> Value {
    text.map_or(Value::Null, Value::from)
}
