//! What holds of every case, whatever is tried on it: ten thousand walks of drawn events.
#![allow(clippy::unwrap_used)]

use limpide_store::{
    Actor, Advice, Agreement, Case, Correction, CorrectionAnswer, Entry, Event, Outcome, Proposal,
    Score, Status, Verdict, tally,
};
use time::OffsetDateTime;

/// SplitMix64.
struct Draw(u64);

impl Draw {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }

    fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len() as u64) as usize]
    }

    fn verdict(&mut self) -> Verdict {
        self.of(&[Verdict::Granted, Verdict::Refused])
    }

    fn actor(&mut self) -> Actor {
        self.of(&[
            Actor::Person(1),
            Actor::Person(2),
            Actor::Person(3),
            Actor::Key(1),
            Actor::Program,
        ])
    }

    fn proposed(&mut self) -> Event {
        Event::Proposed(Box::new(Proposal {
            client: 7,
            bundle: "b".to_owned(),
            inputs: serde_json::Map::new(),
            score: Score {
                margin: 0.0,
                probability: 0.5,
                interval: None,
                threshold: 0.5,
            },
            advice: self.of(&[Advice::Granted, Advice::Refused, Advice::Review]),
            reasons: Vec::new(),
            decide_by: self.of(&[None, Some(10)]),
            made_with: None,
        }))
    }

    fn event(&mut self) -> Event {
        let reason = self.of(&["", " ", "parce que", "parce que"]).to_owned();
        let verdict = self.verdict();
        match self.below(11) {
            0 => self.proposed(),
            1 => Event::Decided {
                verdict,
                reason: self
                    .of(&[None, Some(""), Some("parce que")])
                    .map(str::to_owned),
            },
            2 => Event::Overridden { verdict, reason },
            3 => Event::Commented { text: reason },
            4 | 5 => Event::Contested {
                text: reason,
                answer_by: 20,
            },
            6 => Event::Upheld { reason },
            7 => Event::Reversed { verdict, reason },
            8 => Event::OutcomeKnown {
                outcome: self.of(&[Outcome::Repaid, Outcome::Defaulted]),
            },
            9 => correction(None, reason),
            _ => Event::CorrectionAnswered {
                request: self.below(8) as i64,
                answer: CorrectionAnswer::Corrected,
                text: reason,
            },
        }
    }
}

fn correction(client: Option<i64>, text: String) -> Event {
    Event::CorrectionRequested(Box::new(Correction {
        client,
        item: "revenu".to_owned(),
        found: None,
        expected: Some("27 000".to_owned()),
        text,
        answer_by: Some(20),
    }))
}

fn entry(sequence: i64, actor: Actor, event: Event) -> Entry {
    Entry {
        sequence,
        case: "0".repeat(32).parse().unwrap(),
        at: OffsetDateTime::UNIX_EPOCH,
        actor,
        event: Some(event),
        previous: String::new(),
        hash: String::new(),
    }
}

/// A case as whoever may do anything makes it: of what is tried, what is let through.
fn walk(draw: &mut Draw) -> Vec<Entry> {
    let mut entries = Vec::new();
    for _ in 0..12 {
        let (actor, event) = match entries.is_empty() {
            true if draw.below(8) == 0 => {
                (Actor::Person(3), correction(Some(7), "faux".to_owned()))
            }
            true => (Actor::Program, draw.proposed()),
            false => (draw.actor(), draw.event()),
        };
        let case = Case::of(&entries);
        if Case::check(case.as_ref(), &event, actor).is_ok() {
            entries.push(entry(entries.len() as i64, actor, event));
        }
    }
    entries
}

