//! The transportation problem: persons at many points, few sinks with capacities, least total cost.
//!
//! Everyone must go to a sink; one last sink, *nowhere*, takes anyone at a high cost, so that there always is
//! an answer. The method keeps, from beginning to end, a price for every sink such that every person stands
//! where cost plus price is least, and mends the loads one cheapest path at a time ([`balance`]): sinks are
//! the only nodes of that search, since moving someone from one sink to another is an edge between the two.
//! Good first prices come from the same problem with neighbouring points lumped together ([`solve`]), and
//! those of the smallest one by trial ([`haggle`]). Only
//! the pairs that may matter are looked at ([`near`]), and in the end it is proved over all pairs that no
//! other pair would help.

mod balance;
mod doubt;
mod haggle;
mod mend;
mod near;
mod search;
mod state;

use std::ops::{ControlFlow, Range};

pub(crate) use state::{Part, Transport};

use crate::Cancelled;

/// Points, sinks and what it costs to bring one person from one to the other.
pub(crate) trait Costs: Sized {
    /// How many points there are.
    fn points(&self) -> usize;
    /// How many persons are at a point.
    fn weight(&self, point: usize) -> i64;
    /// How many sinks there are, nowhere not counted.
    fn sinks(&self) -> usize;
    /// The cost for each person, at least 0; `None` where they may not go.
    fn cost(&self, point: usize, sink: usize) -> Option<i64>;
    /// The cost for each person who is left out; more than any path through all sinks.
    fn left_out(&self, point: usize) -> i64;
    /// All points in consecutive runs of neighbours.
    fn blocks(&self) -> &[Range<usize>];
    /// At most the cost from any point of the block; `None` if none may go there.
    fn at_least(&self, block: usize, sink: usize) -> Option<i64>;
    /// From any point of the block the cost is at most this much more than [`Self::at_least`].
    fn spread(&self, block: usize) -> i64;
    /// All blocks in consecutive runs.
    fn areas(&self) -> &[Range<usize>];
    /// At most [`Self::at_least`] of any block of the area; `None` if none may go there.
    fn at_least_in(&self, area: usize, sink: usize) -> Option<i64>;
    /// From any point of the area the cost is at most this much more than [`Self::at_least_in`].
    fn spread_in(&self, area: usize) -> i64;
    /// The same problem with neighbouring points lumped together, and neighbouring sinks where they are many, if
    /// that saves anything; with, for every sink, which one it is in there.
    fn coarser(&self) -> Option<(Self, Vec<usize>)>;
}

/// Told now and then how far the work is: persons still to be moved from full sinks; may stop it.
pub(crate) type Watch<'a> = &'a mut dyn FnMut(i64) -> ControlFlow<()>;

/// The least total cost, proved by prices.
pub(crate) fn solve<C: Costs>(
    costs: C,
    capacity: &[i64],
    watch: Watch<'_>,
) -> Result<Transport<C>, Cancelled> {
    let price = first_prices(&costs, capacity, watch)?;
    let mut transport = Transport::new(costs, capacity.to_vec(), price);
    transport.settle(watch)?;
    Ok(transport)
}

/// Prices from the same problem made coarser, solved; or found by trial where that is small already.
fn first_prices<C: Costs>(costs: &C, capacity: &[i64], watch: Watch<'_>) -> Result<Vec<i64>, Cancelled> {
    let Some((coarse, of)) = costs.coarser() else { return Ok(haggle::haggle(costs, capacity)) };
    let mut together = vec![0; coarse.sinks()];
    of.iter().zip(capacity).for_each(|(lump, capacity)| together[*lump] += capacity);
    let prices = solve(coarse, &together, watch)?.into_prices();
    Ok(of.iter().map(|lump| prices[*lump]).collect())
}

/// The least total cost, with these prices to begin with; none where they are not known.
pub(crate) fn solve_at<C: Costs>(
    costs: C,
    capacity: &[i64],
    prices: &[i64],
    watch: Watch<'_>,
) -> Result<Transport<C>, Cancelled> {
    if prices.is_empty() {
        return solve(costs, capacity, watch);
    }
    let mut transport = Transport::new(costs, capacity.to_vec(), prices.to_vec());
    transport.settle(watch)?;
    Ok(transport)
}

/// A plan from an earlier one's prices and where each point stood, what is near found soonest. It mostly costs the least there
/// is, but nobody has looked at all pairs: whoever has no other proof asks [`Transport::prove`].
pub(crate) fn solve_again<C: Costs>(
    costs: C,
    capacity: &[i64],
    earlier: &[Option<i64>],
    homes: &[Option<u32>],
    watch: Watch<'_>,
) -> Result<Transport<C>, Cancelled> {
    let mut transport = Transport::from_earlier(costs, capacity.to_vec(), earlier, homes);
    transport.resume(watch)?;
    Ok(transport)
}
