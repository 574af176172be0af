//! The files a question about reach is asked with.

use std::path::{Path, PathBuf};

use clap::Args;
use lianxin_foundation::error::While;
use lianxin_foundation::{Error, Result};
use lianxin_reach::tables::{self, Nodes, RowError};
use lianxin_reach::{Origin, PlaceId, Slopes, Streets, close, wall_off};

use super::osm;

/// The streets.
#[derive(Args)]
pub struct Network {
    /// id,x_dm,y_dm,population and, where they are known, z_dm (heights) and area
    #[arg(long, value_name = "FILE", required_unless_present = "osm", requires = "edges")]
    nodes: Option<PathBuf>,
    /// u,v,length_dm
    #[arg(long, value_name = "FILE", requires = "nodes")]
    edges: Option<PathBuf>,
    /// An OpenStreetMap extract instead (PBF); nodes have its ids
    #[arg(long, value_name = "FILE", conflicts_with_all = ["nodes", "edges"])]
    osm: Option<PathBuf>,
    /// Who lives where, besides the nodes' own people: lon,lat,population or node,population
    #[arg(long, value_name = "FILE")]
    people: Option<PathBuf>,
    /// u,v: streets that cannot be walked; with v empty a node that cannot be passed
    #[arg(long, value_name = "FILE")]
    barriers: Option<PathBuf>,
    /// x1_dm,y1_dm,x2_dm,y2_dm (or lon1,lat1,lon2,lat2): walls, rivers, tracks; no street that one stands across is walked
    #[arg(long, value_name = "FILE")]
    walls: Option<PathBuf>,
}

/// A file and its text.
struct Text<'a> {
    file: &'a Path,
    text: String,
}

/// The streets' files as texts.
pub struct Texts<'a> {
    nodes: Text<'a>,
    edges: Text<'a>,
    people: Option<Text<'a>>,
    barriers: Option<Text<'a>>,
    walls: Option<Text<'a>>,
    origin: Option<Origin>,
}

impl<'a> Texts<'a> {
    /// Reads the files.
    pub fn read(network: &'a Network) -> Result<Self> {
        let optional = |file: &'a Option<PathBuf>| file.as_deref().map(Text::read).transpose();
        let (people, barriers) = (optional(&network.people)?, optional(&network.barriers)?);
        let walls = optional(&network.walls)?;
        match (&network.osm, &network.nodes, &network.edges) {
            (Some(file), ..) => {
                let osm::Extract { nodes, edges, origin } = osm::read(file)?;
                let (nodes, edges) = (Text { file, text: nodes }, Text { file, text: edges });
                Ok(Texts { nodes, edges, people, barriers, walls, origin: Some(origin) })
            }
            (None, Some(nodes), Some(edges)) => {
                let (nodes, edges) = (Text::read(nodes)?, Text::read(edges)?);
                Ok(Texts { nodes, edges, people, barriers, walls, origin: None })
            }
            _ => Err(Error::failed("reading the streets", "give --nodes and --edges, or --osm")),
        }
    }

    /// The nodes.
    pub fn nodes(&self) -> Result<Nodes<'_>> {
        let mut nodes = self.nodes.parsed(Nodes::read)?;
        nodes.origin = self.origin;
        if let Some(people) = &self.people {
            people.parsed(|text| nodes.add_people(text))?;
        }
        Ok(nodes)
    }

    /// The streets between the nodes.
    pub fn streets(&self, nodes: &Nodes<'_>) -> Result<Streets> {
        let mut streets = self.edges.parsed(|text| tables::edges(text, nodes))?;
        if let Some(barriers) = &self.barriers {
            close(&mut streets, &barriers.parsed(|text| tables::barriers(text, nodes))?);
        }
        if let Some(walls) = &self.walls {
            let walls = walls.parsed(|text| tables::walls(text, nodes))?;
            wall_off(&mut streets, &nodes.places, &walls);
        }
        let places = nodes.places.clone();
        let laid_out = if nodes.has_heights {
            Streets::new(places, streets, Slopes::default())
        } else {
            Streets::level(places, streets)
        };
        laid_out.while_doing(format!("laying out {}", self.edges.file.display()))
    }

    /// Where a place was read: the file, and the line where it has lines.
    pub fn row(&self, nodes: &Nodes<'_>, place: PlaceId) -> String {
        let file = self.nodes.file.display();
        match self.origin {
            None => format!("{file}: line {}", nodes.line(place)),
            Some(_) => file.to_string(),
        }
    }

    /// Where the streets' plane lies on earth, if that is known.
    pub fn origin(&self) -> Option<Origin> {
        self.origin
    }
}

impl<'a> Text<'a> {
    fn read(file: &'a Path) -> Result<Self> {
        Ok(Text { file, text: text(file)? })
    }

    fn parsed<'t, T>(&'t self, read: impl FnOnce(&'t str) -> Result<T, RowError>) -> Result<T> {
        parsed(self.file, read(&self.text))
    }
}

/// A file's text.
pub fn text(file: &Path) -> Result<String> {
    let doing = || format!("reading {}", file.display());
    let bytes = std::fs::read(file).while_doing(doing())?;
    String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        Error::failed(doing(), format!("line {line}: a byte that is no UTF-8"))
    })
}

/// What was read from `file`, or an error that names it.
pub fn parsed<T>(file: &Path, read: Result<T, RowError>) -> Result<T> {
    read.map_err(|error| Error::failed(format!("reading {}", file.display()), error))
}
