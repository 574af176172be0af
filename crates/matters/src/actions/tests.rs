//! Journeys through every action, on both engines.
