//! What is measured together: one part of one table.

use std::{fmt, hint::black_box, rc::Rc, str::FromStr};

use crate::{
    harness::Task,
    layers::{self, Placement},
    pool::Pool,
    readers::{self, Reader, Shape},
    requests::{self, Request, Requests},
    writers::{self, Writer},
};

/// The contenders of one kind, on work of one size.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Group {
    Writers(usize),
    Readers(Shape, usize),
    Layers(Placement),
    Requests(Request),
}

/// Which contenders are wanted: those with one of these in their name, or all.
#[derive(Clone, Debug, Default)]
pub struct Filter(pub Vec<String>);

// === impl Group ===

impl Group {
    /// How many resources there are in one run.
    pub fn resources(self) -> usize {
        match self {
            Self::Writers(count) | Self::Readers(_, count) => count,
            Self::Layers(_) | Self::Requests(_) => 1,
        }
    }

    /// One contender.
    ///
    /// # Panics
    ///
    /// If there is none of that name.
    pub fn task(self, pool: Pool, name: &str) -> Task {
        let mut tasks = self.tasks(pool, &Filter(vec![name.to_owned()])).into_iter();
        tasks.find(|task| task.name == name).expect("a contender")
    }

    /// The contenders that the filter lets through, and those that others are measured by.
    pub fn tasks(self, pool: Pool, filter: &Filter) -> Vec<Task> {
        let (mut tasks, bases): (Vec<_>, &[&str]) = match self {
            Self::Writers(count) => {
                let task = |writer| write(writer, pool, count);
                (
                    writers::all().into_iter().map(task).collect(),
                    &writers::BASES,
                )
            }
            Self::Readers(shape, count) => {
                let documents = readers::documents(pool, shape, count);
                let task = |reader| read(reader, documents.clone(), count);
                (readers::ALL.iter().map(task).collect(), &[readers::BASE])
            }
            Self::Layers(placement) => (layers::all(placement), &layers::BASES),
            Self::Requests(request) => {
                let task = |reader| parse(reader, request);
                (requests::ALL.iter().map(task).collect(), &[requests::BASE])
            }
        };
        tasks.retain(|task| bases.contains(&&*task.name) || filter.admits(&task.name));
        tasks
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Writers(count) => write!(f, "writers/{count}"),
            Self::Readers(shape, count) => write!(f, "readers/{shape}/{count}"),
            Self::Layers(placement) => write!(f, "layers/{placement}"),
            Self::Requests(request) => write!(f, "requests/{request}"),
        }
    }
}

impl FromStr for Group {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let parts: Vec<_> = name.split('/').collect();
        let count = |count: &str| count.parse::<usize>().map_err(|error| error.to_string());
        Ok(match parts[..] {
            ["writers", n] => Self::Writers(count(n)?),
            ["readers", "alike", n] => Self::Readers(Shape::Alike, count(n)?),
            ["readers", "random", n] => Self::Readers(Shape::Random, count(n)?),
            ["layers", "outside"] => Self::Layers(Placement::Outside),
            ["layers", "inside"] => Self::Layers(Placement::Inside),
            ["requests", "lockinfo"] => Self::Requests(Request::LockInfo),
            ["requests", "propertyupdate"] => Self::Requests(Request::PropertyUpdate),
            ["requests", "propfind"] => Self::Requests(Request::Propfind),
            _ => return Err(format!("no group of contenders: {name}")),
        })
    }
}

// === impl Filter ===

impl Filter {
    pub fn admits(&self, name: &str) -> bool {
        self.0.is_empty() || self.0.iter().any(|part| name.contains(&**part))
    }
}

// === helpers ===

fn write(mut writer: Writer, pool: Pool, count: usize) -> Task {
    let mut windows = pool.windows(count);
    Task::new(writer.name, move || {
        (writer.write)(windows.advance(), &mut |piece| {
            black_box(piece);
        });
    })
}

fn read(reader: &'static Reader, documents: Vec<Rc<[u8]>>, count: usize) -> Task {
    let mut documents = documents.into_iter().cycle();
    Task::new(reader.name, move || {
        let document = documents.next().expect("a document");
        assert_eq!((reader.read)(&document), count);
    })
}

fn parse(reader: &'static Requests, request: Request) -> Task {
    Task::new(reader.name, move || {
        let body = black_box(request.body());
        assert_eq!((reader.read)(request, body), request.parts());
    })
}
