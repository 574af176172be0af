//! The files a question about reach is asked with.

use std::path::{Path, PathBuf};

use clap::Args;
use lianxin_foundation::error::While;
use lianxin_foundation::{Error, Result};
use lianxin_reach::tables::{self, Nodes, RowError};
use lianxin_reach::{Slopes, Streets, close};

/// The streets.
#[derive(Args)]
pub struct Network {
    /// id,x_dm,y_dm,population and, where they are known, z_dm (heights) and area
    #[arg(long, value_name = "FILE")]
    nodes: PathBuf,
    /// u,v,length_dm
    #[arg(long, value_name = "FILE")]
    edges: PathBuf,
    /// u,v: streets that cannot be walked; with v empty a node that cannot be passed
    #[arg(long, value_name = "FILE")]
    barriers: Option<PathBuf>,
}

/// The streets' files as texts.
pub struct Texts<'a> {
    network: &'a Network,
    nodes: String,
    edges: String,
    barriers: Option<String>,
}

impl<'a> Texts<'a> {
    /// Reads the files.
    pub fn read(network: &'a Network) -> Result<Self> {
        let barriers = network.barriers.as_deref().map(text).transpose()?;
        Ok(Texts { network, nodes: text(&network.nodes)?, edges: text(&network.edges)?, barriers })
    }

    /// The nodes.
    pub fn nodes(&self) -> Result<Nodes<'_>> {
        parsed(&self.network.nodes, Nodes::read(&self.nodes))
    }

    /// The streets between them, laid out; the nodes' places move into it.
    pub fn streets(&self, nodes: &mut Nodes<'_>) -> Result<Streets> {
        let mut streets = parsed(&self.network.edges, tables::edges(&self.edges, nodes))?;
        if let (Some(file), Some(text)) = (&self.network.barriers, &self.barriers) {
            close(&mut streets, &parsed(file, tables::barriers(text, nodes))?);
        }
        let places = std::mem::take(&mut nodes.places);
        let laid_out = if nodes.has_heights {
            Streets::new(places, &streets, Slopes::default())
        } else {
            Streets::level(places, &streets)
        };
        laid_out.while_doing(format!("laying out {}", self.network.edges.display()))
    }
}

/// A file's text.
pub fn text(file: &Path) -> Result<String> {
    std::fs::read_to_string(file).while_doing(format!("reading {}", file.display()))
}

/// What was read from `file`, or an error that names it.
pub fn parsed<T>(file: &Path, read: Result<T, RowError>) -> Result<T> {
    read.map_err(|error| Error::failed(format!("reading {}", file.display()), error))
}
