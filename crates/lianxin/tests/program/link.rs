//! `lianxin link`, from files to files.

use std::fs;
use std::path::PathBuf;

use crate::house::{Folder, House};

const A: &str = "编号,姓名,身份证号,出生日期,手机\n\
                 甲1,张建国,421202198506123410,1985-06-12,13800000001\n\
                 甲2,李秀英,,1990-01-02,13800000002\n\
                 甲3,\"王\n小明\",,2001-03-04,13800000003\n\
                 甲4,欧阳锋,,1970-05-06,\n";
const B: &str = "姓名,身份证号,出生日期,手机,编号\n\
                 欧陽锋,,19700506,,乙1\n\
                 王小明,,2001年3月4日,13800000003,乙2\n\
                 张建国,421202850612341,,138-0000-0001,乙3\n\
                 赵敏,,1988-08-08,13900000009,乙4\n";

/// A house and the lists that were put into it.
struct Desk {
    house: House,
    _folder: Folder,
}

impl Desk {
    fn new(name: &str) -> Desk {
        let folder = Folder::new(name);
        Desk { house: House::on_sqlite(&folder), _folder: folder }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.house.data.join(name)
    }

    fn put(&self, name: &str, bytes: &[u8]) -> String {
        fs::write(self.file(name), bytes).expect("the folder can be written");
        self.file(name).display().to_string()
    }

    fn links(&self) -> Vec<String> {
        let text = fs::read_to_string(self.file("links.csv")).expect("it was written");
        let ids = |line: &str| line.rsplit_once(',').map_or(String::new(), |(ids, _)| ids.to_owned());
        text.lines().skip(1).map(ids).collect()
    }

    /// Links two texts, and gives who was linked.
    fn linked(&self, a: &[u8], b: &[u8]) -> Vec<String> {
        let (a, b) = (self.put("a.csv", a), self.put("b.csv", b));
        self.house.run(&["link", &a, &b, "--out", &self.file("links.csv").display().to_string()]);
        self.links()
    }

    fn refused(&self, a: &[u8], b: &[u8], more: &[&str]) -> String {
        let (a, b) = (self.put("a.csv", a), self.put("b.csv", b));
        let out = self.file("links.csv").display().to_string();
        let said = self.house.refused(&[&["link", &a, &b, "--out", &out][..], more].concat());
        assert!(!self.file("links.csv").exists() && !self.file("links.csv.part").exists(), "{said}");
        said
    }
}

#[test]
fn lists_are_read_as_offices_save_them() {
    let desk = Desk::new("link-read");
    let want = ["甲1,乙3", "甲3,乙2", "甲4,乙1"];
    assert_eq!(desk.linked(A.as_bytes(), B.as_bytes()), want);
    // With a mark, with line ends of other systems, tabs or semicolons, in GB 18030 and in UTF-16.
    let marked = format!("\u{FEFF}{}", A.replace('\n', "\r\n"));
    let old = B.replace('\n', "\r");
    assert_eq!(desk.linked(marked.as_bytes(), old.as_bytes()), want);
    let (chinese, _, _) = encoding_rs::GB18030.encode(B);
    assert_eq!(desk.linked(A.replace(',', ";").as_bytes(), &chinese), want);
    let wide: Vec<u8> =
        format!("\u{FEFF}{}", B.replace(',', "\t")).encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(desk.linked(A.as_bytes(), &wide), want);
    // A single column is little, but a rare name is enough among so few.
    let names = |list: &str| -> Vec<u8> {
        list.lines().map(|name| format!("{name}\n")).collect::<String>().into_bytes()
    };
    desk.linked(&names("姓名\n欧阳锋\n司马青衫"), &names("姓名\n司马青衫\n张伟"));
}

