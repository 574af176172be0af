//! Lists that mostly hold one thing, which then needs no memory elsewhere.

use std::ops::{Deref, DerefMut};

/// One thing, or any other number of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Few<T> {
    One(T),
    Many(Vec<T>),
}

impl<T: Copy> Few<T> {
    pub(crate) fn none() -> Self {
        Few::Many(Vec::new())
    }

    pub(crate) fn push(&mut self, thing: T) {
        match self {
            Few::Many(things) if things.is_empty() => *self = Few::One(thing),
            Few::Many(things) => things.push(thing),
            Few::One(first) => *self = Few::Many(vec![*first, thing]),
        }
    }
}

impl<T> Deref for Few<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        match self {
            Few::One(thing) => std::slice::from_ref(thing),
            Few::Many(things) => things,
        }
    }
}

impl<T> DerefMut for Few<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        match self {
            Few::One(thing) => std::slice::from_mut(thing),
            Few::Many(things) => things,
        }
    }
}
