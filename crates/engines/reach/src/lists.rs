//! Many short lists of numbers in one stretch of memory.

/// Lists, each under its number.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lists {
    ends: Vec<u32>,
    items: Vec<u32>,
}

impl Lists {
    pub(crate) fn push(&mut self, list: impl IntoIterator<Item = u32>) {
        self.items.extend(list);
        self.ends.push(u32::try_from(self.items.len()).unwrap_or(u32::MAX));
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// How many items stand in all lists.
    pub(crate) fn total(&self) -> usize {
        self.items.len()
    }

    pub(crate) fn get(&self, number: usize) -> &[u32] {
        let from = if number == 0 { 0 } else { self.ends[number - 1] };
        &self.items[from as usize..self.ends[number] as usize]
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &[u32]> {
        (0..self.len()).map(|number| self.get(number))
    }

    /// For each of `count` items the lists that hold it, in rising order.
    pub(crate) fn turned(&self, count: usize) -> Lists {
        let mut ends = vec![0_u32; count + 1];
        for item in &self.items {
            ends[*item as usize + 1] += 1;
        }
        for at in 1..ends.len() {
            ends[at] += ends[at - 1];
        }
        let mut items = vec![0; self.items.len()];
        for (number, list) in (0..).zip(self.iter()) {
            for item in list {
                let slot = &mut ends[*item as usize];
                items[*slot as usize] = number;
                *slot += 1;
            }
        }
        // Every start has moved on to its end.
        ends.pop();
        Lists { ends, items }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_turn_round() {
        let mut lists = Lists::default();
        for list in [vec![2, 0], vec![], vec![2]] {
            lists.push(list);
        }
        let turned: Vec<Vec<u32>> = lists.turned(4).iter().map(<[u32]>::to_vec).collect();
        assert_eq!(turned, [vec![0], vec![], vec![0, 2], vec![]]);
    }
}
