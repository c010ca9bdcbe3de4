//! The command line.

use std::{env, ffi::OsString, net::SocketAddr, path::PathBuf};

const USAGE: &str = "usage: drive [--listen ADDR] [--root DIR]";

/// What the command line says.
#[derive(Debug)]
pub(crate) struct Options {
    /// Where to listen; port 0 stands for any free one.
    pub(crate) listen: SocketAddr,
    /// The folder to serve; if missing, a fresh sample.
    pub(crate) root: Option<PathBuf>,
}

impl Options {
    /// Reads the arguments; an error is one line.
    pub(crate) fn from_env() -> Result<Self, String> {
        let mut options = Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 4918)),
            root: None,
        };
        let mut arguments = env::args_os().skip(1);
        while let Some(name) = arguments.next() {
            let mut value = || {
                arguments
                    .next()
                    .ok_or_else(|| format!("{name:?} needs a value"))
            };
            match name.to_str() {
                Some("--listen") => options.listen = address(&value()?)?,
                Some("--root") => options.root = Some(folder(value()?)?),
                _ => return Err(format!("{name:?} is not an option; {USAGE}")),
            }
        }
        Ok(options)
    }
}

fn folder(value: OsString) -> Result<PathBuf, String> {
    let folder = PathBuf::from(value);
    if folder.is_dir() {
        Ok(folder)
    } else {
        Err(format!("{folder:?} is not a folder"))
    }
}

fn address(value: &OsString) -> Result<SocketAddr, String> {
    let address = value.to_str().and_then(|value| value.parse().ok());
    address.ok_or_else(|| format!("{value:?} is not an address; 127.0.0.1:4918 is one"))
}
