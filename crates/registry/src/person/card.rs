//! A contact for an address book: vCard 4.0, RFC 6350.

/// How to reach somebody or something.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Card {
    /// What to call it.
    pub name: String,
    /// Whether it is an organisation; else a person.
    pub organisation: bool,
    /// The telephone number, where known.
    pub phone: Option<String>,
    /// Where: the names of its places.
    pub place: String,
    /// What a person is, and in which organisation.
    pub roles: Vec<(String, String)>,
    /// What tells it from all others: the program's id.
    pub id: uuid::Uuid,
}

/// The most octets of a line, without its end.
const LINE: usize = 75;

impl Card {
    /// The file.
    pub fn text(&self) -> String {
        let mut lines = vec![
            "BEGIN:VCARD".to_owned(),
            "VERSION:4.0".to_owned(),
            format!("UID:urn:uuid:{}", self.id),
            format!("KIND:{}", if self.organisation { "org" } else { "individual" }),
            format!("FN:{}", escaped(&self.name)),
        ];
        if self.organisation {
            lines.push(format!("ORG:{}", escaped(&self.name)));
        }
        lines.extend(self.phone.iter().map(|phone| format!("TEL;VALUE=text:{}", escaped(phone))));
        if !self.place.is_empty() {
            lines.push(format!("ADR:;;;{};;;", escaped(&self.place)));
        }
        for (at, (role, unit)) in (1..).zip(&self.roles) {
            lines.push(format!("{at}.ORG:{}", escaped(unit)));
            lines.push(format!("{at}.ROLE:{}", escaped(role)));
        }
        lines.push("END:VCARD".to_owned());
        lines.iter().map(|line| folded(line) + "\r\n").collect()
    }
}

/// A value whose separators are taken by their letters.
fn escaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for letter in value.chars() {
        match letter {
            '\n' => text.push_str("\\n"),
            '\\' | ',' | ';' => text.extend(['\\', letter]),
            letter if letter.is_control() => {}
            letter => text.push(letter),
        }
    }
    text
}

/// A line in pieces of at most [`LINE`] octets that end between characters; each further piece begins with a space.
fn folded(line: &str) -> String {
    let (mut text, mut length) = (String::with_capacity(line.len() + 8), 0);
    for letter in line.chars() {
        if length + letter.len_utf8() > LINE {
            text.push_str("\r\n ");
            length = 1;
        }
        text.push(letter);
        length += letter.len_utf8();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_says_how_to_reach_somebody() {
        let card = Card {
            name: "王芳".to_owned(),
            phone: Some("13800001234".to_owned()),
            place: "天城镇 › 桃溪社区".to_owned(),
            roles: vec![("书记".to_owned(), "桃溪社区党支部".to_owned())],
            ..Card::default()
        };
        let expected = "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:urn:uuid:00000000-0000-0000-0000-000000000000\r\n\
            KIND:individual\r\nFN:王芳\r\nTEL;VALUE=text:13800001234\r\nADR:;;;天城镇 › 桃溪社区;;;\r\n\
            1.ORG:桃溪社区党支部\r\n1.ROLE:书记\r\nEND:VCARD\r\n";
        assert_eq!(card.text(), expected);
    }

    #[test]
    fn what_separates_is_escaped_and_long_lines_are_folded_between_characters() {
        assert_eq!(escaped("a;b,c\\d\ne\r"), "a\\;b\\,c\\\\d\\ne");
        let long = format!("FN:{}", "演".repeat(60));
        let pieces: Vec<String> = folded(&long).split("\r\n").map(str::to_owned).collect();
        assert!(pieces.len() > 2 && pieces.iter().all(|piece| piece.len() <= LINE), "{pieces:?}");
        assert!(pieces[1..].iter().all(|piece| piece.starts_with(' ')));
        let joined: String =
            pieces[0].clone() + &pieces[1..].iter().map(|piece| &piece[1..]).collect::<String>();
        assert_eq!(joined, long);
    }
}
