//! Makes the weights of the classifier, and measures it.

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "counts of examples and features are small, and learning needs no more than f32"
)]

pub mod calibrate;
pub mod data;
pub mod learn;
pub mod measure;
pub mod sets;
pub mod situations;
pub mod weights;
