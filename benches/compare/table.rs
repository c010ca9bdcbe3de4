//! A table on a terminal, which is a table in Markdown, too.

use std::iter;

/// Cells of text. The first column is aligned to the left, all others to the right.
pub struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    pub fn new(head: &[&str]) -> Self {
        let head = head.iter().copied().map(str::to_owned).collect();
        Self { rows: vec![head] }
    }

    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    pub fn print(&self) {
        let width = |column: usize| {
            let cells = self.rows.iter().map(|row| row[column].chars().count());
            cells.max().unwrap_or_default()
        };
        let widths: Vec<_> = (0..self.rows[0].len()).map(width).collect();
        let rule = iter::once("-".repeat(widths[0])).chain(
            widths[1..]
                .iter()
                .map(|width| format!("{}:", "-".repeat(width - 1))),
        );
        let rule: Vec<_> = rule.collect();
        let [head, rows @ ..] = &self.rows[..] else {
            return;
        };
        for row in [head, &rule].into_iter().chain(rows) {
            let cells = row.iter().zip(&widths).enumerate();
            let cells = cells.map(|(column, (cell, &width))| match column {
                0 => format!("{cell:width$}"),
                _ => format!("{cell:>width$}"),
            });
            println!("| {} |", cells.collect::<Vec<_>>().join(" | "));
        }
    }
}

/// A figure with as many digits as one can trust: three, at least before the point.
pub fn figure(value: f64) -> String {
    let decimals = match value.abs() {
        0.0..10.0 => 2,
        10.0..100.0 => 1,
        _ => 0,
    };
    let plain = format!("{value:.decimals$}");
    let (whole, fraction) = match plain.split_once('.') {
        Some((whole, _)) => plain.split_at(whole.len()),
        None => (&*plain, ""),
    };
    let digits = whole.trim_start_matches('-');
    let mut grouped = whole[..whole.len() - digits.len()].to_owned();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + fraction
}
