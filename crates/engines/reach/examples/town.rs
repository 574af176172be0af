//! Writes a made-up town with a river, two bridges and a lake as `nodes.csv`, `edges.csv`, `stations.csv` and
//! `candidates.csv`: `town FOLDER`. The README's map is drawn from it. It is demo data (演示数据): nobody lives there.

use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::Path;

const COLUMNS: i32 = 64;
const ROWS: i32 = 40;
/// Between two crossings, decimetres.
const BLOCK: i32 = 850;

/// Numbers that look random and are always the same (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % limit
    }

    fn shift(&mut self) -> i32 {
        self.below(360) as i32 - 180
    }
}

/// The river's middle at a column, in tenths of a row.
fn river(column: i32) -> i32 {
    180 + column * 2 + (f64::from(column) / 7.0).sin().mul_add(30.0, 0.0) as i32
}

fn is_north(column: i32, row: i32) -> bool {
    row * 10 > river(column)
}

fn is_water(column: i32, row: i32) -> bool {
    let lake = (column - 14).pow(2) + (row - 31).pow(2) < 22;
    lake || (row * 10 - river(column)).abs() < 9
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("give a folder")?;
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let mut nodes = "id,x_dm,y_dm,population,area\n".to_owned();
    let mut spots = Vec::new();
    for row in 0..ROWS {
        for column in 0..COLUMNS {
            let (x, y) = (column * BLOCK + dice.shift(), row * BLOCK + dice.shift());
            spots.push((x, y));
            // More people live near the middle of the town.
            let out = f64::from((column - 30).pow(2) + (row - 20).pow(2)).sqrt();
            let people = (dice.below(90) as f64 * (1.0 - out / 42.0).max(0.1)) as u32;
            let area = if is_north(column, row) { "North" } else { "South" };
            if !is_water(column, row) {
                writeln!(nodes, "{},{x},{y},{people},{area}", row * COLUMNS + column)?;
            }
        }
    }
    let mut edges = "u,v,length_dm\n".to_owned();
    let dry: Vec<(i32, i32)> = (0..ROWS)
        .flat_map(|row| (0..COLUMNS).map(move |column| (column, row)))
        .filter(|(column, row)| !is_water(*column, *row))
        .collect();
    for (column, row) in &dry {
        // Over the river streets lead only at the two bridges, which are longer than a block.
        let over = (row + 1..row + 5).find(|next| !is_water(*column, *next));
        let bridge = [20, 45].contains(column).then_some(over).flatten().map(|next| (*column, next));
        for (next, row2) in [(column + 1, *row), (*column, row + 1)].into_iter().chain(bridge) {
            let is_bridge = bridge == Some((next, row2));
            let leads = next < COLUMNS
                && row2 < ROWS
                && !is_water(next, row2)
                && (is_bridge || is_north(*column, *row) == is_north(next, row2));
            if leads && (is_bridge || dice.below(100) < 84) {
                let (from, to) = (row * COLUMNS + column, row2 * COLUMNS + next);
                let ((x, y), (x2, y2)) = (spots[from as usize], spots[to as usize]);
                let length = f64::from(x - x2).hypot(f64::from(y - y2)).round();
                writeln!(edges, "{from},{to},{length}")?;
            }
        }
    }
    let mut stations = "id,node,service,hours\n".to_owned();
    for number in 0..18 {
        let (column, row) = dry[dice.below(dry.len() as u64) as usize];
        let hours = if number % 3 == 0 { "08:00-20:00" } else { "Mo-Fr 09:00-17:00" };
        writeln!(stations, "S{number},{},convenience station,{hours}", row * COLUMNS + column)?;
    }
    let mut candidates = "id,node\n".to_owned();
    for number in 0..200 {
        let (column, row) = dry[dice.below(dry.len() as u64) as usize];
        writeln!(candidates, "C{number},{}", row * COLUMNS + column)?;
    }
    fs::create_dir_all(&folder)?;
    for (name, text) in
        [("nodes", nodes), ("edges", edges), ("stations", stations), ("candidates", candidates)]
    {
        fs::write(Path::new(&folder).join(format!("{name}.csv")), text)?;
    }
    Ok(())
}
