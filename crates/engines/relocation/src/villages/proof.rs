//! What is published so that anyone can check how few shelters villages could do with.

use serde::{Deserialize, Serialize};

use super::bound::Found;
use super::{SCALE, Task};
use crate::model::Need;

/// Why no plan that is short enough uses fewer pairs of a village and a shelter. Nobody pays more than leaving them out
/// counts, and no village gains more than `worth` by any one shelter: what its people pay beyond their metres and the price
/// there, added up where that is more than nothing. So in every plan
///
/// > metres + worth × pairs ≥ Σ persons × pays − Σ price × capacity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VillageProof {
    /// All sums of this proof are in this part of a metre.
    pub scale: i64,
    /// The most person-metres a plan may have, in metres.
    pub longest: i64,
    /// What a pair is worth.
    pub worth: i64,
    /// Pairs there are at least.
    pub pairs: i64,
    /// By need, by the files' code, what leaving out one person counts.
    pub left_out: Vec<i64>,
    /// By shelter, its price; the capacity is that of the problem.
    pub shelters: Vec<Pays>,
    /// By household, what each of its persons pays.
    pub households: Vec<Pays>,
}

/// What is paid at a shelter or by each person of a household.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pays {
    /// The shelter's or household's id.
    pub id: String,
    /// In the proof's part of a metre.
    pub pays: i64,
}

impl Task<'_> {
    /// The proof of a bound that was found.
    pub(super) fn proof(&self, found: &Found) -> VillageProof {
        let (households, shelters) = (self.problem.households(), self.problem.shelters());
        let mut pays = vec![0; households.len()];
        for (pieces, paid) in self.points.pieces.iter().zip(&found.pays) {
            pieces.iter().for_each(|piece| pays[piece.household as usize] = *paid);
        }
        let paid = |(id, pays): (&String, &i64)| Pays { id: id.clone(), pays: *pays };
        let mut left_out = vec![0; Need::ALL.len()];
        for need in Need::ALL {
            left_out[usize::from(need.code())] = self.points.ground.urgency(need.mask());
        }
        VillageProof {
            scale: SCALE,
            longest: self.longest,
            worth: found.worth,
            pairs: found.pairs,
            left_out,
            shelters: shelters.iter().map(|one| &one.id).zip(&found.prices).map(paid).collect(),
            households: households.iter().map(|one| &one.id).zip(&pays).map(paid).collect(),
        }
    }
}
