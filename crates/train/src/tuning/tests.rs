use std::f64::consts::PI;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::journal::{Entry, Past, Subject};
use super::report::StudyReport;
use super::search::{Limit, Study};
use super::space::{Hyperparameter, Scale};
use super::tpe;
use super::trial::Trial;
use crate::candidates::boosted::Boosting;
use crate::error::{Error, Result};
use crate::observer::{Observer, Tried};
use crate::random::{SplitMix, derive};

fn number(name: &'static str, low: f64, high: f64) -> Hyperparameter {
    Hyperparameter {
        name,
        low,
        high,
        scale: Scale::Linear,
        is_whole: false,
    }
}

fn study<'a>(space: &[Hyperparameter], trials: usize, observer: &'a Observer<'a>) -> Study<'a> {
    Study {
        name: "invented, all clients".to_owned(),
        space: space.to_vec(),
        defaults: space.iter().map(|one| one.low).collect(),
        n_folds: 2,
        seed: 1,
        threads: 1,
        limit: Limit::Trials(trials),
        is_reported: false,
        past: &[],
        observer,
    }
}

/// Gives the function of Branin, whose least value is 0.397887.
fn branin(x: f64, y: f64) -> f64 {
    let bowl = y - 5.1 / (4.0 * PI * PI) * x * x + 5.0 / PI * x - 6.0;
    bowl * bowl + 10.0 * (1.0 - 1.0 / (8.0 * PI)) * x.cos() + 10.0
}

/// Gives the distance of the best of so many trials from the optimum 0, mean over seeds; `of`
/// is less than 0 elsewhere.
fn regret(space: &[Hyperparameter], trials: usize, of: impl Fn(&[f64]) -> f64 + Sync) -> [f64; 2] {
    const SEEDS: u64 = 20;
    let observer = Observer::silent();
    let mut regrets = [0.0; 2];
    for seed in 0..SEEDS {
        let study = Study {
            seed,
            ..study(space, trials, &observer)
        };
        let report = study.search(|point, _| Ok(of(point))).unwrap();
        regrets[0] -= report.steps.last().unwrap().best / SEEDS as f64;
        let random = (1..trials).map(|number| {
            let place = tpe::uniform(space.len(), derive(seed, &[77, number]));
            let point: Vec<f64> = space
                .iter()
                .zip(&place)
                .map(|(one, &at)| one.value(at))
                .collect();
            of(&point)
        });
        let first = of(&study.defaults);
        regrets[1] -= random.fold(first, f64::max) / SEEDS as f64;
    }
    regrets
}

#[test]
fn known_optima_are_found_nearer_than_by_drawing_at_random() {
    let plane = [number("x", -5.0, 10.0), number("y", 0.0, 15.0)];
    let [found, random] = regret(&plane, 60, |point| 0.397_887 - branin(point[0], point[1]));
    assert!(found < 0.6 * random, "branin: {found} {random}");
    let six: Vec<Hyperparameter> = (0..6).map(|_| number("x", 0.0, 1.0)).collect();
    let bowl = |point: &[f64]| -point.iter().map(|x| (x - 0.6).powi(2)).sum::<f64>();
    let [found, random] = regret(&six, 60, bowl);
    assert!(found < 0.6 * random, "six dimensions: {found} {random}");
}

#[test]
fn every_trial_lies_within_the_bounds_and_whole_numbers_are_whole() {
    let observer = Observer::silent();
    let mut random = SplitMix::new(9);
    for seed in 0..40 {
        let mut space = Vec::new();
        for _ in 0..1 + random.below(5) {
            let low = 1.0 + random.below(50) as f64;
            space.push(Hyperparameter {
                name: "any",
                low,
                high: low + random.below(300) as f64,
                scale: [Scale::Linear, Scale::Log][random.below(2)],
                is_whole: random.below(2) == 0,
            });
        }
        let study = Study {
            seed,
            ..study(&space, 30, &observer)
        };
        let sum = |point: &[f64], _| Ok(point.iter().sum());
        let report = study.search(sum).unwrap();
        assert_eq!(report.steps.len(), 30);
        for (step, one) in report.steps.iter().flat_map(|step| {
            let step = &step.trial;
            step.point.iter().zip(&space)
        }) {
            assert!((one.low..=one.high).contains(step), "{step} {one:?}");
            assert!(!one.is_whole || step.fract() == 0.0, "{step} {one:?}");
        }
    }
}

