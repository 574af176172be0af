//! A year's changes of division codes, as the bureau of statistics or a county's own notice lists them: old code, new code,
//! name, what happened, since when.
//!
//! A row is read into one or two operations on the tree ([`Line::operations`]), those that the pages do by hand. Looking at
//! a table does all of it in a transaction that is thrown away, so a row sees what those before it do; bringing it in does
//! each row in a transaction of its own. What a row says may be there already: so a table that stopped half-way is
//! brought in again.

mod sheet;

use lianxin_foundation::every;

use crate::area::change::plan::Asked;
use crate::area::{Area, AreaKind};

pub use sheet::{HEADINGS, MOST_ROWS, Table, Unreadable};

/// What happened to an area.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Happened {
    /// 新设
    Made,
    /// 改名
    Renamed,
    /// 变更代码, 划转
    Moved,
    /// 合并
    Merged,
    /// 拆分
    Split,
    /// 撤销
    Closed,
}

every! {
    /// Everything that can happen, in the order the explanation lists it.
    Happened {
        Made    = "new",    "area-change-open";
        Renamed = "rename", "area-change-rename";
        Moved   = "move",   "area-change-move";
        Merged  = "merge",  "area-change-merge";
        Split   = "split",  "area-change-split";
        Closed  = "close",  "area-change-close";
    }
}

impl Happened {
    /// What a word in the table stands for.
    pub fn of_word(word: &str) -> Option<Happened> {
        let word: String =
            word.chars().filter(|letter| !letter.is_whitespace()).collect::<String>().to_lowercase();
        Some(match word.as_str() {
            "新设" | "新增" | "设立" | "新設" | "new" => Happened::Made,
            "改名" | "更名" | "名称变更" | "名稱變更" | "rename" => Happened::Renamed,
            "划转" | "变更代码" | "代码变更" | "改代码" | "劃轉" | "變更代碼" | "move" => {
                Happened::Moved
            }
            "合并" | "并入" | "合併" | "併入" | "merge" => Happened::Merged,
            "拆分" | "析置" | "分设" | "分設" | "split" => Happened::Split,
            "撤销" | "撤銷" | "close" => Happened::Closed,
            _ => return None,
        })
    }
}

/// A row of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its number in the file, from 1.
    pub line: u32,
    /// Its cells, in the order of [`HEADINGS`].
    pub cells: [String; 6],
}

impl Line {
    fn cell(&self, at: usize) -> &str {
        self.cells[at].trim()
    }

    /// The code before.
    pub fn before(&self) -> &str {
        code(self.cell(0))
    }

    /// The code since, or that of the area it goes into.
    pub fn after(&self) -> &str {
        code(self.cell(1))
    }

    /// The name since.
    pub fn name(&self) -> &str {
        self.cell(2)
    }

    /// What happened.
    pub fn happened(&self) -> Option<Happened> {
        Happened::of_word(self.cell(3))
    }

    /// Since which day, as written: `2026-01-01`.
    pub fn since(&self) -> &str {
        self.cell(4)
    }

    /// The reason kept with the changes: the paper, and since when it says.
    pub fn reason(&self) -> String {
        [self.cell(5), self.since()]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join("，")
    }

    /// The operations it asks for, the codes' form checked.
    ///
    /// # Errors
    /// The message that says what is missing or wrong.
    pub fn operations(&self) -> Result<Vec<Asked>, &'static str> {
        let Some(happened) = self.happened() else { return Err("codes-kind") };
        let (old, new, name) = (self.before(), self.after(), self.name());
        if happened != Happened::Made && level(old).is_none() {
            return Err("codes-old");
        }
        let needs_new = !matches!(happened, Happened::Renamed | Happened::Closed);
        if (needs_new || !new.is_empty()) && level(new).is_none() {
            return Err("codes-new");
        }
        if happened != Happened::Made && !new.is_empty() && level(old) != level(new) {
            return Err("codes-levels");
        }
        let area = old.to_owned();
        let rename = |area: &str| Asked::Rename { area: area.to_owned(), name: name.to_owned() };
        let shift = || {
            let parent = parent(new).to_owned();
            let shift = Asked::Move { area: old.to_owned(), parent, code: Some(new.to_owned()) };
            if name.is_empty() { vec![shift] } else { vec![shift, rename(new)] }
        };
        let name_needed = matches!(happened, Happened::Made | Happened::Renamed | Happened::Split);
        if name_needed && name.is_empty() {
            return Err("codes-name");
        }
        Ok(match happened {
            Happened::Made => {
                let parent = parent(new).to_owned();
                vec![Asked::Open { parent, code: new.to_owned(), name: name.to_owned() }]
            }
            // A new name often comes with a new code.
            Happened::Renamed if !new.is_empty() && new != old => shift(),
            Happened::Renamed => vec![rename(old)],
            Happened::Moved => shift(),
            Happened::Merged => vec![Asked::Merge { area, into: new.to_owned() }],
            Happened::Split => vec![Asked::Split {
                area,
                name: name.to_owned(),
                code: Some(new.to_owned()),
                children: Vec::new(),
                households: None,
                cut: None,
            }],
            Happened::Closed => vec![Asked::Close { area }],
        })
    }
}

