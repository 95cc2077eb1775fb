//! CSV files of `seconds,value`: a number that holds until the next row.

use mlship_spec::diagnostic::{self, Diagnostic};
use mlship_spec::source::Span;
use mlship_spec::values::quantity::Quantity;

use crate::autoscaling::codes;
use crate::autoscaling::number;
use crate::autoscaling::time::Time;

/// Values that hold from their time until the next one's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Steps {
    rows: Vec<Row>,
}

/// One row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// From when it holds.
    pub at: Time,
    /// The value in thousandths; `None` where there is none, as of a metric that is not served.
    pub value: Option<i64>,
}

/// What the values of a file are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A metric: may be missing or below zero.
    Metric,
    /// Requests a second: never missing, never below zero.
    Load,
}

/// The largest file that is read, in bytes: a week of one-second rows is about 10 MB.
pub const MAX_BYTES: usize = 64 * 1024 * 1024;

/// The longest time that is simulated: a month.
pub const LONGEST: Time = Time::from_seconds(31 * 86_400);

const DAY: i64 = 86_400_000;

impl Steps {
    /// The values of these rows, which must be in order.
    pub fn new(rows: Vec<Row>) -> Self {
        Self { rows }
    }

    /// The rows.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The value at a time, in thousandths. Before the first row there is none.
    pub fn at(&self, time: Time) -> Option<i64> {
        let after = self.rows.partition_point(|row| row.at <= time);
        self.rows[..after].last().and_then(|row| row.value)
    }

    /// The time of the last row.
    pub fn end(&self) -> Time {
        self.rows.last().map_or(Time::ZERO, |row| row.at)
    }
}

/// Reads a file; `source` is its number among the sources. Nothing comes back if a row is refused.
pub fn parse(source: u32, text: &str, kind: Kind, diagnostics: &mut Vec<Diagnostic>) -> Option<Steps> {
    if text.len() > MAX_BYTES {
        let message = format!("the trace has {} bytes", text.len());
        let refused = Diagnostic::error(&codes::TRACE, Span { source, start: 0, end: 0 }, message);
        diagnostics
            .push(refused.help(format!("a trace has at most {MAX_BYTES} bytes; make its rows coarser")));
        return None;
    }
    let mut found = Vec::new();
    let mut reader = Reader { source, kind, rows: Vec::new(), diagnostics: &mut found };
    let mut start = 0;
    for (index, line) in text.split('\n').enumerate() {
        reader.line(index, start, line);
        start += line.len() + 1;
    }
    let mut rows = reader.rows;
    if rows.is_empty() && !diagnostic::has_errors(&found) {
        let message = "the trace has no rows";
        let refused = Diagnostic::error(&codes::TRACE, Span { source, start: 0, end: 0 }, message);
        found.push(refused.help("write rows such as `0,10` and `60,200`"));
    }
    gaps(&rows, kind, &mut found);
    let is_refused = diagnostic::has_errors(&found);
    diagnostics.append(&mut found);
    let rows = rows.drain(..).map(|(row, _)| row).collect();
    (!is_refused).then_some(Steps { rows })
}

struct Reader<'out> {
    source: u32,
    kind: Kind,
    rows: Vec<(Row, Span)>,
    diagnostics: &'out mut Vec<Diagnostic>,
}

/// A row was refused; the reason is among the diagnostics.
struct Refused;

/// A file with this many wrong rows is another kind of file; more messages would not help.
const MAX_ERRORS: usize = 20;

