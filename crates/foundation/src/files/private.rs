//! Files and folders for this user alone, whatever the umask says.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Result};
use std::path::Path;

/// Makes a folder, and those above it that are missing, for this user alone; one that is there already is
/// closed to others, unless it is a shared one such as `/tmp`.
pub fn folder(path: &Path) -> Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)?;
    close_to_others(path)
}

/// Opens a file to be written from its start, for this user alone.
pub fn create(path: &Path) -> Result<File> {
    let file = options().create(true).truncate(true).open(path)?;
    close_to_others(path)?;
    Ok(file)
}

/// Opens a file that must not be there yet, for this user alone.
///
/// # Errors
/// [`ErrorKind::AlreadyExists`] among others.
pub fn create_new(path: &Path) -> Result<File> {
    options().create_new(true).open(path)
}

/// Sees to it that a file is there, empty if it was not, and closed to others.
pub fn keep(path: &Path) -> Result<()> {
    match create_new(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => close_to_others(path),
        Err(error) => Err(error),
    }
}

fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Takes every right of group and others away from a file or folder of ours. One that is somebody else's is
/// theirs to close: the log says so.
#[cfg(unix)]
pub fn close_to_others(path: &Path) -> Result<()> {
    use std::fs::{Permissions, metadata, set_permissions};
    use std::os::unix::fs::PermissionsExt;

    const STICKY: u32 = 0o1000;
    let mode = metadata(path)?.permissions().mode();
    if mode & 0o077 == 0 || mode & STICKY != 0 {
        return Ok(());
    }
    match set_permissions(path, Permissions::from_mode(mode & 0o7700)) {
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {
            tracing::warn!("{} is open to others, and not ours to close", path.display());
            Ok(())
        }
        done => done,
    }
}

/// Elsewhere the access list of the folder above protects it; there are no mode bits to look at.
#[cfg(not(unix))]
pub fn close_to_others(_path: &Path) -> Result<()> {
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs::{Permissions, create_dir, metadata, remove_dir_all, set_permissions, write};
    use std::os::unix::fs::PermissionsExt;
    use std::path::PathBuf;

    use super::*;

    fn mode(path: &Path) -> u32 {
        metadata(path).expect("it was made just before").permissions().mode() & 0o7777
    }

    fn place(name: &str) -> PathBuf {
        std::env::temp_dir().join(format!("lianxin-private-{name}-{}", std::process::id()))
    }

    #[test]
    fn what_is_made_is_for_this_user_alone() {
        let above = place("made");
        let below = above.join("a/b");
        folder(&below).unwrap();
        assert_eq!((mode(&above), mode(&below)), (0o700, 0o700));
        create(&below.join("one")).unwrap();
        create_new(&below.join("two")).unwrap();
        keep(&below.join("three")).unwrap();
        for name in ["one", "two", "three"] {
            assert_eq!(mode(&below.join(name)), 0o600, "{name}");
        }
        assert_eq!(create_new(&below.join("one")).unwrap_err().kind(), ErrorKind::AlreadyExists);
        remove_dir_all(&above).unwrap();
    }

    #[test]
    fn what_was_open_to_others_is_closed_and_what_is_shared_is_left() {
        let above = place("open");
        create_dir(&above).unwrap();
        set_permissions(&above, Permissions::from_mode(0o755)).unwrap();
        let file = above.join("file");
        write(&file, "kept").unwrap();
        set_permissions(&file, Permissions::from_mode(0o664)).unwrap();
        keep(&file).unwrap();
        folder(&above).unwrap();
        assert_eq!((mode(&above), mode(&file)), (0o700, 0o600));
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "kept");
        set_permissions(&above, Permissions::from_mode(0o1777)).unwrap();
        folder(&above).unwrap();
        assert_eq!(mode(&above), 0o1777);
        remove_dir_all(&above).unwrap();
    }
}
