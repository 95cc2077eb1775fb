//! The catalogue accounts for everything that is known to go wrong.

use mlship_lint::catalogue::{self, Account, Level};
use mlship_lint::registry;
use mlship_spec::codes;
use mlship_spec::diagnostic::Severity;

/// How many codes each family has, from `MLx01` on.
const FAMILIES: &[(u32, u32)] = &[(1, 16), (2, 10), (3, 10), (4, 13), (5, 12), (6, 6)];

#[test]
fn the_catalogue_is_complete() {
    let expected: Vec<String> = FAMILIES
        .iter()
        .flat_map(|(family, count)| (1..=*count).map(move |number| format!("ML{family}{number:02}")))
        .collect();
    let found: Vec<&str> = catalogue::all().iter().map(|entry| entry.id).collect();
    assert_eq!(found.len(), 67);
    assert_eq!(found, expected);
    assert!(catalogue::all().iter().all(|entry| !entry.title().is_empty()));
    assert_eq!(catalogue::find("ml302").map(|entry| entry.id), Some("ML302"));
}

#[test]
fn every_rule_is_in_the_catalogue_under_its_code() {
    for rule in registry::rules() {
        let entry = catalogue::find(rule.code.id).expect(rule.code.id);
        assert!(matches!(entry.account, Account::Rule(found) if found.code == rule.code), "{}", rule.code.id);
        // A rollout without a spare GPU is certain only where nodes are given; `plan` raises it then.
        let level = match rule.severity {
            Severity::Error => Level::Error,
            Severity::Warning => Level::Warning,
        };
        assert!(entry.level == level || rule.code.id == "ML301", "{}", rule.code.id);
        assert!(rule.evidence.iter().all(|page| page.starts_with("https://")), "{}", rule.code.id);
        assert!(rule.why.len() > 40 && rule.fix.len() > 20 && rule.fix.ends_with('.'), "{}", rule.code.id);
    }
}

#[test]
fn rules_are_in_order_and_codes_are_said_once() {
    let ids: Vec<&str> = registry::rules().iter().map(|rule| rule.code.id).collect();
    assert!(ids.windows(2).all(|pair| pair[0] < pair[1]), "{ids:?}");
    for code in registry::codes() {
        assert!(codes::lookup(code.id).is_none(), "{} is a code of the core too", code.id);
    }
    for entry in catalogue::all() {
        if let Account::WhenReading(code) = entry.account {
            assert_eq!(entry.id, code.id);
        }
    }
}
