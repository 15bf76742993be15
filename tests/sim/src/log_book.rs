//! What the functions log, kept to be read by the oracle.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use tracing::subscriber::DefaultGuard;
use tracing_subscriber::fmt::MakeWriter;

use super::chaos::lock;

/// The lines logged so far.
#[derive(Debug, Clone, Default)]
pub struct LogBook(Arc<Mutex<Vec<u8>>>);

impl LogBook {
    /// A book into which this thread logs while the guard lives, everything down to `debug`.
    #[must_use]
    pub fn open() -> (Self, DefaultGuard) {
        let book = Self::default();
        let subscriber = tracing_subscriber::fmt()
            .json()
            .without_time()
            .with_max_level(tracing::Level::DEBUG)
            .with_writer(book.clone())
            .finish();
        (book, tracing::subscriber::set_default(subscriber))
    }

    /// All of it.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&lock(&self.0)).into_owned()
    }
}

/// One line on its way into the book.
#[derive(Debug)]
pub struct Line(LogBook);

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        lock(&self.0.0).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for LogBook {
    type Writer = Line;

    fn make_writer(&'a self) -> Self::Writer {
        Line(self.clone())
    }
}
