//! What training tells of how it judged, and what a bundle keeps of it.
#![allow(clippy::unwrap_used)]

mod invented;

use std::num::NonZeroUsize;

use invented::clients;
use limpide_model::{Bundle, Column, Dataset, Decision, HoldoutKind, Reviewing, Treatment};
use limpide_train::{
    Effort, HoldoutColumn, Judging, Limits, Observer, TrainConfig, Trained, train,
};

const N: usize = 700;

fn config() -> TrainConfig {
    TrainConfig {
        seed: 21,
        threads: NonZeroUsize::new(2),
        limits: Limits {
            max_auc: 0.95,
            max_single_auc: 0.95,
        },
        ..TrainConfig::default()
    }
}

fn trained(dataset: &Dataset, config: &TrainConfig) -> Trained {
    train(dataset, config, &Observer::silent()).unwrap()
}

#[test]
fn candidates_are_compared_with_the_champion_in_pairs() {
    let dataset = clients(N, 16, 1);
    let trained = trained(&dataset, &config());
    let champion = &trained.bundle.leaderboard[0];
    assert_eq!(
        (&champion.candidate, &champion.paired),
        (&trained.bundle.name, &None)
    );
    for standing in &trained.bundle.leaderboard[1..] {
        let paired = standing.paired.as_ref().unwrap();
        let difference = standing.auc - champion.auc;
        assert!((paired.auc_difference - difference).abs() < 1e-12);
        // Five folds of a fifth: 1/5 + 1/4 in place of 1/5.
        let widened = paired.corrected_standard_error / paired.standard_error;
        assert!((widened - 1.5).abs() < 0.01, "{widened}");
        let [delong] = paired.delong[..] else {
            panic!("one repeat")
        };
        assert!(delong.interval[0] < delong.difference && delong.difference < delong.interval[1]);
        let costs = standing.cost_per_client - champion.cost_per_client;
        assert!((paired.cost_difference - costs).abs() < 1e-12);
        let [low, high] = paired.cost_interval;
        assert!(low <= costs && costs <= high);
        assert!(standing.cost_interval[0] < standing.cost_per_client);
        assert!(standing.cost_per_client < standing.cost_interval[1]);
    }
    let dummy = trained.bundle.leaderboard.last().unwrap();
    let told = dummy.paired.as_ref().unwrap();
    assert!(dummy.candidate == "dummy" && told.delong[0].p_value < 1e-6);
}

#[test]
fn every_score_has_an_interval_and_a_decision_by_the_zone_and_the_glass_box_gives_another() {
    let dataset = clients(N, 16, 2);
    let bytes = trained(&dataset, &config()).bundle.to_bytes().unwrap();
    let bundle = Bundle::from_bytes(&bytes).unwrap();
    let policy = bundle.policy;
    let [from, to] = policy.review;
    assert!(from <= policy.threshold && policy.threshold <= to);
    let glass_box = bundle.glass_box.as_ref().unwrap();
    assert!(["logistic", "scorecard", "additive"].contains(&glass_box.name.as_str()));
    let mut decisions = [0; 3];
    for row in 0..N {
        let encoded = bundle.encode(&dataset.row(row)).unwrap();
        let score = bundle.score_encoded(&encoded);
        let readable = bundle.score_glass_box(&encoded).unwrap();
        for score in [score, readable] {
            let [low, high] = score.interval;
            assert!(0.0 <= low && low <= score.probability);
            assert!(score.probability <= high && high <= 1.0);
            if score.decision == Decision::Refused {
                assert!(score.distance >= 0.0);
            }
            if score.decision == Decision::Granted {
                assert!(score.distance < 0.0);
            }
        }
        assert_eq!(score.decision == Decision::Refused, score.probability >= to);
        assert_eq!(
            score.decision == Decision::Granted,
            score.probability < from
        );
        assert_ne!(readable.decision, Decision::Review);
        assert_eq!(readable.margin, glass_box.scorer.margin(&encoded));
        decisions[score.decision as usize] += 1;
    }
    assert!(decisions.iter().all(|&count| count > 0), "{decisions:?}");
}

#[test]
fn a_review_that_costs_too_much_is_never_asked_for() {
    let dataset = clients(N, 8, 3);
    let dear = TrainConfig {
        reviewing: Reviewing {
            cost: 20.0,
            accuracy: 0.9,
        },
        ..config()
    };
    let bundle = trained(&dataset, &dear).bundle;
    assert_eq!(bundle.policy.review, [bundle.policy.threshold; 2]);
    assert_eq!(bundle.metrics.review_share, 0.0);
    assert!((bundle.metrics.cost_with_reviews - bundle.metrics.cost_per_client).abs() < 1e-12);
}

