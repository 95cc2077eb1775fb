//! What platforms allow and charge, each number with its page, its date and how sure it is.

use mlship_managed::limits::{self, Limit};
use mlship_managed::prices::{Price, PriceBook};
use mlship_spec::catalogue::accelerators::Sure;
use mlship_spec::field::wording::nearest;
use serde::Serialize;

use super::layout::columns;
use super::{Output, json};
use crate::failure::Failure;
use crate::terminal::{Look, Paint};

/// A limit, as programs read it.
#[derive(Debug, Serialize)]
struct LimitEntry {
    id: &'static str,
    value: u64,
    amount: String,
    rule: &'static str,
    link: &'static str,
    dated: &'static str,
    sure: &'static str,
    /// The month from which it has to be read again.
    review: &'static str,
}

/// A price, as programs read it.
#[derive(Debug, Serialize)]
struct PriceEntry {
    service: String,
    item: String,
    hourly: f64,
    region: String,
    link: String,
    dated: String,
    sure: String,
}

/// Whether a word asks for limits or prices: `limit/…`, `limits`, `price/…`, `prices`.
pub fn asked_for(what: &str) -> bool {
    matches!(what.split('/').next(), Some("limit" | "limits" | "price" | "prices"))
}

/// What is known of limits or prices whose names begin with what is asked for.
pub fn text(what: &str, output: Output) -> Result<String, Failure> {
    let (kind, rest) = what.split_once('/').unwrap_or((what, ""));
    let rest = rest.trim_matches('/');
    if kind.starts_with("limit") { limits_text(rest, output) } else { prices_text(rest, output) }
}

/// Whether a name is the one asked for, or one of its group.
fn is_of(name: &str, asked: &str) -> bool {
    asked.is_empty() || name.strip_prefix(asked).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn limits_text(asked: &str, output: Output) -> Result<String, Failure> {
    let found: Vec<&Limit> = limits::all().iter().copied().filter(|limit| is_of(limit.id, asked)).collect();
    if found.is_empty() {
        let ids: Vec<&str> = limits::all().iter().map(|limit| limit.id).collect();
        return Err(unknown("limit", asked, nearest(asked, &ids)));
    }
    if output == Output::Json {
        return Ok(json("limits", &found.iter().map(|limit| limit_entry(limit)).collect::<Vec<_>>()));
    }
    if let [limit] = found.as_slice() {
        let entry = limit_entry(limit);
        let rows = [
            ("is", entry.amount),
            ("read", format!("{}, {}", entry.dated, entry.sure)),
            ("at", entry.link.to_owned()),
            ("again", format!("from {} on", entry.review)),
        ];
        return Ok(page(&format!("limit/{}", limit.id), &sentence(limit.rule), &rows));
    }
    let rows: Vec<_> = found
        .iter()
        .map(|limit| {
            vec![format!("  limit/{}", limit.id), limit.amount(), sure(limit.source.sure).to_owned()]
        })
        .collect();
    Ok(listed("What platforms allow", &rows, "mlship explain limit/eks-fargate/cpu"))
}

fn limit_entry(limit: &Limit) -> LimitEntry {
    LimitEntry {
        id: limit.id,
        value: limit.value,
        amount: limit.amount(),
        rule: limit.rule,
        link: limit.source.link,
        dated: limit.source.dated,
        sure: sure(limit.source.sure),
        review: limit.review,
    }
}

fn sure(sure: Sure) -> &'static str {
    match sure {
        Sure::Read => "read at the source",
        Sure::Repeated => "repeated by others",
        Sure::Remembered => "from memory",
    }
}

fn prices_text(asked: &str, output: Output) -> Result<String, Failure> {
    let known = known_prices();
    let found: Vec<_> = known.iter().filter(|(name, ..)| is_of(name, asked)).collect();
    if found.is_empty() {
        let names: Vec<&str> = known.iter().map(|(name, ..)| name.as_str()).collect();
        return Err(unknown("price", asked, nearest(asked, &names)));
    }
    if output == Output::Json {
        let entries = found.iter().map(|(_, service, item, price)| PriceEntry {
            service: service.clone(),
            item: item.clone(),
            hourly: price.hourly,
            region: price.region.clone(),
            link: price.link.clone(),
            dated: price.dated.clone(),
            sure: price.sure.to_string(),
        });
        return Ok(json("prices", &entries.collect::<Vec<_>>()));
    }
    if let [(name, service, item, price)] = found.as_slice() {
        let rows = [
            ("is", format!("${} an hour in {}", price.hourly, price.region)),
            ("read", format!("{}, {}", price.dated, price.sure)),
            ("at", price.link.clone()),
        ];
        return Ok(page(&format!("price/{name}"), &format!("What `{service}` takes for `{item}`."), &rows));
    }
    let rows: Vec<_> = found
        .iter()
        .map(|(name, _, _, price)| {
            vec![
                format!("  price/{name}"),
                format!("${}", price.hourly),
                price.region.clone(),
                price.sure.to_string(),
            ]
        })
        .collect();
    Ok(listed("Dollars an hour", &rows, "mlship explain price/ec2/g5.xlarge"))
}

/// Every price of mlship's own book, those that are some times another's too: its name, the service, the item and what
/// is known.
fn known_prices() -> Vec<(String, String, String, Price)> {
    let book = PriceBook::embedded();
    let priced = book.groups.iter().flat_map(|group| {
        let price = |item: &String| book.price(&group.service, item, Some(&group.region));
        group.hour.keys().filter_map(move |item| Some((group.service.clone(), item.clone(), price(item)?)))
    });
    let by_factor = book.factors.iter().flat_map(|factor| {
        let machines = book.groups.iter().filter(|group| group.service == factor.of);
        let items = machines.flat_map(|group| group.hour.keys());
        items.filter_map(move |item| {
            Some((factor.service.clone(), item.clone(), book.price(&factor.service, item, None)?))
        })
    });
    let mut known: Vec<_> = priced
        .chain(by_factor)
        .map(|(service, item, price)| (format!("{service}/{item}"), service, item, price))
        .collect();
    known.sort_by(|left, right| left.0.cmp(&right.0));
    known.dedup_by(|left, right| left.0 == right.0);
    known
}

fn unknown(kind: &str, asked: &str, nearest: Option<&str>) -> Failure {
    let failure = Failure::refused(format!("there is no {kind} `{asked}`"));
    failure.help(match nearest {
        Some(nearest) => format!("did you mean `{kind}/{nearest}`? `mlship explain {kind}s` lists them all"),
        None => format!("`mlship explain {kind}s` lists them all"),
    })
}

fn sentence(rule: &str) -> String {
    let mut letters = rule.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().collect::<String>()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

fn page(name: &str, sentence: &str, rows: &[(&str, String)]) -> String {
    let heading = Look::stdout().paint(Paint::Bold, name);
    let rows: Vec<_> =
        rows.iter().map(|(label, content)| vec![format!("  {label}"), content.clone()]).collect();
    format!("{heading}\n{sentence}\n\n{}", columns(&rows))
}

fn listed(heading: &str, rows: &[Vec<String>], example: &str) -> String {
    let heading = Look::stdout().paint(Paint::Bold, heading);
    format!("{heading}\n{}\n`{example}` says where one was read, and when.\n", columns(rows))
}
