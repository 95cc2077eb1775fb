//! A page by itself: no network, no script, light and dark.
//!
//! Every number on it stands in an element with `data-key`, the path of that number in the JSON, which is in the page
//! too (`#report`), so that the two can be compared.

use std::fmt::Write as _;

use serde_json::Value;

use super::svg;
use crate::autoscaling::report::Report;

const STYLE: &str = "\
:root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;margin:0 auto;max-width:1040px;padding:24px;\
color:#0f172a;background:#fff}h1{font-size:24px}h2{font-size:18px;margin-top:32px}\
.verdict{padding:12px 16px;border-radius:8px;font-weight:600}.good{background:#d1fae5;color:#064e3b}\
.bad{background:#ffe4e6;color:#881337}.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(180px,1fr));\
gap:12px;margin:16px 0;padding:0}.facts div{border:1px solid #cbd5e1;border-radius:8px;padding:8px 12px}\
.facts dt{font-size:13px;color:#475569}.facts dd{margin:0;font-size:18px;font-variant-numeric:tabular-nums}\
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:6px 10px;border-bottom:1px solid #e2e8f0;\
vertical-align:top}td.number{text-align:right;font-variant-numeric:tabular-nums}svg{max-width:100%;height:auto}\
code{font:13px ui-monospace,monospace}summary{cursor:pointer}.scroll{overflow-x:auto}\
@media(prefers-color-scheme:dark){body{color:#f1f5f9;background:#0f172a}.good{background:#064e3b;color:#d1fae5}\
.bad{background:#881337;color:#ffe4e6}.facts div{border-color:#475569}.facts dt{color:#cbd5e1}\
th,td{border-color:#334155}}";

/// The report as a page; `title` says of what.
pub fn page(report: &Report, title: &str) -> String {
    let json = serde_json::to_value(report).unwrap_or(Value::Null);
    let title = escaped(title);
    let mut body = String::new();
    verdict(&mut body, report);
    facts(&mut body, &json);
    let _ = write!(body, "<h2>Over time</h2><div class=\"scroll\">{}</div>", svg::figure(report));
    findings(&mut body, &json);
    suggestions(&mut body, report, &json);
    events(&mut body, &json);
    // `<` is written as an escape, so that no text in the JSON can end the element.
    let data = json.to_string().replace('<', "\\u003c");
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <link rel=\"icon\" href=\"data:,\"><title>{title}</title><style>{STYLE}{}</style></head><body><h1>{title}</h1>{body}\
         <script type=\"application/json\" id=\"report\">{data}</script></body></html>\n",
        svg::STYLE
    )
}

fn verdict(body: &mut String, report: &Report) {
    let (class, words) = match report.summary.keeps_up {
        Some(true) => ("good", "Autoscaling keeps up: every request is answered in time."),
        Some(false) => ("bad", "Autoscaling does not keep up: requests are late or lost."),
        None => return,
    };
    let _ = write!(body, "<p class=\"verdict {class}\">{words}</p>");
}

/// The numbers of the summary: path in the JSON, and words.
const FACTS: [(&str, &str); 15] = [
    ("seconds", "seconds simulated"),
    ("minReplicas", "fewest replicas"),
    ("maxReplicas", "most replicas"),
    ("changes", "changes of the number"),
    ("replicaHours", "replica-hours"),
    ("cost", "US dollars"),
    ("requests/arrived", "requests"),
    ("requests/served", "answered"),
    ("requests/queued", "answered after waiting"),
    ("requests/late", "answered late"),
    ("requests/lost", "lost"),
    ("requests/waiting", "waiting at the end"),
    ("worstLatency", "worst latency, seconds"),
    ("timeWithinTarget", "share of time in target"),
    ("secondsAtMax", "seconds at the maximum"),
];

