//! Atom feeds (RFC 4287): what is new in an area, for everybody, and in one's own list.

use lianxin_foundation::clock::{Micros, rfc3339};
use lianxin_foundation::text::clean;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What stays the same about it: a `urn:uuid:…`.
    pub id: String,
    /// One line.
    pub title: String,
    /// More, as plain text; may be empty.
    pub text: String,
    /// Where to look.
    pub link: String,
    /// When it came.
    pub published: Micros,
    /// When it last changed.
    pub updated: Micros,
}

/// A feed with its own id, title and address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feed {
    /// What stays the same about it.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its own address.
    pub address: String,
    /// When anything in it last changed.
    pub updated: Micros,
    /// The newest first.
    pub items: Vec<Item>,
}

/// The document.
///
/// # Errors
/// Writing to memory fails only when there is none left.
pub fn written(feed: &Feed, author: &str) -> std::io::Result<String> {
    let mut out = Writer::new(Vec::new());
    out.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
    out.create_element("feed").with_attribute(("xmlns", "http://www.w3.org/2005/Atom")).write_inner_content(
        |out| {
            text(out, "id", &feed.id)?;
            text(out, "title", &feed.title)?;
            text(out, "updated", &rfc3339(feed.updated))?;
            out.create_element("author").write_inner_content(|out| text(out, "name", author))?;
            out.create_element("link")
                .with_attributes([("rel", "self"), ("href", feed.address.as_str())])
                .write_empty()?;
            for item in &feed.items {
                out.create_element("entry").write_inner_content(|out| {
                    text(out, "id", &item.id)?;
                    text(out, "title", &item.title)?;
                    text(out, "published", &rfc3339(item.published))?;
                    text(out, "updated", &rfc3339(item.updated))?;
                    out.create_element("link").with_attribute(("href", item.link.as_str())).write_empty()?;
                    text(out, "content", &item.text)
                })?;
            }
            Ok(())
        },
    )?;
    Ok(String::from_utf8_lossy(&out.into_inner()).into_owned())
}

/// An element with text alone; what XML cannot hold is left out.
fn text(out: &mut Writer<Vec<u8>>, name: &str, said: &str) -> std::io::Result<()> {
    out.create_element(name).write_text_content(BytesText::new(&clean(said)))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_wrote_stays_text() {
        let item = Item {
            id: "urn:uuid:0".into(),
            title: "<b>&\u{8}".into(),
            text: "]]>\u{fffe}\u{ffff}".into(),
            link: "https://a.example/?x=1&y=2".into(),
            published: 0,
            updated: 0,
        };
        let feed = Feed {
            id: "urn:x".into(),
            title: "t".into(),
            address: "a".into(),
            updated: 0,
            items: vec![item],
        };
        let xml = written(&feed, "连心").unwrap();
        assert!(xml.contains("<title>&lt;b&gt;&amp;</title>"), "{xml}");
        assert!(xml.contains("x=1&amp;y=2") && !xml.contains("]]>"), "{xml}");
        assert!(
            xml.contains("<content>]]&gt;</content>"),
            "one that is no character would spoil the whole: {xml}"
        );
        assert!(xml.contains("<updated>1970-01-01T08:00:00+08:00</updated>"));
    }
}
