//! stub
use crate::error::Result;
use crate::trees::Ensemble;
pub(crate) fn read(_t: &str) -> Result<Ensemble> {
    Ensemble::from_trees(0.0, &[])
}
