//! Tables as Excel workbooks (Office Open XML, ECMA-376): one sheet of text and times, its head frozen, and who took
//! it away on every printed page. Rows are packed as they come, so a long table takes the memory of its packed file.

use std::io::Write;

use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};

use crate::clock::{DAY, HOUR, Micros};
use crate::error::{Result, While};
use crate::text::clean;

const KIND: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const DOING: &str = "writing a workbook";

/// The longest text a cell may hold, in UTF-16 units.
const LONGEST: usize = 32_767;
/// Days from Excel's day 0 to the Unix epoch.
const EPOCH: f64 = 25_569.0;
/// Excel knows no time zones: China standard time, as screens show it.
const CHINA: Micros = 8 * HOUR;

/// What a cell holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Words. Never a formula, whatever they begin with.
    Text(String),
    /// A moment, or nothing.
    Time(Option<Micros>),
}

/// A column: its heading, and its width in characters.
pub type Column = (String, u32);

/// A workbook being written.
pub struct Workbook {
    sheet: Packed,
    columns: usize,
    rows: usize,
}

impl Workbook {
    /// A workbook with these columns.
    ///
    /// # Errors
    /// When packing fails, which memory alone can cause; so do the others.
    pub fn new(columns: &[Column]) -> Result<Workbook> {
        let mut book = Workbook { sheet: Packed::new(), columns: columns.len(), rows: 0 };
        book.sheet.add(SHEET_HEAD)?;
        for (at, (_, width)) in columns.iter().enumerate() {
            let at = at + 1;
            book.sheet.add(&format!(r#"<col min="{at}" max="{at}" width="{width}" customWidth="1"/>"#))?;
        }
        book.sheet.add("</cols><sheetData>")?;
        let heads: Vec<Cell> = columns.iter().map(|(head, _)| Cell::Text(head.clone())).collect();
        book.put(&heads, Style::Head)?;
        Ok(book)
    }

    /// Adds a row.
    pub fn row(&mut self, cells: &[Cell]) -> Result<()> {
        self.put(cells, Style::Plain)
    }

    fn put(&mut self, cells: &[Cell], style: Style) -> Result<()> {
        self.rows += 1;
        let number = self.rows;
        let mut row = format!(r#"<row r="{number}">"#);
        for (at, cell) in cells.iter().enumerate() {
            let place = format!("{}{number}", letters(at));
            match cell {
                Cell::Text(text) if text.is_empty() => {}
                Cell::Text(text) => row.push_str(&format!(
                    r#"<c r="{place}" s="{}" t="inlineStr"><is><t xml:space="preserve">{}</t></is></c>"#,
                    style as u8,
                    escaped(text)
                )),
                Cell::Time(None) => {}
                Cell::Time(Some(at)) => row.push_str(&format!(
                    r#"<c r="{place}" s="{}"><v>{:.6}</v></c>"#,
                    Style::Time as u8,
                    serial(*at)
                )),
            }
        }
        row.push_str("</row>");
        self.sheet.add(&row)
    }

    /// The file. `mark`, who took it away and when, stands below its rows and on every printed page.
    pub fn bytes(mut self, mark: &str) -> Result<Vec<u8>> {
        let table = format!("A1:{}{}", letters(self.columns.saturating_sub(1)), self.rows);
        self.rows += 1;
        self.put(&[Cell::Text(mark.to_owned())], Style::Plain)?;
        self.sheet.add(&format!(
            r#"</sheetData><autoFilter ref="{table}"/><headerFooter><oddFooter>&amp;L{}&amp;R&amp;P / &amp;N</oddFooter></headerFooter></worksheet>"#,
            escaped(&mark.replace('&', "&&"))
        ))?;
        let mut file = Zip::default();
        for (name, text) in PARTS {
            let mut part = Packed::new();
            part.add(text)?;
            file.put(name, part)?;
        }
        file.put("xl/worksheets/sheet1.xml", self.sheet)?;
        Ok(file.end())
    }

    /// The file, to be kept under `name`, which is plain ASCII.
    pub fn download(self, name: &str, mark: &str) -> Result<Response> {
        let headers = [
            (CONTENT_TYPE, KIND.to_owned()),
            (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        ];
        Ok((headers, self.bytes(mark)?).into_response())
    }
}

/// A cell's style: its place in [`STYLES`].
#[derive(Clone, Copy)]
enum Style {
    Plain = 0,
    Head = 1,
    Time = 2,
}

const SHEET_HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>"#;

const STYLES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd\ hh:mm"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs></styleSheet>"#;

/// Everything of a workbook but its sheet.
const PARTS: [(&str, &str); 5] = [
    (
        "[Content_Types].xml",
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>"#,
    ),
    (
        "_rels/.rels",
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
    ),
    (
        "xl/workbook.xml",
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="1" sheetId="1" r:id="rId1"/></sheets></workbook>"#,
    ),
    (
        "xl/_rels/workbook.xml.rels",
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#,
    ),
    ("xl/styles.xml", STYLES),
];

/// A column's letters: A, B … Z, AA.
fn letters(at: usize) -> String {
    let last = char::from(b'A' + u8::try_from(at % 26).unwrap_or(0));
    if at < 26 { last.to_string() } else { format!("{}{last}", letters(at / 26 - 1)) }
}

/// A moment as Excel counts: days since 1899-12-30, in China standard time.
fn serial(at: Micros) -> f64 {
    let local = at + CHINA;
    EPOCH + local.div_euclid(DAY) as f64 + local.rem_euclid(DAY) as f64 / DAY as f64
}

/// Text as XML takes it, no longer than a cell may be.
fn escaped(text: &str) -> String {
    let (mut out, mut units) = (String::with_capacity(text.len()), 0);
    for letter in clean(text).chars().filter(|letter| !matches!(letter, '\u{fffe}' | '\u{ffff}')) {
        units += letter.len_utf16();
        if units > LONGEST {
            break;
        }
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
    out
}

/// A file of an archive, packed as it is written.
struct Packed {
    packed: DeflateEncoder<Vec<u8>>,
    crc: Crc,
}

impl Packed {
    fn new() -> Packed {
        Packed { packed: DeflateEncoder::new(Vec::new(), Compression::fast()), crc: Crc::new() }
    }

    fn add(&mut self, text: &str) -> Result<()> {
        self.crc.update(text.as_bytes());
        self.packed.write_all(text.as_bytes()).while_doing(DOING)
    }
}

/// A ZIP archive (PKWARE APPNOTE 4.3): each file packed, then the directory of them all. Nothing here comes near
/// the four gigabytes where another form would be needed.
#[derive(Default)]
struct Zip {
    bytes: Vec<u8>,
    directory: Vec<u8>,
    files: u16,
}

impl Zip {
    fn put(&mut self, name: &str, file: Packed) -> Result<()> {
        let packed = file.packed.finish().while_doing(DOING)?;
        let offset = length(&self.bytes);
        // Version 2.0, UTF-8 names, deflated, the first day the format knows: files differ by what they say.
        let mut facts = Vec::new();
        for short in [20_u16, 0x0800, 8, 0, 0x0021] {
            facts.extend(short.to_le_bytes());
        }
        for long in [file.crc.sum(), length(&packed), file.crc.amount()] {
            facts.extend(long.to_le_bytes());
        }
        // The name, and nothing extra.
        facts.extend(u16::try_from(name.len()).unwrap_or(u16::MAX).to_le_bytes());
        facts.extend([0; 2]);

        self.bytes.extend(b"PK\x03\x04");
        self.bytes.extend(&facts);
        self.bytes.extend(name.as_bytes());
        self.bytes.extend(packed);

        self.directory.extend(b"PK\x01\x02\x14\x00");
        self.directory.extend(&facts);
        // No comment, first disk, no attributes.
        self.directory.extend([0; 10]);
        self.directory.extend(offset.to_le_bytes());
        self.directory.extend(name.as_bytes());
        self.files += 1;
        Ok(())
    }

    fn end(mut self) -> Vec<u8> {
        let (offset, size) = (length(&self.bytes), length(&self.directory));
        self.bytes.append(&mut self.directory);
        self.bytes.extend(b"PK\x05\x06\0\0\0\0");
        self.bytes.extend(self.files.to_le_bytes());
        self.bytes.extend(self.files.to_le_bytes());
        self.bytes.extend(size.to_le_bytes());
        self.bytes.extend(offset.to_le_bytes());
        self.bytes.extend([0; 2]);
        self.bytes
    }
}

fn length(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::read::DeflateDecoder;

    use super::*;

    /// The files of an archive by its directory, unpacked and their sums checked.
    fn unpacked(file: &[u8]) -> Vec<(String, String)> {
        let long = |at: usize| u32::from_le_bytes(file[at..at + 4].try_into().unwrap()) as usize;
        let short = |at: usize| usize::from(u16::from_le_bytes(file[at..at + 2].try_into().unwrap()));
        let end = file.len() - 22;
        assert_eq!(&file[end..end + 4], b"PK\x05\x06");
        let mut at = long(end + 16);
        assert_eq!(at + long(end + 12), end);
        let mut files = Vec::new();
        for _ in 0..short(end + 10) {
            assert_eq!(&file[at..at + 4], b"PK\x01\x02");
            let (crc, packed, size, name) = (long(at + 16), long(at + 20), long(at + 24), short(at + 28));
            let start = long(at + 42);
            assert_eq!(&file[start..start + 4], b"PK\x03\x04");
            assert_eq!(&file[start + 4..start + 30], &file[at + 6..at + 32], "both say the same");
            let from = start + 30 + name;
            let mut text = String::new();
            DeflateDecoder::new(&file[from..from + packed]).read_to_string(&mut text).unwrap();
            let mut sum = Crc::new();
            sum.update(text.as_bytes());
            assert_eq!((sum.sum() as usize, text.len()), (crc, size));
            files.push((String::from_utf8(file[at + 46..at + 46 + name].to_vec()).unwrap(), text));
            at += 46 + name;
        }
        assert_eq!(at, end);
        files
    }

    #[test]
    fn a_workbook_holds_what_was_put_in() {
        let columns = [("编号".to_owned(), 14), ("收到".to_owned(), 18)];
        let mut book = Workbook::new(&columns).unwrap();
        // 2026-11-23 08:30 in China.
        book.row(&[Cell::Text("=1+1 <b>\u{1b}".into()), Cell::Time(Some(1_795_393_800_000_000))]).unwrap();
        book.row(&[Cell::Text(String::new()), Cell::Time(None)]).unwrap();
        let files = unpacked(&book.bytes("演示 & 导出").unwrap());
        assert_eq!(files.len(), PARTS.len() + 1);
        assert_eq!(files[0].0, "[Content_Types].xml");
        let sheet = &files.last().unwrap().1;
        for said in [
            r#"<c r="A1" s="1" t="inlineStr"><is><t xml:space="preserve">编号</t>"#,
            r#"<c r="A2" s="0" t="inlineStr"><is><t xml:space="preserve">=1+1 &lt;b&gt;</t>"#,
            r#"<c r="B2" s="2"><v>46349.354167</v></c>"#,
            r#"<row r="3"></row><row r="5"><c r="A5" s="0" t="inlineStr"><is><t xml:space="preserve">演示 &amp; 导出</t>"#,
            r#"<autoFilter ref="A1:B3"/>"#,
            "&amp;L演示 &amp;&amp; 导出&amp;R",
        ] {
            assert!(sheet.contains(said), "{said} in {sheet}");
        }
    }

    #[test]
    fn every_part_that_is_named_is_there() {
        let files = unpacked(&Workbook::new(&[("一".into(), 9)]).unwrap().bytes("").unwrap());
        let named = files[0].1.split("PartName=\"/").skip(1).map(|rest| rest.split('"').next().unwrap());
        for part in named {
            assert!(files.iter().any(|(name, _)| name == part), "{part}");
        }
    }

    #[test]
    fn columns_have_letters() {
        for (at, said) in [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")] {
            assert_eq!(letters(at), said);
        }
    }

    #[test]
    fn a_cell_is_cut_where_excel_would_refuse_it() {
        assert_eq!(escaped(&"字".repeat(LONGEST + 9)).chars().count(), LONGEST);
    }
}
