//! The explanation as one HTML file that needs nothing else: what was found, what each level weighs, what
//! thresholds give, and the pairs that are least sure, by their rows' names only: nobody's data stands in it.

use std::fmt::Write;

use crate::explain::{Explainer, Threshold, Weight};
use crate::link::{Linkage, Pair};
use crate::lists::Keys;
use crate::people::{People, Side};

/// The report.
pub fn report(people: &People, linkage: &Linkage, keys: [&Keys; 2], threads: usize) -> String {
    let explainer = Explainer::new(people, linkage, threads);
    let mut page = Page(HEAD.to_owned());
    page.summary(people, linkage);
    page.weights(&explainer.weights());
    page.thresholds(&linkage.thresholds());
    page.unsure(&explainer, linkage, keys);
    page.0 + "</main></body></html>\n"
}

const HEAD: &str = r#"<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>比对说明 Linkage report</title>
<style>
body{font:15px/1.6 "Noto Sans SC","PingFang SC","Microsoft YaHei",sans-serif;color:#1d2733;background:#fff;margin:0}
main{max-width:960px;margin:0 auto;padding:24px}
h1{font-size:24px}h2{font-size:18px;margin:32px 0 8px}small{color:#5a6675;font-weight:400}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:4px 12px 4px 0;border-bottom:1px solid #e3e8ee}
td.n,th.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
.w td{border:0;padding:2px 12px 2px 0}.w th{padding-top:12px}.bar{width:45%}svg{display:block;width:100%;height:12px}
span.for,span.against{display:inline-block;margin-right:12px}
@media (max-width:600px){main{padding:16px}td,th{padding-right:8px}.w small{display:none}}
.for{color:#1a6b3c}.against{color:#a8321f}
@media (prefers-color-scheme:dark){body{background:#14181d;color:#dde4ec}small{color:#9aa7b5}th,td{border-color:#2c343d}
.for{color:#6fcf97}.against{color:#f0897a}}
</style></head><body><main><h1>比对说明 <small>Linkage report</small></h1>
"#;

/// A page being written; writing to a string cannot fail.
struct Page(String);

impl Page {
    fn put(&mut self, text: std::fmt::Arguments<'_>) {
        let _ = self.0.write_fmt(text);
    }

    fn summary(&mut self, people: &People, linkage: &Linkage) {
        let rows = [
            ("甲表人数", "people in A", people.count(Side::A)),
            ("乙表人数", "people in B", people.count(Side::B)),
            ("细比的对数", "pairs compared", linkage.compared),
            ("认定同一人", "pairs linked", linkage.pairs.len()),
        ];
        self.put(format_args!("<table>"));
        for (chinese, english, count) in rows {
            self.put(format_args!(
                "<tr><td>{chinese} <small>{english}</small></td><td class=\"n\">{count}</td></tr>"
            ));
        }
        self.put(format_args!("</table>"));
    }

    /// Bars to the right speak for the same person, to the left against.
    fn weights(&mut self, weights: &[Weight]) {
        self.put(format_args!(
            "<h2>各项的分量 <small>weights in bits: right speaks for the same person, left against</small></h2>\
             <table class=\"w\">"
        ));
        let mut before = "";
        for weight in weights {
            let Some(bits) = weight.bits else { continue };
            if before != weight.field {
                let field = escaped(&weight.field);
                self.put(format_args!("<tr><th colspan=\"3\">{field}</th></tr>"));
                before = &weight.field;
            }
            let length = (bits.abs() * 4.0).min(100.0);
            let (x, colour) = if bits >= 0.0 { (100.0, "#2f9e5f") } else { (100.0 - length, "#d1523c") };
            let (level, chinese) = (weight.level, in_chinese(weight.level));
            self.put(format_args!(
                "<tr><td>{chinese} <small>{level}</small></td><td class=\"bar\">\
                 <svg viewBox=\"0 0 200 12\" preserveAspectRatio=\"none\" aria-hidden=\"true\">\
                 <rect x=\"{x:.1}\" width=\"{length:.1}\" height=\"12\" fill=\"{colour}\"/>\
                 <rect x=\"99.7\" width=\"0.6\" height=\"12\" fill=\"#9aa7b5\"/></svg></td>\
                 <td class=\"n\">{bits:+.1}</td></tr>"
            ));
        }
        self.put(format_args!("</table>"));
    }

    fn thresholds(&mut self, thresholds: &[Threshold]) {
        self.put(format_args!(
            "<h2>门槛 <small>thresholds: expected, as far as the model is right</small></h2><table><tr>\
             <th class=\"n\">概率 <small>from</small></th><th class=\"n\">对数 <small>pairs</small></th>\
             <th class=\"n\">查准率 <small>precision</small></th><th class=\"n\">查全率 <small>recall</small></th></tr>"
        ));
        for threshold in thresholds {
            self.put(format_args!(
                "<tr><td class=\"n\">{:.2}</td><td class=\"n\">{}</td><td class=\"n\">{:.3} %</td><td class=\"n\">{:.3} %</td></tr>",
                threshold.from,
                threshold.pairs,
                threshold.precision * 100.0,
                threshold.recall * 100.0
            ));
        }
        self.put(format_args!("</table>"));
    }

    fn unsure(&mut self, explainer: &Explainer<'_>, linkage: &Linkage, keys: [&Keys; 2]) {
        const SHOWN: usize = 20;
        let mut pairs: Vec<&Pair> = linkage.pairs.iter().collect();
        pairs.sort_by(|x, y| x.probability.total_cmp(&y.probability).then((x.a, x.b).cmp(&(y.a, y.b))));
        self.put(format_args!(
            "<h2>最没把握的 <small>the least sure</small></h2><table><tr><th>甲 <small>A</small></th>\
             <th>乙 <small>B</small></th><th class=\"n\">概率</th><th>依据 <small>for and against, in bits</small></th></tr>"
        ));
        for pair in pairs.iter().take(SHOWN) {
            let (a, b) = (escaped(keys[0].get(pair.a)), escaped(keys[1].get(pair.b)));
            self.put(format_args!(
                "<tr><td>{a}</td><td>{b}</td><td class=\"n\">{:.3}</td><td>",
                pair.probability
            ));
            for said in explainer.pair(pair.a, pair.b) {
                let side = if said.bits >= 0.0 { "for" } else { "against" };
                let field = escaped(&said.field);
                let level = in_chinese(said.level);
                self.put(format_args!("<span class=\"{side}\">{field}{level} {:+.1}</span> ", said.bits));
            }
            self.put(format_args!("</td></tr>"));
        }
        self.put(format_args!("</table>"));
    }
}

/// A level's name for readers of Chinese.
fn in_chinese(level: &'static str) -> &'static str {
    match level {
        "same" => "相同",
        "same sound or order" => "同音或顺序不同",
        "near sound or shape" => "音近或形近",
        "a part left out" => "少写一部分",
        "one given character" => "名中一字相同",
        "surname only" => "只有姓相同",
        "given name only" => "只有名相同",
        "differs" => "不同",
        "one slip" => "一处笔误",
        "same place and birth" => "前十四位相同",
        "several slips" => "多处笔误",
        "one slip or swapped" => "一处笔误或月日颠倒",
        "same as far as told" => "已写部分相同",
        "near" => "接近",
        "same year" => "同年",
        "same door" => "同一门户",
        "same door as far as told" => "门牌已写部分相同",
        "same village, estate or road" => "同村、小区或路",
        "another door there" => "同村、小区或路，门户不同",
        "within the other" => "一个只写到大地方",
        "another place in the town" => "同镇，地方不同",
        "another town" => "乡镇不同",
        "abbreviated or alike" => "简称或相近",
        "somewhat alike" => "略像",
        other => other,
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