impl Reader<'_> {
    fn line(&mut self, index: usize, start: usize, line: &str) {
        // Spreadsheets write a mark in front of the first row.
        let mark =
            if index == 0 { '\u{feff}'.len_utf8() * usize::from(line.starts_with('\u{feff}')) } else { 0 };
        let (start, line) = (start + mark, &line[mark..]);
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with('#') || self.diagnostics.len() >= MAX_ERRORS {
            return;
        }
        let start = start + (line.len() - line.trim_start().len());
        let span = self.span(start, trimmed.len());
        let Some((time, value)) = trimmed.split_once([',', ';', '\t']) else {
            if self.is_header(trimmed) {
                return;
            }
            self.refuse(span, format!("`{trimmed}` is not two columns"), "write `seconds,value`");
            return;
        };
        if self.is_header(time) {
            return;
        }
        let columns = 2 + value.matches([',', ';', '\t']).count();
        if columns > 2 {
            let help = "keep the column of seconds and one of numbers, as `cut -d, -f1,2` does";
            self.refuse(span, format!("this row has {columns} columns, not two"), help);
            return;
        }
        let Some(at) = self.time(start, time) else { return };
        let value_start = start + time.len() + 1;
        let Ok(value) = self.value(value_start, value) else { return };
        if let Some((last, before)) = self.rows.last().copied()
            && last.at >= at
        {
            let how = if last.at == at { "is the same as" } else { "lies before" };
            let message = format!("the time `{}` {how} the row's before, {}", time.trim(), last.at.seconds());
            let refused = Diagnostic::error(&codes::TRACE, self.span(start, time.len()), message);
            let refused =
                refused.related(before, "the row before").help("sort the rows by time, one row for each");
            self.diagnostics.push(refused);
            return;
        }
        self.rows.push((Row { at, value }, span));
    }

    /// The first row may name the columns.
    fn is_header(&self, first: &str) -> bool {
        self.rows.is_empty()
            && self.diagnostics.is_empty()
            && first.trim().starts_with(|character: char| character.is_ascii_alphabetic() || character == '"')
    }

    fn time(&mut self, start: usize, text: &str) -> Option<Time> {
        let span = self.span(start, text.len());
        match text.trim().parse::<f64>() {
            Ok(seconds) if !seconds.is_finite() => {}
            Ok(seconds) if seconds < 0.0 => {
                let help = "times count from the start of the simulation, which is 0";
                self.refuse(span, format!("the time `{}` is below zero", text.trim()), help);
                return None;
            }
            Ok(seconds) if Time::from_seconds_f64(seconds) > LONGEST => {
                let message =
                    format!("the time `{}` lies beyond {} days", text.trim(), LONGEST.millis() / DAY);
                self.refuse(span, message, "times are seconds from the start, not dates");
                return None;
            }
            Ok(seconds) => return Some(Time::from_seconds_f64(seconds)),
            Err(_) => {}
        }
        self.refuse(
            span,
            format!("`{}` is not a number of seconds", text.trim()),
            "write seconds such as `60` or `5.5`",
        );
        None
    }

    /// The value; nothing where it is left out on purpose.
    fn value(&mut self, start: usize, text: &str) -> Result<Option<i64>, Refused> {
        let word = text.trim();
        let span = self.span(start, text.len().max(1));
        let is_missing = ["", "nan", "none", "null"].iter().any(|missing| word.eq_ignore_ascii_case(missing));
        match (self.kind, is_missing) {
            (Kind::Metric, true) => return Ok(None),
            (Kind::Load, true) => {
                self.refuse(
                    span,
                    "the rate is missing".to_owned(),
                    "write the requests a second, 0 where there are none",
                );
                return Err(Refused);
            }
            (Kind::Metric | Kind::Load, false) => {}
        }
        let (digits, is_negative) = word.strip_prefix('-').map_or((word, false), |digits| (digits, true));
        let Some(millis) = thousandths(digits) else {
            self.refuse(
                span,
                format!("`{word}` is not a number"),
                "write a number such as `12`, `0.5` or `500m`",
            );
            return Err(Refused);
        };
        match (self.kind, is_negative && millis != 0) {
            (Kind::Load, true) => {
                self.refuse(span, format!("the rate `{word}` is below zero"), "write the requests a second");
                Err(Refused)
            }
            (Kind::Metric, true) => Ok(Some(-millis)),
            (Kind::Metric | Kind::Load, false) => Ok(Some(millis)),
        }
    }

    fn refuse(&mut self, span: Span, message: String, help: &str) {
        self.diagnostics.push(Diagnostic::error(&codes::TRACE, span, message).help(help));
    }

    fn span(&self, start: usize, length: usize) -> Span {
        let offset = |bytes: usize| u32::try_from(bytes).unwrap_or(u32::MAX);
        Span { source: self.source, start: offset(start), end: offset(start + length) }
    }
}

fn thousandths(word: &str) -> Option<i64> {
    // The quick way for plain whole numbers, of which a long trace has many.
    if word.len() <= 12 && !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit()) {
        return word.parse::<i64>().ok().map(|whole| whole * 1000);
    }
    let quantity = word.parse::<Quantity>().ok()?;
    (!quantity.is_negative()).then(|| i64::try_from(quantity.millis()).unwrap_or(i64::MAX))
}

/// Warns where rows of a load are much farther apart than usual. A metric's rows are steps, so theirs may be.
fn gaps(rows: &[(Row, Span)], kind: Kind, diagnostics: &mut Vec<Diagnostic>) {
    if kind == Kind::Metric || rows.len() < 8 {
        return;
    }
    let mut distances: Vec<i64> =
        rows.windows(2).map(|pair| (pair[1].0.at - pair[0].0.at).millis()).collect();
    distances.sort_unstable();
    let usual = distances[distances.len() / 2];
    for pair in rows.windows(2) {
        let distance = pair[1].0.at - pair[0].0.at;
        if distance.millis() > usual.saturating_mul(10) && diagnostics.len() < MAX_ERRORS {
            let usual = number::float(usual) / 1000.0;
            let message = format!(
                "{} s without a row, where {usual} s is usual; the rate before is held",
                distance.seconds()
            );
            let warned =
                Diagnostic::warning(&codes::GAP, pair[1].1, message).related(pair[0].1, "the row before");
            diagnostics.push(warned.help("fill the gap, or cut the file there"));
        }
    }
}
