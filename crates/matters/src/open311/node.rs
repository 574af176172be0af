//! One tree, written twice: what GeoReport v2 sends is XML, and JSON is the same without the root.
//!
//! The specification maps one onto the other (the "Spark" convention): the root element disappears, a
//! container of repeated elements is always an array, an empty element is `null`.

use lianxin_foundation::Micros;
use lianxin_foundation::clock::rfc3339;
use lianxin_foundation::error::{Result, While};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

/// A value of the protocol.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    /// An empty element, or `null`.
    Empty,
    /// Text; made by `from`, which leaves out what no document can hold.
    Text(String),
    /// A whole number.
    Whole(i64),
    /// A decimal, always finite.
    Decimal(f64),
    /// `true` or `false`.
    Truth(bool),
    /// Named values in a fixed order.
    Object(Vec<(&'static str, Node)>),
    /// A container of elements of one name.
    List(&'static str, Vec<Node>),
}

impl Node {
    /// A moment with its offset, to the second.
    pub(super) fn time(at: Micros) -> Node {
        Node::Text(rfc3339(at))
    }

    /// The JSON form.
    pub(super) fn json(&self) -> Result<Vec<u8>> {
        serde_json::to_vec(self).while_doing("writing an Open311 answer as JSON")
    }

    /// The XML form under this root element.
    pub(super) fn xml(&self, root: &str) -> Result<Vec<u8>> {
        let mut writer = Writer::new(Vec::new());
        let declaration = Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None));
        writer
            .write_event(declaration)
            .and_then(|()| element(&mut writer, root, self))
            .while_doing("writing an Open311 answer as XML")?;
        Ok(writer.into_inner())
    }
}

fn element(writer: &mut Writer<Vec<u8>>, name: &str, node: &Node) -> std::io::Result<()> {
    let scalar = match node {
        Node::Object(children) if !children.is_empty() => {
            return inside(writer, name, children.iter().map(|(name, child)| (*name, child)));
        }
        Node::List(each, children) if !children.is_empty() => {
            return inside(writer, name, children.iter().map(|child| (*each, child)));
        }
        Node::Empty | Node::Object(_) | Node::List(..) => {
            return writer.write_event(Event::Empty(BytesStart::new(name)));
        }
        Node::Text(text) => text.clone(),
        Node::Whole(number) => number.to_string(),
        // Rust writes decimals with a point and never with an exponent, as the protocol wants.
        Node::Decimal(number) => number.to_string(),
        Node::Truth(truth) => truth.to_string(),
    };
    writer.write_event(Event::Start(BytesStart::new(name)))?;
    writer.write_event(Event::Text(BytesText::new(&scalar)))?;
    writer.write_event(Event::End(BytesEnd::new(name)))
}

fn inside<'n>(
    writer: &mut Writer<Vec<u8>>,
    name: &str,
    children: impl Iterator<Item = (&'static str, &'n Node)>,
) -> std::io::Result<()> {
    writer.write_event(Event::Start(BytesStart::new(name)))?;
    for (name, child) in children {
        element(writer, name, child)?;
    }
    writer.write_event(Event::End(BytesEnd::new(name)))
}

/// Text without the characters that XML 1.0 cannot hold: one of them makes a whole document unreadable.
/// JSON could hold them, but both forms say the same.
pub(super) fn readable(text: &str) -> String {
    let allowed =
        |c: &char| matches!(c, '\t' | '\n' | '\r') || (*c >= ' ' && !matches!(c, '\u{FFFE}' | '\u{FFFF}'));
    text.chars().filter(allowed).collect()
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Node::Empty => serializer.serialize_unit(),
            Node::Text(text) => serializer.serialize_str(text),
            Node::Whole(number) => serializer.serialize_i64(*number),
            Node::Decimal(number) => serializer.serialize_f64(*number),
            Node::Truth(truth) => serializer.serialize_bool(*truth),
            Node::Object(children) => {
                let mut map = serializer.serialize_map(Some(children.len()))?;
                for (name, child) in children {
                    map.serialize_entry(name, child)?;
                }
                map.end()
            }
            Node::List(_, children) => {
                let mut list = serializer.serialize_seq(Some(children.len()))?;
                for child in children {
                    list.serialize_element(child)?;
                }
                list.end()
            }
        }
    }
}

impl From<&str> for Node {
    fn from(text: &str) -> Node {
        let text = readable(text);
        if text.is_empty() { Node::Empty } else { Node::Text(text) }
    }
}

impl From<String> for Node {
    fn from(text: String) -> Node {
        text.as_str().into()
    }
}

impl From<f64> for Node {
    fn from(number: f64) -> Node {
        if number.is_finite() { Node::Decimal(number) } else { Node::Empty }
    }
}

impl<T: Into<Node>> From<Option<T>> for Node {
    fn from(value: Option<T>) -> Node {
        value.map_or(Node::Empty, Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(node: &Node) -> (String, String) {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let xml = text(node.xml("root").unwrap());
        let plain = xml.strip_prefix(r#"<?xml version="1.0" encoding="utf-8"?>"#).unwrap().to_owned();
        (plain, text(node.json().unwrap()))
    }

    #[test]
    fn one_tree_is_written_in_both_forms() {
        for (node, xml, json) in [
            (Node::List("request", vec![]), "<root/>", "[]"),
            (
                Node::List("request", vec![Node::Object(vec![("id", "1".into())])]),
                "<root><request><id>1</id></request></root>",
                r#"[{"id":"1"}]"#,
            ),
            (
                Node::Object(vec![
                    ("none", Node::Empty),
                    ("empty", "".into()),
                    ("yes", Node::Truth(true)),
                    ("code", Node::Whole(403)),
                    ("lat", 29.556_8.into()),
                    ("tiny", 0.000_000_1.into()),
                    ("nowhere", f64::NAN.into()),
                ]),
                "<root><none/><empty/><yes>true</yes><code>403</code><lat>29.5568</lat><tiny>0.0000001</tiny><nowhere/></root>",
                r#"{"none":null,"empty":null,"yes":true,"code":403,"lat":29.5568,"tiny":1e-7,"nowhere":null}"#,
            ),
        ] {
            assert_eq!(both(&node), (xml.to_owned(), json.to_owned()));
        }
    }

    #[test]
    fn what_people_typed_cannot_break_the_document() {
        let (xml, json) = both(&Node::from("a<b>&\"c\" \u{0}\u{8}\u{FFFE}漏水\n二"));
        assert_eq!(xml, "<root>a&lt;b&gt;&amp;&quot;c&quot; 漏水\n二</root>");
        assert_eq!(json, "\"a<b>&\\\"c\\\" 漏水\\n二\"");
    }

    #[test]
    fn a_moment_names_its_offset_and_no_fraction() {
        assert_eq!(Node::time(1_795_307_400_999_999), Node::from("2026-11-22T08:30:00+08:00"));
    }
}