#[test]
fn what_is_written_and_said() {
    let desk = Desk::new("link-said");
    let (a, b) = (desk.put("a.csv", A.as_bytes()), desk.put("b.csv", B.as_bytes()));
    let at = |name: &str| desk.file(name).display().to_string();
    let (out, why, groups) = (at("links.csv"), at("why.html"), at("groups.csv"));
    let written = ["--out", &out, "--report", &why, "--groups", &groups, "--explain", "甲1", "乙3"];
    let said = desk.house.run(&[&["link", &a, &b][..], &written].concat());
    assert!(said.contains("people     4 and 4") && said.contains("linked     3 pairs"), "{said}");
    assert!(said.contains("身份证号 same") && said.contains("linked, probability"), "{said}");
    assert!(fs::read_to_string(&why).expect("written").contains("</html>"));
    assert!(fs::read_to_string(&groups).expect("written").starts_with("group,list,id\n1,A,"));
    // Columns by name: nothing but the telephone counts here.
    let maps = ["skip=姓名", "skip=身份证号", "skip=出生日期", "key=编号"].map(|map| format!("--map={map}"));
    let maps: Vec<&str> = maps.iter().map(String::as_str).collect();
    desk.house.run(&[&["link", &a, &b, "--out", &out][..], &maps].concat());
    assert!(desk.links().iter().all(|pair| pair != "甲4,乙1"));
}

#[test]
fn what_cannot_be_linked_is_refused_and_leaves_nothing() {
    let desk = Desk::new("link-refused");
    let (a, b) = (A.as_bytes(), B.as_bytes());
    for (a, b, more, reason) in [
        (&b""[..], b, &[][..], "a.csv: the file is empty"),
        (a, "姓名,电话\n".as_bytes(), &[], "b.csv: no people"),
        (a, "姓名\n\"张伟\n".as_bytes(), &[], "b.csv: line 2: a quotation mark"),
        ("姓名,电话\n张伟,1,2\n".as_bytes(), b, &[], "a.csv: line 2: 3 fields"),
        (a, b"PK\x03\x04 and so on", &[], "save it as CSV"),
        (a, b"\xFF\xFF\n", &[], "neither UTF-8 nor GB 18030"),
        ("甲\n1\n".as_bytes(), "乙\n2\n".as_bytes(), &[], "say which with --map"),
        (a, b, &["--map", "name=名字"], "list A has no column \"名字\""),
        (a, b, &["--map", "what=姓名"], "is no field"),
        (a, b, &["--threshold", "2"], "not between 0 and 1"),
        (a, b, &["--one-to-one", "--many"], "cannot be used with"),
    ] {
        let said = desk.refused(a, b, more);
        assert!(said.contains(reason), "{reason}: {said}");
    }
    let out = |place: &str| desk.file(place).display().to_string();
    let (a, b) = (out("a.csv"), out("b.csv"));
    for (place, reason) in
        [("b.csv", "one of the lists"), ("none/links.csv", "no such folder"), ("", "a folder")]
    {
        let said = desk.house.refused(&["link", &a, &b, "--out", &out(place)]);
        assert!(said.contains(reason), "{reason}: {said}");
    }
    assert_eq!(fs::read_to_string(&b).expect("it is there still"), B);
    let said = desk.house.refused(&["link", &out("none.csv"), &b, "--out", &out("links.csv")]);
    assert!(said.contains("none.csv"), "{said}");
}

#[cfg(unix)]
#[test]
fn ctrl_c_leaves_what_was_there() {
    let desk = Desk::new("link-stopped");
    let (folder, out) = (desk.file("many").display().to_string(), desk.put("links.csv", b"old\n"));
    desk.house.run(&["link", "sample", "--out", &folder, "--people", "30000"]);
    let (a, b) = (format!("{folder}/a.csv"), format!("{folder}/b.csv"));
    let (status, said) = desk.house.interrupted(&["link", &a, &b, "--out", &out], "looking for");
    assert!(!status.success(), "{said}");
    assert_eq!(fs::read_to_string(&out).expect("it is there still"), "old\n");
    assert!(!desk.file("links.csv.part").exists());
}