#[test]
fn every_case_keeps_the_rules_of_review() {
    let mut draw = Draw(6);
    let mut seen = [0; 7];
    for _ in 0..10_000 {
        let entries = walk(&mut draw);
        for end in 1..=entries.len() {
            let case = Case::of(&entries[..end]).unwrap();
            seen[case.status as usize] += 1;
            // Whoever reviews is a person, and not the one who decided first.
            if let Some(second) = case.second {
                assert!(matches!(second, Actor::Person(_)));
                assert_ne!(case.first.map(|first| first.by), Some(second));
                assert_eq!(case.status, Status::Reviewed);
            }
            // Only a case that waits for a person has no verdict; only one that waits has a deadline.
            let waits = matches!(case.status, Status::AwaitingDecision | Status::Contested);
            assert_eq!(
                case.verdict.is_none(),
                matches!(case.status, Status::AwaitingDecision | Status::Unproposed)
            );
            // Nothing can be decided, contested or repaid where nothing was proposed.
            if case.status == Status::Unproposed {
                assert_eq!(
                    (case.client, case.advice, case.first),
                    (Some(7), None, None)
                );
            }
            assert!(case.due.is_none() || waits);
            assert!(!waits || case.is_overdue(30) || case.due.is_none());
            assert!(
                case.outcome.is_none()
                    || entries[..end]
                        .iter()
                        .any(|entry| { matches!(entry.event, Some(Event::OutcomeKnown { .. })) })
            );
            for request in &case.corrections {
                let asked = &entries[*request as usize].event;
                assert!(matches!(asked, Some(Event::CorrectionRequested(_))));
            }
        }
        // Whoever decided against the model said why.
        for entry in &entries {
            if let Some(Event::Overridden { reason, .. } | Event::Reversed { reason, .. }) =
                &entry.event
            {
                assert!(!reason.trim().is_empty());
            }
        }
        let once = |name: &str| {
            let named = |entry: &&Entry| entry.event.as_ref().unwrap().name() == name;
            assert!(entries.iter().filter(named).count() <= 1, "{name} twice");
        };
        [
            "proposed",
            "contested",
            "upheld",
            "reversed",
            "outcome_known",
        ]
        .into_iter()
        .for_each(once);
    }
    // The walks reach every status but that of erased cases, which events do not lead to.
    assert_eq!(seen[5], 0);
    let reached = seen.iter().filter(|count| **count > 500).count();
    assert_eq!(reached, 6, "{seen:?}");
}

#[test]
fn what_was_forgotten_leaves_an_erased_case() {
    let mut draw = Draw(7);
    for _ in 0..100 {
        let mut entries = walk(&mut draw);
        let before = entries.len();
        let erased = Event::Erased {
            reason: "demande".to_owned(),
        };
        entries.push(entry(before as i64, Actor::Person(1), erased));
        let whole = Case::of(&entries).unwrap();
        entries[..before]
            .iter_mut()
            .for_each(|entry| entry.event = None);
        let forgotten = Case::of(&entries).unwrap();
        assert_eq!(forgotten.status, Status::Erased);
        assert_eq!(forgotten, whole);
        assert_eq!(forgotten.client, None);
    }
}

#[test]
fn tallies_count_each_first_decision_once_whatever_the_order() {
    let mut draw = Draw(8);
    let mut cases: Vec<Case> = (0..2000)
        .filter_map(|_| Case::of(&walk(&mut draw)))
        .collect();
    let tallies = tally(&cases);
    let of = |agreement: Agreement| {
        let has = |case: &&Case| case.first.is_some_and(|first| first.agreement == agreement);
        cases.iter().filter(has).count() as u64
    };
    let sum = |count: fn(&limpide_store::Tally) -> u64| tallies.values().map(count).sum::<u64>();
    assert_eq!(sum(|tally| tally.agreed), of(Agreement::Agreed));
    assert_eq!(sum(|tally| tally.overridden), of(Agreement::Overridden));
    assert_eq!(sum(|tally| tally.unadvised), of(Agreement::Unadvised));
    let reversed = |case: &&Case| {
        case.second.is_some()
            && case
                .first
                .is_some_and(|first| Some(first.verdict) != case.verdict)
    };
    let reversed = cases.iter().filter(reversed).count() as u64;
    assert!(reversed > 0);
    assert_eq!(sum(|tally| tally.reversed), reversed);
    for tally in tallies.values() {
        let rate = tally.override_rate().unwrap();
        assert!((0.0..=1.0).contains(&rate));
        assert_eq!(
            rate,
            tally.overridden as f64 / (tally.agreed + tally.overridden) as f64
        );
    }
    cases.reverse();
    assert_eq!(tally(&cases), tallies);
    assert_eq!(limpide_store::Tally::default().override_rate(), None);
}
