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
    let mut body = Vec::new();
    match env::args_os().nth(1) {
        Some(file) => body = fs::read(file)?,
        None => {
            io::stdin().read_to_end(&mut body)?;
        }
    }

    let mut out = BufWriter::new(io::stdout().lock());
    for response in Reader::new(&body) {
        let response = response?;
        if let Some(status) = response.status() {
            for href in response.hrefs() {
                writeln!(out, "status\t{}\t{}", status.as_str(), printable(href))?;
            }
        }
        let href = printable(response.href().unwrap_or("-"));
        for propstat in response.propstats() {
            let code = propstat.status();
            let code = code.as_ref().map_or("-", StatusCode::as_str);
            writeln!(out, "propstat\t{code}\t{}\t{href}", propstat.properties().len())?;
        }
    }
    out.flush()?;
    Ok(())
}

fn printable(href: &str) -> String {
    let mut text = String::with_capacity(href.len());
    for c in href.chars() {
        if c.is_control() {
            let mut bytes = [0; 4];
            text.extend(c.encode_utf8(&mut bytes).bytes().map(|byte| format!("%{byte:02X}")));
        } else {
            text.push(c);
        }
    }
    text
}
