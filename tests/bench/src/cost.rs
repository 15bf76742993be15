//! What something cost.

use std::alloc::System;
use std::ops::AddAssign;
use std::time::{Duration, Instant};

use cpu_time::ProcessTime;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

/// Counts what is allocated.
#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// What something cost.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cost {
    /// Time by the clock on the wall.
    pub wall: Duration,
    /// Time of this process's processor.
    pub processor: Duration,
    /// How often memory was asked for, growth counted in.
    pub allocations: usize,
    /// How many bytes were asked for.
    pub bytes: usize,
}

impl AddAssign for Cost {
    fn add_assign(&mut self, other: Self) {
        self.wall += other.wall;
        self.processor += other.processor;
        self.allocations += other.allocations;
        self.bytes += other.bytes;
    }
}

/// Measures from its start on.
pub struct Meter {
    wall: Instant,
    processor: ProcessTime,
    memory: Region<'static, System>,
}

impl Meter {
    /// Begins.
    #[must_use]
    pub fn start() -> Self {
        Self {
            memory: Region::new(ALLOCATOR),
            wall: Instant::now(),
            processor: ProcessTime::now(),
        }
    }

    /// What it cost until now.
    #[must_use]
    pub fn stop(&self) -> Cost {
        let memory = self.memory.change();
        Cost {
            wall: self.wall.elapsed(),
            processor: self.processor.elapsed(),
            allocations: memory.allocations + memory.reallocations,
            bytes: memory.bytes_allocated,
        }
    }
}