#[test]
fn thresholds_are_told_with_what_they_would_have_cost() {
    let dataset = clients(N, 8, 4);
    let bundle = trained(&dataset, &config()).bundle;
    let table = &bundle.thresholds;
    // Fewer where many clients have the same points.
    assert!((20..=52).contains(&table.len()), "{}", table.len());
    let rate = bundle.trained_on.defaults as f64 / N as f64;
    let (all, none) = (table.first().unwrap(), table.last().unwrap());
    assert!((all.cost_per_client - (1.0 - rate)).abs() < 1e-12 && all.approved == 0.0);
    assert!((none.cost_per_client - 10.0 * rate).abs() < 1e-12 && none.approved == 1.0);
    let cheapest = table
        .iter()
        .map(|row| row.cost_per_client)
        .fold(f64::MAX, f64::min);
    assert!(cheapest < all.cost_per_client.min(none.cost_per_client));
}

#[test]
fn standard_effort_tells_of_imbalance_of_held_out_clients_and_of_new_ones() {
    const N: usize = 500;
    let mut dataset = clients(N, 8, 5);
    dataset.unlabelled = clients(N, 8, 55).columns;
    let Column::Categories(regions) = &dataset.columns[8] else {
        panic!()
    };
    let judging = Judging {
        group: Some(HoldoutColumn {
            column: "region".to_owned(),
            values: regions.clone(),
        }),
        time: Some(HoldoutColumn {
            column: "day".to_owned(),
            values: (0..N).map(|row| (row / 2) as f64).collect(),
        }),
    };
    let standard = TrainConfig {
        effort: Effort::Standard,
        judging,
        ..config()
    };
    let bundle = trained(&dataset, &standard).bundle;
    let [time, group] = &bundle.holdouts[..] else {
        panic!("{:?}", bundle.holdouts)
    };
    assert_eq!(
        (time.kind, group.kind),
        (HoldoutKind::Time, HoldoutKind::Group)
    );
    assert_eq!((time.trained_on, time.judged_on), (400, 100));
    for held in [time, group] {
        assert_eq!(held.trained_on + held.judged_on, N);
        assert!((held.auc - held.auc_in_folds).abs() < 0.2, "{held:?}");
        assert!(held.auc_interval[0] <= held.auc && held.auc <= held.auc_interval[1]);
    }
    assert!(time.auc > 0.5, "{time:?}");

    assert_eq!(bundle.imbalance.len(), 6);
    for line in &bundle.imbalance {
        assert!(line.auc > 0.6, "{line:?}");
        // Two standard errors of a rate of a sixth among so many clients; without calibration
        // both treatments would be off by a third.
        assert!(line.bias.abs() < 0.034, "{line:?}");
    }
    let treatments = bundle.imbalance.iter().map(|line| line.treatment);
    assert_eq!(
        treatments.filter(|&one| one == Treatment::Weights).count(),
        2
    );
    let aucs: Vec<f64> = bundle.imbalance.iter().map(|line| line.auc).collect();
    assert!(aucs[0] != aucs[1] && aucs[0] != aucs[2] && aucs[3] != aucs[4] && aucs[3] != aucs[5]);

    // The new clients are drawn as the known ones were.
    assert!((bundle.metrics.adversarial_auc.unwrap() - 0.5).abs() < 0.1);
}

#[test]
fn quick_effort_fits_nothing_for_the_report_alone() {
    let mut dataset = clients(N, 8, 6);
    dataset.unlabelled = dataset.columns.clone();
    let bundle = trained(&dataset, &config()).bundle;
    assert_eq!((bundle.holdouts.len(), bundle.imbalance.len()), (0, 0));
    assert_eq!(bundle.metrics.adversarial_auc, None);
}

#[test]
fn costs_and_holdouts_that_do_not_fit_are_refused_in_words() {
    let dataset = clients(100, 4, 7);
    let refused = |config: TrainConfig| {
        let error = train(&dataset, &config, &Observer::silent()).unwrap_err();
        error.to_string()
    };
    let mut negative = config();
    negative.reviewing.cost = -1.0;
    assert_eq!(
        refused(negative),
        "the costs cannot be used: a review costs -1, 0 or more expected"
    );
    let mut perfect = config();
    perfect.reviewing.accuracy = 75.0;
    assert_eq!(
        refused(perfect),
        "the costs cannot be used: reviewers decide 75 rightly, 0 to 1 expected"
    );
    let mut short = config();
    short.judging.time = Some(HoldoutColumn {
        column: "day".to_owned(),
        values: vec![1.0; 3],
    });
    assert_eq!(
        refused(short),
        "the training data does not fit together: 3 values of day to hold out by, for 100 clients"
    );
}