/// A made-up objective with folds of their own level, best at 3 and 0.1.
fn uneven(point: &[f64], fold: usize) -> f64 {
    let far = (point[0] - 3.0).abs() / 3.0 + (point[1].ln() - 0.1_f64.ln()).abs() / 5.0;
    let noise = ((point[0] * 12.9 + point[1] * 78.2 + fold as f64).sin() * 43_758.5).fract();
    0.7 + 0.01 * fold as f64 - 0.05 * far + 0.002 * noise
}

fn uneven_study<'a>(trials: usize, observer: &'a Observer<'a>) -> Study<'a> {
    let whole = Hyperparameter {
        is_whole: true,
        ..number("depth", 1.0, 8.0)
    };
    let log = Hyperparameter {
        scale: Scale::Log,
        ..number("eta", 0.001, 1.0)
    };
    Study {
        defaults: vec![6.0, 0.5],
        n_folds: 4,
        ..study(&[whole, log], trials, observer)
    }
}

#[test]
fn a_study_with_a_limit_in_seconds_ends_after_the_batch_in_which_it_is_reached() {
    let seconds = AtomicUsize::new(0);
    let observer = Observer {
        seconds: &|| seconds.load(Ordering::Relaxed) as f64,
        ..Observer::silent()
    };
    let study = Study {
        limit: Limit::Seconds(70.0),
        ..uneven_study(0, &observer)
    };
    let report = study.search(|point, fold| {
        seconds.fetch_add(1, Ordering::Relaxed);
        Ok(uneven(point, fold))
    });
    let n = report.unwrap().steps.len();
    assert!(n.is_multiple_of(4) && (17..70).contains(&n), "{n}");
    let at_once = Study {
        limit: Limit::Trials(0),
        ..uneven_study(0, &observer)
    };
    let report = at_once
        .search(|point, fold| Ok(uneven(point, fold)))
        .unwrap();
    assert_eq!((report.steps.len(), report.chosen), (1, 0));
}

#[test]
fn bags_share_the_trees_and_learn_as_much_each() {
    for (trees, bags, learning) in [
        (400, 1, 20.0),
        (800, 8, 20.0),
        (150, 3, 52.0),
        (300, 8, 100.0),
    ] {
        let boosting = Boosting::of(trees, bags, learning);
        let all = boosting.bags * boosting.growth.rounds;
        assert!(
            all <= trees.max((learning / 0.3_f64).ceil() as usize),
            "{boosting:?}"
        );
        assert!((boosting.learning() - learning).abs() < 1e-9 && boosting.growth.eta <= 0.3);
        let more = boosting.with_trees(2 * trees);
        assert!((more.learning() - learning).abs() < 1e-9, "{more:?}");
        assert_eq!(more.growth.depth, boosting.growth.depth);
    }
    assert_eq!(Boosting::of(400, 1, 20.0).growth.eta, 0.05);
    assert_eq!(Boosting::of(800, 4, 20.0).growth.rounds, 200);
}

#[test]
fn one_thread_and_two_find_the_same() {
    let observer = Observer::silent();
    let search = |threads| {
        let study = Study {
            threads,
            ..uneven_study(30, &observer)
        };
        study.search(|point, fold| Ok(uneven(point, fold))).unwrap()
    };
    assert_eq!(search(1), search(2));
}

