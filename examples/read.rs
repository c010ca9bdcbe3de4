//! Reads a multistatus from a file or from standard input, and prints what it says.
//!
//! ```text
//! cargo run --release --example read -- [FILE]
//! ```
//!
//! The columns are separated by tabs, in the order of the document:
//!
//! ```text
//! status    CODE  HREF                        for each href of a response with a status
//! propstat  CODE  NUMBER-OF-PROPERTIES  HREF  for each propstat, with the first href
//! ```
//!
//! A control character in an href, such as a tab, is printed percent-encoded: no URI can hold one, and
//! the lines stay lines. A code or an href that the server left out is printed as `-`.

use std::{
    env,
    error::Error,
    fs,
    io::{self, BufWriter, Read, Write},
    path::PathBuf,
    process::ExitCode,
};

use http::StatusCode;
use statuary::read::Reader;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("read: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let body = body()?;
    let mut out = BufWriter::new(io::stdout().lock());
    for response in Reader::new(&body) {
        let response = response?;
        if let Some(status) = response.status() {
            for href in response.hrefs() {
                writeln!(out, "status\t{}\t{}", status.as_str(), printable(&href))?;
            }
        }
        let href = printable(&response.href().unwrap_or_else(|| "-".into()));
        for propstat in response.propstats() {
            let status = propstat.status();
            let code = status.as_ref().map_or("-", StatusCode::as_str);
            let count = propstat.properties().len();
            writeln!(out, "propstat\t{code}\t{count}\t{href}")?;
        }
    }
    Ok(out.flush()?)
}

fn body() -> Result<Vec<u8>, Box<dyn Error>> {
    let Some(file) = env::args_os().nth(1).map(PathBuf::from) else {
        let mut body = Vec::new();
        io::stdin().read_to_end(&mut body)?;
        return Ok(body);
    };
    let named = |error| format!("{}: {error}", file.display()).into();
    fs::read(&file).map_err(named)
}

fn printable(href: &str) -> String {
    let encoded = |c: char| match c.is_control() {
        true => c.to_string().bytes().map(|b| format!("%{b:02X}")).collect(),
        false => c.to_string(),
    };
    href.chars().map(encoded).collect()
}
