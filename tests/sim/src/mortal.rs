//! An invocation that can die: at the n-th point at which it waits for anything.

use std::pin::Pin;
use std::task::{Context, Poll};

/// A future that may die on its way. It ends in `None` where it did.
pub struct Mortal<F> {
    inner: Option<Pin<Box<F>>>,
    waits: u64,
    dies_after: Option<u64>,
}

impl<F: Future> Mortal<F> {
    /// `future`, which dies when it goes on after its wait number `dies_after`.
    pub fn new(future: Pin<Box<F>>, dies_after: Option<u64>) -> Self {
        Self {
            inner: Some(future),
            waits: 0,
            dies_after,
        }
    }
}

impl<F: Future> Future for Mortal<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if self.dies_after.is_some_and(|after| self.waits >= after) {
            self.inner = None;
        }
        let Some(inner) = &mut self.inner else {
            return Poll::Ready(None);
        };
        match inner.as_mut().poll(context) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending => {
                self.waits += 1;
                Poll::Pending
            }
        }
    }
}
