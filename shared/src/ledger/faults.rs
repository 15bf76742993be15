//! A table and a vendor that fail on purpose, for the tests and the simulator.
