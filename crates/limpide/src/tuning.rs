//! Tuning's journal on disk, and what is told of its studies.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::Context as _;
use limpide_train::tuning::{Entry, Past, StudyReport, Subject};
use limpide_train::{Tried, TuningReport};
use serde_json::{Value, json};

/// A journal that is open for further trials.
pub struct Journal {
    path: PathBuf,
    file: Mutex<File>,
    /// The best of the reported study so far.
    told: Mutex<String>,
}

impl Journal {
    /// Where a run's journal is, unless it is told: a file a subject.
    pub fn default_path(workspace: &Path, subject: &Subject) -> anyhow::Result<PathBuf> {
        let hash = blake3::hash(subject.line()?.as_bytes()).to_hex();
        let name = format!("{}.jsonl", &hash.as_str()[..16]);
        Ok(workspace.join("models/tuning").join(name))
    }

    /// Opens a journal, or begins one; what was not written to its end is cut off.
    pub fn open(path: &Path, subject: &Subject) -> anyhow::Result<(Self, Past)> {
        let name = || path.display().to_string();
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)
                .with_context(|| format!("{} could not be made", folder.display()))?;
        }
        let text = match fs::read(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(error).with_context(name),
        };
        let past = Past::read(&text, subject).with_context(name)?;
        let open = || {
            let mut file = OpenOptions::new().create(true).append(true).open(path)?;
            file.set_len(past.sound as u64)?;
            if past.sound == 0 {
                let line = subject.line().map_err(io::Error::other)?;
                file.write_all(line.as_bytes())?;
            }
            file.sync_all()?;
            Ok::<_, io::Error>(file)
        };
        let file = open().with_context(name)?;
        let journal = Self {
            path: path.to_owned(),
            file: Mutex::new(file),
            told: Mutex::new(String::new()),
        };
        Ok((journal, past))
    }

    /// Hears of a trial, and keeps it on disk unless it came from there.
    pub fn hear(&self, tried: &Tried<'_>, objective: &str) -> io::Result<()> {
        if tried.is_new {
            self.keep(tried.entry)?;
        }
        if tried.is_reported && tried.best.is_finite() {
            let learner = tried.entry.study.split(',').next().unwrap_or_default();
            let best = tried.best.abs();
            let told = format!("tuning of {learner}, best {objective} so far {best:.4}");
            *self.told.lock().unwrap_or_else(PoisonError::into_inner) = told;
        }
        Ok(())
    }

    /// What is shown while the champion's hyperparameters are sought.
    pub fn told(&self) -> String {
        let told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        match told.is_empty() {
            true => "tuning".to_owned(),
            false => told.clone(),
        }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    fn keep(&self, entry: &Entry) -> io::Result<()> {
        let line = entry.line().map_err(io::Error::other)?;
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(line.as_bytes())?;
        file.sync_data()
    }
}

/// What `train --json` says of it: the champion's studies whole, those of judged folds in short.
pub fn summary(report: &TuningReport) -> Value {
    let short = |study: &StudyReport| {
        json!({
            "name": study.name,
            "trials": study.steps.len(),
            "pruned": study.n_pruned(),
            "chosen": study.chosen,
            "gain": study.gain,
            "gain_error": study.gain_error,
        })
    };
    json!({
        "objective": report.objective,
        "champion": report.champion,
        "folds": report.folds.iter().map(short).collect::<Vec<_>>(),
    })
}

/// A line a study of the champion's on what was chosen, and which hyperparameters mattered.
pub fn lines(report: &TuningReport) -> String {
    let mut text = String::new();
    for study in &report.champion {
        let choice = match study.chosen {
            0 => "the defaults stay".to_owned(),
            chosen => format!(
                "trial {chosen} is chosen, {} {:+.4} ± {:.4} against the defaults",
                report.objective, study.gain, study.gain_error
            ),
        };
        let mattered = study
            .importance
            .iter()
            .filter(|one| one.share >= 0.05)
            .take(3);
        let mattered: Vec<String> = mattered
            .map(|one| format!("{} {:.0} %", one.name, 100.0 * one.share))
            .collect();
        let what = match mattered.is_empty() {
            true => String::new(),
            false => format!("; what mattered: {}", mattered.join(", ")),
        };
        text.push_str(&format!(
            "tuning of {}: {} trials, {} pruned; {choice}{what}\n",
            study.name,
            study.steps.len(),
            study.n_pruned(),
        ));
    }
    let chosen = report.folds.iter().filter(|study| study.chosen > 0).count();
    text.push_str(&format!(
        "inside the judged folds {chosen} of {} studies left the defaults\n",
        report.folds.len()
    ));
    text
}
