//! README and examples say the same.

const README: &str = include_str!("../../README.md");

#[test]
fn the_readme_quotes_the_examples() {
    let examples = [
        include_str!("../../examples/multistatus.rs"),
        include_str!("../../examples/paywall.rs"),
        include_str!("../../examples/quota.rs"),
    ];
    let quotes: Vec<_> = README
        .split("```rust\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap_or_default())
        .collect();
    assert_eq!(quotes.len(), examples.len());
    for (quote, example) in quotes.into_iter().zip(examples) {
        assert!(
            example.contains(quote),
            "the README no longer quotes this:\n{quote}"
        );
    }
}

#[test]
fn an_example_is_one_idea() {
    for example in [
        include_str!("../../examples/client.rs"),
        include_str!("../../examples/hyper.rs"),
        include_str!("../../examples/members.rs"),
        include_str!("../../examples/multistatus.rs"),
        include_str!("../../examples/page.rs"),
        include_str!("../../examples/paywall.rs"),
        include_str!("../../examples/quota.rs"),
        include_str!("../../examples/read.rs"),
        include_str!("../../examples/report.rs"),
        include_str!("../../examples/subscriptions.rs"),
    ] {
        assert!(
            example.lines().count() < 80,
            "{}",
            example.lines().next().unwrap_or_default()
        );
        // A second line would be a panic where a program has read the first and gone.
        assert!(
            example.matches(" println!").count() <= 1,
            "{}",
            example.lines().next().unwrap_or_default()
        );
    }
}