#[test]
fn poor_trials_are_pruned_and_the_best_is_chosen_among_the_others() {
    let observer = Observer::silent();
    let asked = AtomicUsize::new(0);
    let report = uneven_study(40, &observer)
        .search(|point, fold| {
            asked.fetch_add(1, Ordering::Relaxed);
            Ok(uneven(point, fold))
        })
        .unwrap();
    assert!(report.n_pruned() > 5, "{}", report.n_pruned());
    assert!(asked.into_inner() < 40 * 4 * 3 / 4);
    let chosen = &report.steps[report.chosen].trial;
    assert_eq!(chosen.values.len(), 4);
    let complete = report
        .steps
        .iter()
        .filter(|step| step.trial.values.len() == 4);
    let best = complete
        .map(|step| step.trial.mean())
        .fold(f64::MIN, f64::max);
    assert_eq!(chosen.mean(), best);
    assert!(
        report.gain > 0.0 && chosen.point[0] < 6.0,
        "{:?}",
        chosen.point
    );
    assert!(
        report
            .steps
            .windows(2)
            .all(|pair| pair[0].best <= pair[1].best)
    );
    assert_eq!(report.importance.len(), 2);
}

#[test]
fn what_is_no_better_than_luck_leaves_the_defaults() {
    let observer = Observer::silent();
    let mut kept = 0;
    for seed in 0..50 {
        let study = Study {
            seed,
            ..uneven_study(20, &observer)
        };
        let luck = |point: &[f64], fold: usize| {
            let bits = point[0].to_bits() ^ point[1].to_bits();
            let draw = derive(bits, &[fold, seed as usize]) as f64 / u64::MAX as f64;
            Ok(0.7 + 0.01 * draw)
        };
        kept += usize::from(study.search(luck).unwrap().chosen == 0);
    }
    assert!(kept >= 25, "{kept} of 50");
}

/// Searches until so many folds were judged, keeps what was told, and goes on from that.
fn stopped_after(judged: usize, threads: usize) -> (StudyReport, usize) {
    let subject = Subject::default();
    let text = Mutex::new(subject.line().unwrap());
    let stop = AtomicBool::new(false);
    let keep = |tried: &Tried<'_>| {
        if tried.is_new {
            text.lock().unwrap().push_str(&tried.entry.line().unwrap());
        }
        Ok(())
    };
    let observer = Observer {
        tried: &keep,
        stop: &stop,
        ..Observer::silent()
    };
    let asked = AtomicUsize::new(0);
    let evaluate = |point: &[f64], fold: usize| -> Result<f64> {
        if asked.fetch_add(1, Ordering::Relaxed) + 1 == judged {
            stop.store(true, Ordering::Relaxed);
        }
        Ok(uneven(point, fold))
    };
    let study_of = |past| Study {
        threads,
        past,
        ..uneven_study(30, &observer)
    };
    let ended = study_of(&[]).search(evaluate);
    assert!(matches!(ended, Err(Error::Stopped)), "{ended:?}");
    stop.store(false, Ordering::Relaxed);
    let past = Past::read(text.lock().unwrap().as_bytes(), &subject).unwrap();
    assert!(past.warning.is_none());
    let report = study_of(&past.entries).search(evaluate).unwrap();
    (report, asked.into_inner())
}

#[test]
fn a_study_that_was_stopped_goes_on_as_if_it_had_not_been() {
    let observer = Observer::silent();
    let asked = AtomicUsize::new(0);
    let whole = uneven_study(30, &observer).search(|point, fold| {
        asked.fetch_add(1, Ordering::Relaxed);
        Ok(uneven(point, fold))
    });
    let (whole, asked) = (whole.unwrap(), asked.into_inner());
    for judged in [1, 10, 23, 50] {
        let (report, asked_twice) = stopped_after(judged, 1);
        assert_eq!(report, whole);
        // Only the trial that was interrupted is judged anew.
        assert!(asked_twice < asked + 4, "{asked_twice} {asked}");
        assert_eq!(stopped_after(judged, 2).0, whole);
    }
}

