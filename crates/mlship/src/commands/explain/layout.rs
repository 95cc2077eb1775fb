//! Text in lines and columns.

use crate::terminal::clean;

/// The widest that text for reading gets.
const READABLE: usize = 100;

/// One long cell must not push all others to the far right.
const WIDEST: usize = 44;

/// Text in lines of at most `width` columns, each after the first behind an indent.
pub fn wrap(text: &str, width: usize, indent: &str) -> String {
    let width = width.min(READABLE).saturating_sub(indent.chars().count()).max(20);
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    lines.join(&format!("\n{indent}"))
}

/// Rows whose cells stand under each other; the last cell of a row takes what room it needs.
pub fn columns(rows: &[Vec<String>]) -> String {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column).filter(|_| column + 1 < row.len()));
        cells.map(|cell| cell.chars().count()).filter(|width| *width <= WIDEST).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..count).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        format!("{}\n", cells.collect::<Vec<_>>().join("  ").trim_end())
    };
    rows.iter().map(line).collect()
}

/// A row whose first cell is indented; nothing in it breaks the line.
pub fn row(cells: &[&str]) -> Vec<String> {
    let cell = |text: &&str| clean(text).replace('\n', " ");
    let mut cells: Vec<String> = cells.iter().map(cell).collect();
    if let Some(first) = cells.first_mut() {
        first.insert_str(0, "  ");
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_kept_whole_and_lines_short() {
        assert_eq!(wrap("one two three four five six seven", 24, ""), "one two three four five\nsix seven");
        assert_eq!(wrap("a\nb", 80, "  "), "a\n  b");
    }

    #[test]
    fn cells_stand_under_each_other() {
        let rows = [["a", "bb", "c d"], ["aaa", "b", "e"]].map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(columns(&rows), "a    bb  c d\naaa  b   e\n");
    }
}
