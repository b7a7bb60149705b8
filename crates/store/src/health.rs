//! Whether the database answers, and how busy it is.

use crate::database::Store;
use crate::error::Result;

impl Store {
    /// Asks the database for nothing but an answer.
    ///
    /// # Errors
    /// It does not answer.
    pub async fn check(&self) -> Result<()> {
        sqlx::query("SELECT 1").execute(&self.pool).await?;
        Ok(())
    }

    /// Connections that are open, and how many of them nobody uses now.
    pub fn connections(&self) -> (u32, u32) {
        let idle = u32::try_from(self.pool.num_idle()).unwrap_or(u32::MAX);
        (self.pool.size(), idle)
    }
}