/// A code without the zeros that fill it up to twelve digits: `421223100000` is the town `421223100`.
fn code(text: &str) -> &str {
    if text.len() == 12 { text.strip_suffix("000").unwrap_or(text) } else { text }
}

/// The kind of area a code is of: towns and villages are what such tables change.
fn level(code: &str) -> Option<AreaKind> {
    let digits = code.bytes().all(|byte| byte.is_ascii_digit());
    match code.len() {
        9 if digits => Some(AreaKind::Town),
        12 if digits => Some(AreaKind::Village),
        _ => None,
    }
}

fn parent(code: &str) -> &str {
    let end = match level(code) {
        Some(AreaKind::Village) => 9,
        _ => 6,
    };
    code.get(..end).unwrap_or_default()
}

/// Whether what an operation asks for is there already: the table was brought in before, or somebody did it by hand. `own` is
/// the area it is about with the heir it ended for, `other` the one it makes.
pub fn is_done(asked: &Asked, own: Option<&(Area, Option<String>)>, other: Option<&Area>) -> bool {
    let went = |to: &str| own.is_some_and(|(_, heir)| heir.as_deref() == Some(to));
    match asked {
        Asked::Rename { name, .. } => own.is_some_and(|(own, heir)| heir.is_none() && own.name == *name),
        Asked::Move { code: Some(code), .. } => went(code),
        Asked::Merge { into, .. } => went(into),
        Asked::Split { name, .. } | Asked::Open { name, .. } => {
            other.is_some_and(|other| other.valid_to.is_none() && other.name == *name)
        }
        Asked::Close { .. } => own.is_some_and(|(_, heir)| heir.is_some()),
        Asked::Move { code: None, .. } | Asked::Redraw { .. } => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(old: &str, new: &str, name: &str, kind: &str) -> Line {
        let cells = [old, new, name, kind, "2026-01-01", "演示批复"].map(str::to_owned);
        Line { line: 2, cells }
    }

    #[test]
    fn rows_are_operations() {
        let asked = |old: &str, new: &str, name: &str, kind: &str| line(old, new, name, kind).operations();
        let (a, b) = ("421223100001", "421223101077");
        let text = str::to_owned;
        let rename = |area: &str| Asked::Rename { area: text(area), name: text("新村") };
        let shift = Asked::Move { area: text(a), parent: text("421223101"), code: Some(text(b)) };
        assert_eq!(asked(a, "", "新村", "更名").unwrap(), [rename(a)]);
        assert_eq!(asked(a, b, "新村", "更名").unwrap(), [shift.clone(), rename(b)]);
        assert_eq!(asked(a, b, "", "代码变更").unwrap(), [shift]);
        assert_eq!(asked(a, b, "", "合 并").unwrap(), [Asked::Merge { area: text(a), into: text(b) }]);
        let made = Asked::Open { parent: text("421223"), code: text("421223102"), name: text("新镇") };
        assert_eq!(asked("", "421223102000", "新镇", "新设").unwrap(), [made], "zeros fill a code up");
    }

    #[test]
    fn what_cannot_be_done_says_why() {
        let a = "421223100001";
        for (old, new, name, kind, why) in [
            (a, "", "村", "升格", "codes-kind"),
            ("4212231", "", "村", "改名", "codes-old"),
            (a, "42122310000x", "", "划转", "codes-new"),
            (a, "", "", "合并", "codes-new"),
            (a, "421223101", "", "合并", "codes-levels"),
            (a, "", "", "改名", "codes-name"),
            ("", "421223100077", "", "新设", "codes-name"),
        ] {
            assert_eq!(line(old, new, name, kind).operations().unwrap_err(), why, "{kind} {old} {new}");
        }
        assert_eq!(line(a, "", "村", "改名").reason(), "演示批复，2026-01-01");
    }
}