#[test]
fn a_journal_of_other_trials_is_refused() {
    let observer = Observer::silent();
    let past = [Entry {
        study: "invented, all clients".to_owned(),
        trial: Trial {
            number: 0,
            point: vec![6.0, 0.25],
            values: vec![0.7; 4],
        },
    }];
    let study = Study {
        past: &past,
        ..uneven_study(4, &observer)
    };
    let error = study
        .search(|point, fold| Ok(uneven(point, fold)))
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the tuning journal's trial 0 of 'invented, all clients' is [6.0, 0.25] on 4 folds, where \
         this run tries [6.0, 0.5] on up to 4: it was kept by another version of the program or \
         on other data; name another file, or delete it"
    );
}

fn subject(seed: &str) -> Subject {
    Subject([("seed".to_owned(), seed.to_owned())].into())
}

fn journal() -> String {
    let mut text = subject("1").line().unwrap();
    for number in 0..3 {
        let entry = Entry {
            study: "boosted, all clients".to_owned(),
            trial: Trial {
                number,
                point: vec![0.1 + 0.2, 1.0 / 3.0],
                values: vec![0.712_345_678_901_234_5],
            },
        };
        text.push_str(&entry.line().unwrap());
    }
    text
}

#[test]
fn a_journal_is_read_back_to_the_last_bit_and_its_last_line_may_be_damaged() {
    let text = journal();
    let whole = Past::read(text.as_bytes(), &subject("1")).unwrap();
    assert_eq!(
        (whole.entries.len(), whole.sound, whole.warning),
        (3, text.len(), None)
    );
    assert_eq!(whole.entries[2].trial.point, [0.1 + 0.2, 1.0 / 3.0]);
    assert_eq!(Past::read(b"", &subject("1")).unwrap(), Past::default());
    let starts: Vec<usize> = text.match_indices('\n').map(|(at, _)| at + 1).collect();
    for cut in 1..text.len() {
        let past = Past::read(&text.as_bytes()[..cut], &subject("1")).unwrap();
        let sound = starts
            .iter()
            .copied()
            .rfind(|&start| start <= cut)
            .unwrap_or(0);
        assert_eq!(past.sound, sound);
        assert_eq!(past.warning.is_some(), sound < cut);
        assert_eq!(
            past.entries.len(),
            starts.iter().filter(|&&start| start <= cut).count().max(1) - 1
        );
    }
    let damaged = format!("{}{{\"study\":3}}\n", &text[..starts[2]]);
    let past = Past::read(damaged.as_bytes(), &subject("1")).unwrap();
    assert_eq!((past.entries.len(), past.sound), (2, starts[2]));
    let warning = past.warning.unwrap();
    assert!(
        warning.starts_with("the tuning journal's last line, 4, is damaged and is left out"),
        "{warning}"
    );
}

#[test]
fn a_journal_that_cannot_be_used_is_refused_in_words() {
    let refused = |text: &str, seed: &str| {
        Past::read(text.as_bytes(), &subject(seed))
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        refused(&journal(), "2"),
        "the tuning journal's line 1 cannot be used: it was kept for seed 1, this run has seed 2; \
         name another file"
    );
    let middle = journal().replacen("\"values\":[0.71", "\"values\":[oops", 1);
    let said = refused(&middle, "1");
    assert!(
        said.starts_with("the tuning journal's line 2 cannot be used: no trial ("),
        "{said}"
    );
    let said = refused("a,b\n1,2\n", "1");
    assert!(
        said.contains("line 1 cannot be used: no journal of tuning"),
        "{said}"
    );
    let said = refused(&journal().replace("\"version\":1", "\"version\":7"), "1");
    assert!(
        said.contains("its version is 7, this program reads 1"),
        "{said}"
    );
    let said = refused(&journal().replace("limpide-tuning", "other"), "1");
    assert!(said.contains("its format is \"other\""), "{said}");
}