fn facts(body: &mut String, json: &Value) {
    body.push_str("<dl class=\"facts\">");
    for (path, words) in FACTS {
        let key = format!("/summary/{path}");
        if let Some(number) = json.pointer(&key).filter(|number| !number.is_null()) {
            let _ = write!(body, "<div><dt>{words}</dt><dd data-key=\"{key}\">{number}</dd></div>");
        }
    }
    body.push_str("</dl>");
}

fn items<'a>(json: &'a Value, key: &str) -> &'a [Value] {
    json.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The text of a value: of a string its letters, of others what JSON writes; nothing for null.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => escaped(text),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => escaped(&value.to_string()),
    }
}

fn findings(body: &mut String, json: &Value) {
    let findings = items(json, "findings");
    if findings.is_empty() {
        return;
    }
    body.push_str("<h2>What is wrong</h2><table><thead><tr><th>Code</th><th>Finding</th><th>From second</th></tr></thead><tbody>");
    for (index, finding) in findings.iter().enumerate() {
        let cell = |key: &str| shown(finding.get(key).unwrap_or(&Value::Null));
        let _ = write!(
            body,
            "<tr><td><code>{}</code> {}</td><td data-key=\"/findings/{index}/message\">{}</td>\
             <td class=\"number\" data-key=\"/findings/{index}/t\">{}</td></tr>",
            cell("code"),
            cell("severity"),
            cell("message"),
            cell("t")
        );
    }
    body.push_str("</tbody></table>");
}

fn suggestions(body: &mut String, report: &Report, json: &Value) {
    if report.suggestions.is_empty() {
        return;
    }
    body.push_str(
        "<h2>What would help</h2><p>Each was found true by running again with it; the cheapest comes first.</p>",
    );
    for (index, (suggestion, value)) in report.suggestions.iter().zip(items(json, "suggestions")).enumerate()
    {
        let key = format!("/suggestions/{index}");
        let cell = |path: &str| shown(value.pointer(path).unwrap_or(&Value::Null));
        let _ = write!(
            body,
            "<details><summary data-key=\"{key}/change\">{}</summary><p>Replica-hours more: \
             <span data-key=\"{key}/extraReplicaHours\">{}</span>. Worst latency, seconds: \
             <span data-key=\"{key}/after/worstLatency\">{}</span>.",
            cell("/change"),
            cell("/extraReplicaHours"),
            cell("/after/worstLatency")
        );
        if let Some(set) = &suggestion.set {
            let _ = write!(body, " In the spec: <code>{}</code>.", escaped(set));
        }
        let picture = svg::comparison(&report.timeline, &suggestion.timeline, report.summary.seconds);
        let _ = write!(body, "</p><div class=\"scroll\">{picture}</div></details>");
    }
}

/// Rows of the table of changes; a long run has more, which are in the JSON.
const MOST_EVENTS: usize = 200;

fn events(body: &mut String, json: &Value) {
    let events = items(json, "events");
    if events.is_empty() {
        return;
    }
    body.push_str(
        "<h2>Changes of the number</h2><div class=\"scroll\"><table><thead><tr><th>Second</th><th>From</th><th>To</th>\
         <th>Reason</th><th>Limited</th></tr></thead><tbody>",
    );
    for (index, event) in events.iter().take(MOST_EVENTS).enumerate() {
        body.push_str("<tr>");
        for key in ["t", "from", "desired", "reason", "scalingLimited"] {
            let value = event.get(key).unwrap_or(&Value::Null);
            let class = if value.is_number() { " class=\"number\"" } else { "" };
            let _ = write!(body, "<td{class} data-key=\"/events/{index}/{key}\">{}</td>", shown(value));
        }
        body.push_str("</tr>");
    }
    body.push_str("</tbody></table></div>");
    if events.len() > MOST_EVENTS {
        let _ = write!(body, "<p>and {} more</p>", events.len() - MOST_EVENTS);
    }
}

/// Text as HTML and XML take it, in elements and in attributes.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}
