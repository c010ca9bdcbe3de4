//! Writing a multistatus, and its parts.

mod workload;

use std::hint::black_box;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use statuary::{Href, MultiStatus, Property, Resource, prop};

fn documents(c: &mut Criterion) {
    let mut group = c.benchmark_group("document");
    for count in [1, 10, 100, 1_000, 10_000] {
        let entries = workload::entries(count);
        let collect = || {
            entries
                .iter()
                .map(workload::resource)
                .collect::<MultiStatus>()
        };
        let document = collect().to_string();
        let read = roxmltree::Document::parse(&document).expect("well-formed");
        assert_eq!(read.root_element().children().count(), count);
        group.throughput(Throughput::Bytes(document.len() as u64));
        group.bench_function(BenchmarkId::from_parameter(count), |b| {
            b.iter_batched(|| (), |()| collect(), BatchSize::LargeInput);
        });
    }
    group.finish();
}

fn values(c: &mut Criterion) {
    let [entry] = &workload::entries(1)[..] else {
        unreachable!("one entry was asked for")
    };
    let resource = Resource::new(Href::path("/"));
    let mut group = c.benchmark_group("value");
    let mut bench = |name: &str, property: &dyn Fn(Resource) -> Resource| {
        group.bench_function(name, |b| {
            b.iter_batched(
                || resource.clone(),
                |r| property(black_box(r)),
                BatchSize::SmallInput,
            );
        });
    };
    fn with(property: impl Property) -> impl Fn(Resource) -> Resource {
        move |resource| resource.prop(&property)
    }
    bench(
        "text, plain",
        &with(prop::Displayname("document-0000001.txt")),
    );
    bench(
        "text, escaped",
        &with(prop::Displayname("profit & loss <1>.xls")),
    );
    bench("integer", &with(prop::GetContentLength(entry.length)));
    bench("date, HTTP", &with(prop::GetLastModified(entry.modified)));
    bench("date, RFC 3339", &with(prop::CreationDate(entry.created)));
    bench(
        "etag",
        &with(prop::GetEtag::strong(&*entry.etag).expect("hexadecimal digits")),
    );
    group.finish();

    c.bench_function("href", |b| {
        b.iter(|| Resource::new(Href::path(black_box(&entry.path))));
    });
}

criterion_group!(benches, documents, values);
criterion_main!(benches);
