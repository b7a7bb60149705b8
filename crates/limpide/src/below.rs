//! Errors as pages tell them: where a file stands in the workspace, and not where that is on the server.

use std::path::Path;

/// An error in words, with paths below the workspace that holds `folder`.
pub fn told(error: &anyhow::Error, folder: &Path) -> String {
    let workspace = folder.parent().unwrap_or(folder);
    format!("{error:#}").replace(&format!("{}/", workspace.display()), "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_told_below_the_workspace() {
        let error = anyhow::anyhow!("end of file").context("/srv/w/runs/1/run.json");
        let words = told(&error, Path::new("/srv/w/runs"));
        assert_eq!(words, "runs/1/run.json: end of file");
    }
}
